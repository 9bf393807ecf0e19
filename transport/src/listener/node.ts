/**
 * The driver for node:http, for runtimes without a binary of uWebSockets.js and for those who want the strict parser
 * of Node. Its code is loaded when a listener is first wanted.
 */

import type { Driver } from './listener.ts'

export const nodeHttp: Driver = {
  info: { name: 'node:http', version: process.versions.node, abi: process.versions.modules },
  async load() {
    await import('./node-listener.ts')
  },
  async listen(options, handlers, ports) {
    if (options.shared && !sharesPorts(process.versions.node)) {
      throw new Error(
        `node:http of Node ${process.versions.node} cannot share a port; use Node 22.12 or newer, ` +
          'node.driver=uws, or node.hand_over=false',
      )
    }
    const { NodeListener } = await import('./node-listener.ts')
    const listener = new NodeListener(options, handlers, ports)
    await listener.open()
    return listener
  },
}

/** Whether `listen` has `reusePort` in this version of Node: 22.12, 23.1 and newer. */
export function sharesPorts(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > 23 || (major === 23 && minor >= 1) || (major === 22 && minor >= 12)
}
