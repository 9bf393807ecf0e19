/** Reading the body of an HTTP response, in chunks or whole, with what breaks on the way told apart. */

import { onAbort } from './abort.ts'
import type { Value } from './carrier.ts'
import { ConnectionError, ProtocolError } from './error.ts'

type Chunk = Uint8Array<ArrayBuffer>

/** The chunks as they come; leaving the loop ends the transfer. */
export async function* chunksOf(response: Response, signal: AbortSignal): AsyncGenerator<Chunk> {
  // Not every runtime's ReadableStream can be iterated.
  const reader = response.body?.getReader()
  if (reader === undefined) return
  const release = endWith(signal, reader)
  try {
    for (let chunk = await next(reader, signal); chunk !== null; chunk = await next(reader, signal))
      yield chunk
  } finally {
    release()
    // A stream that failed has nothing to cancel and rejects with what is thrown already.
    await reader.cancel().catch(() => {})
  }
}

/** The body as a stream that fails in the same ways; `over` is called once it has ended or was cancelled. */
export function streamOf(response: Response, signal: AbortSignal, over: () => void): ReadableStream<Chunk> {
  const reader = response.body?.getReader()
  const release = reader === undefined ? () => {} : endWith(signal, reader)
  const ended = () => {
    release()
    over()
  }
  return new ReadableStream<Chunk>(
    {
      async pull(controller) {
        try {
          const chunk = reader === undefined ? null : await next(reader, signal)
          if (chunk !== null) return controller.enqueue(chunk)
          controller.close()
          ended()
        } catch (failure) {
          controller.error(failure)
          ended()
        }
      },
      async cancel(reason) {
        ended()
        await reader?.cancel(reason)
      },
    },
    { highWaterMark: 0 },
  )
}

/**
 * Ends the transfer when the signal aborts; the returned function stops listening. `fetch` does so by itself until garbage
 * is collected: that of Node 20 holds the signal of an answer that has begun weakly.
 */
function endWith(signal: AbortSignal, reader: ReadableStreamDefaultReader<Chunk>): () => void {
  // What a failed stream rejects with is told to whoever reads it.
  return onAbort(signal, () => void reader.cancel(signal.reason).catch(() => {}))
}

/** Rejects with a ConnectionError, or with the signal's reason once that is aborted. */
async function next(reader: ReadableStreamDefaultReader<Chunk>, signal: AbortSignal): Promise<Chunk | null> {
  try {
    const { done, value } = await reader.read()
    if (!done) return value
  } catch (cause) {
    signal.throwIfAborted()
    throw new ConnectionError('the connection broke within the answer', { cause })
  }
  signal.throwIfAborted()
  return null
}

/** The whole body. Throws a ProtocolError when it has more than `bytesMax` bytes. */
export async function bytesOf(response: Response, bytesMax: number, signal: AbortSignal): Promise<Chunk> {
  const chunks: Chunk[] = []
  let length = 0
  for await (const chunk of chunksOf(response, signal)) {
    length += chunk.length
    if (length > bytesMax) {
      throw new ProtocolError(`the answer has more than ${bytesMax} bytes; read it as a stream with open()`)
    }
    chunks.push(chunk)
  }
  const [only] = chunks
  if (only !== undefined && chunks.length === 1) return only
  const whole = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.length
  }
  return whole
}

/** Throws a ProtocolError when the bytes are not JSON. */
export function jsonOf(bytes: Uint8Array): Value {
  return parseJson(new TextDecoder().decode(bytes))
}

/** Throws a ProtocolError when the text is not JSON. */
export function parseJson(text: string): Value {
  try {
    const value: Value = JSON.parse(text)
    return value
  } catch (cause) {
    throw new ProtocolError('the answer says it is JSON and is not', { cause })
  }
}
