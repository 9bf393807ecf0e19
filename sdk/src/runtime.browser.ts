/** What browsers do in their own way; in Node, `runtime.ts` has this place. */

import type { SessionTools } from '@ron/transport/session/tools'
import type { Fetch } from './http.ts'
import { adapted, type OpenSocket } from './socket.ts'
import { collected, type StreamBody } from './stream-body.ts'

const streamBytesMax = 64 * 1024 * 1024

export const openSocket: OpenSocket = async (url, protocol, events) =>
  adapted(new WebSocket(url, protocol), events)

/** X-Wing in plain code. */
export const sessionTools = async (): Promise<SessionTools> => {
  const { portableTools } = await import('@ron/transport/session/tools')
  return portableTools()
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
