/**
 * Finds where uWebSockets.js puts what it receives: one place for all connections of a thread, for as long as the thread
 * lives. A part of a body that is not its first begins there. The library lends it to JavaScript for the length of a call,
 * and takes back only what was not taken over. That is done here on a connection to itself, before anybody is served.
 */

import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type * as Uws from 'uWebSockets.js'
import { Received, type HeadEnd } from './received.ts'
import { headOf } from './uws-head.ts'

/** No head may be longer; what is past this is not seen. */
const bytesMax = 32_768

/** The library, and where it puts what it receives. */
export interface Loaded {
  readonly library: typeof Uws
  readonly received: Received
}

/** Rejects when the library does not do as this says: then nothing can be told of what it hides. */
export async function receivedBy(library: typeof Uws): Promise<Received> {
  let received: Received | null = null
  const ends: HeadEnd[] = []
  const app = library.App()
  app.any('/*', (native, request) => {
    ends.push(received?.headEnd(request, headOf(request)) ?? 'unseen')
    native.onAborted(() => {})
    let parts = 0
    native.onData((part, last) => {
      if (++parts > 1) received ??= new Received(new Uint8Array(structuredClone(part, { transfer: [part] })))
      if (last) native.cork(() => native.end())
    })
  })
  const client = connect(await portOf(library, app), '127.0.0.1')
  try {
    await told(client, head('PUT', 'Expect: 100-continue', `Content-Length: ${bytesMax}`), '100')
    await told(client, new Uint8Array(bytesMax), '200')
    await told(client, head('GET'), '200')
    await told(client, head('GET', ': none', 'Content-Length: 1'), '200')
  } finally {
    client.destroy()
    app.close()
  }
  if (received === null || ends.join() !== 'unseen,whole,nameless')
    throw new Error('uWebSockets.js does not show where it puts what it receives')
  return received
}

function head(method: string, ...lines: string[]): string {
  return [`${method} / HTTP/1.1`, 'Host: node', ...lines, '', ''].join('\r\n')
}

function portOf(library: typeof Uws, app: Uws.TemplatedApp): Promise<number> {
  return new Promise((resolve, reject) => {
    app.listen('127.0.0.1', 0, library.LIBUS_LISTEN_EXCLUSIVE_PORT, (listening) => {
      if (listening === false) reject(new Error('uWebSockets.js cannot listen on 127.0.0.1'))
      else resolve(library.us_socket_local_port(listening))
    })
  })
}

/** Says this and awaits that status; a library that never answers closes by a timer of its own. */
async function told(client: Socket, bytes: string | Uint8Array, status: string): Promise<void> {
  client.write(bytes)
  const [answer] = await Promise.race([once(client, 'data'), once(client, 'close')])
  if (!String(answer).startsWith(`HTTP/1.1 ${status} `))
    throw new Error(`uWebSockets.js does not answer with ${status}`)
}
