/**
 * The driver for uWebSockets.js: loads the library when a listener is first wanted, so that a node without it
 * can say what to install. The binary is one for each platform and Node ABI.
 */

import type * as Uws from 'uWebSockets.js'
import type { Driver } from './listener.ts'
import { UwsListener } from './uws-listener.ts'
import { receivedBy, type Loaded } from './uws-received.ts'

export const uws: Driver = {
  info: { name: 'uWebSockets.js', version: '20.0.8', abi: process.versions.modules },
  async load({ headerBytesMax }) {
    await load(headerBytesMax)
  },
  async listen(options, handlers, ports) {
    // The library has a time of its own for TLS sockets, and lets clients in that show no certificate.
    if (options.tls !== null)
      throw new Error('uWebSockets.js serves no TLS here; set node.driver=node or auto')
    const listener = new UwsListener(await load(options.headerBytesMax), options, handlers, ports)
    await listener.open()
    return listener
  },
}

let loaded: Promise<Loaded> | null = null

function load(headerBytesMax: number): Promise<Loaded> {
  loaded ??= loadOnce(headerBytesMax)
  return loaded
}

async function loadOnce(headerBytesMax: number): Promise<Loaded> {
  // Read by the library when it is loaded, once in the life of the process.
  process.env['UWS_HTTP_MAX_HEADERS_SIZE'] ??= String(headerBytesMax)
  const library = await imported()
  try {
    return { library, received: await receivedBy(library) }
  } catch (cause) {
    throw new Error('what uWebSockets.js receives cannot be checked here; set node.driver=node', { cause })
  }
}

async function imported(): Promise<typeof Uws> {
  try {
    return await import('uWebSockets.js')
  } catch (cause) {
    const { platform, arch, version, versions } = process
    const here = `${platform} ${arch}, Node ${version}, ABI ${versions.modules}`
    const fix = 'set node.driver=node, or use Node 20 or 22 on glibc Linux, macOS or Windows and run npm ci'
    throw new Error(`uWebSockets.js has no binary for ${here}; ${fix}`, { cause })
  }
}
