/** What goes to a path and comes from it, when an SDK is used without the typed groups. */

import { unshared } from './bytes.ts'
import type { Value } from './carrier.ts'
import { bytesOf, jsonOf } from './http-body.ts'
import { answerBytesMax } from './http.ts'

/** What is sent as it is. A stream is sent once and never again. */
export type PathBody = Uint8Array | ArrayBuffer | string | Blob | ReadableStream<Uint8Array>

/** JSON answers are parsed; anything else comes as bytes. */
export type Content = Value | Uint8Array<ArrayBuffer>

export function isPathBody(body: object | string): body is PathBody {
  return (
    typeof body === 'string' ||
    body instanceof Uint8Array ||
    body instanceof ArrayBuffer ||
    body instanceof Blob ||
    body instanceof ReadableStream
  )
}

export function sendable(body: PathBody): BodyInit {
  return body instanceof Uint8Array ? unshared(body) : body
}

export async function contentOf(response: Response, signal: AbortSignal): Promise<Content> {
  const bytes = await bytesOf(response, answerBytesMax, signal)
  const type = response.headers.get('content-type') ?? ''
  return bytes.length > 0 && /^application\/json\b/i.test(type) ? jsonOf(bytes) : bytes
}
