/** What browsers do in their own way; in Node, `runtime.ts` has this place. */

import type { SessionTools } from './sessions.ts'
import type { Fetch } from './http.ts'
import { adapted, type OpenSocket } from './socket.ts'
import { collected, type StreamBody } from './stream-body.ts'

const streamBytesMax = 64 * 1024 * 1024

export const openSocket: OpenSocket = async (url, protocol, events) =>
  adapted(new WebSocket(url, protocol), events)

/** X-Wing in plain code. */
export const sessionTools = async (): Promise<SessionTools> => {
  const [{ portable }, { encapsulate }] = await Promise.all([
    import('@ron/transport/session/portable'),
    import('@ron/transport/session/x-wing'),
  ])
  return { primitives: portable, encapsulate }
}

/** It is read first: Chromium sends streams over HTTP/2 alone, and others the text `[object ReadableStream]`. */
export const streamBody: StreamBody = async (stream, signal) => ({
  body: await collected(stream, streamBytesMax, signal),
})

export function specialWay(): { readonly fetch: Fetch; readonly openSocket: OpenSocket } {
  throw new TypeError(
    'a browser has authorities, certificates and connections of its own; leave out tls and unix:',
  )
}
