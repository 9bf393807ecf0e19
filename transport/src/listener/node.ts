/**
 * The driver for node:http, for runtimes without a binary of uWebSockets.js and for those who want the strict parser
 * of Node; and for doors that are no ports. Its code is loaded when a listener is first wanted.
 */

import type { Server } from 'node:net'
import type {
  Driver,
  Handlers,
  Listener,
  ListenerLimits,
  ListenerOptions,
  ListenerPorts,
} from './listener.ts'
import type { Place } from './node-listener.ts'

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
    const listener = new NodeListener(options, options.tls, () => true, handlers, ports)
    await listener.open((door) => listenOnPort(door, options))
    return listener
  },
}

/** The same for a door at a place of its own, such as a Unix socket, where nobody speaks TLS. */
export async function nodeHttpAt(
  place: Place,
  limits: ListenerLimits,
  handlers: Handlers,
  ports: ListenerPorts,
): Promise<Listener> {
  const { NodeListener } = await import('./node-listener.ts')
  const listener = new NodeListener(limits, null, (connection) => place.admits(connection), handlers, ports)
  await listener.open((door) => place.listen(door))
  return listener
}

/** Whether `listen` has `reusePort` in this version of Node: 22.12, 23.1 and newer. */
export function sharesPorts(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > 23 || (major === 23 && minor >= 1) || (major === 22 && minor >= 12)
}

function listenOnPort(door: Server, { host, port, shared }: ListenerOptions): Promise<void> {
  const sharing = shared ? { reusePort: true } : {}
  return new Promise((resolve, reject) => {
    const failed = (cause: Error) => {
      const because = "the port is taken or the address is not this machine's"
      reject(new Error(`cannot listen on ${host}:${port}; ${because}`, { cause }))
    }
    door.once('error', failed)
    door.listen({ host, port, ...sharing }, () => {
      door.off('error', failed)
      resolve()
    })
  })
}
