/** A stream as the body of a request: how a runtime sends it, and reading it first for those that cannot. */

import { onAbort } from './abort.ts'
import { unshared } from './bytes.ts'
import { ConnectionError } from './error.ts'

/** What `fetch` is given for a stream. */
export type StreamBody = (
  stream: ReadableStream<Uint8Array>,
  signal: AbortSignal,
) => Promise<{ readonly body: BodyInit; readonly duplex?: 'half' }>

/**
 * All of a stream. Rejects with a RangeError when it has more than `bytesMax` bytes, a TypeError when it is not
 * of bytes, a ConnectionError when it fails, or the signal's reason; the rest of it is then cancelled.
 */
export async function collected(
  stream: ReadableStream<Uint8Array>,
  bytesMax: number,
  signal: AbortSignal,
): Promise<Blob> {
  const reader = stream.getReader()
  // A stream that failed has nothing to cancel and rejects with what is thrown already.
  const cancel = () => reader.cancel(signal.reason).catch(() => {})
  const release = onAbort(signal, () => void cancel())
  const chunks: Uint8Array<ArrayBuffer>[] = []
  let bytes = 0
  try {
    for (let chunk = await next(reader); chunk !== null; chunk = await next(reader)) {
      bytes += chunk.length
      if (bytes > bytesMax)
        throw new RangeError(`a stream to be sent has at most ${bytesMax} bytes here; send a Blob`)
      chunks.push(unshared(chunk))
    }
    signal.throwIfAborted()
    return new Blob(chunks)
  } finally {
    release()
    await cancel()
  }
}

async function next(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<Uint8Array | null> {
  const { done, value } = await read(reader)
  if (done) return null
  if (value instanceof Uint8Array) return value
  throw new TypeError('a stream to be sent must be of Uint8Array')
}

async function read(reader: ReadableStreamDefaultReader<Uint8Array>) {
  try {
    return await reader.read()
  } catch (cause) {
    throw new ConnectionError('the stream to be sent broke off', { cause, untouched: true })
  }
}
