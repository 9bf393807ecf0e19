/**
 * Gives the memory of a buffer back at once. The collector, which does not see how large the buffers behind its small
 * objects are, would come by when the objects have filled their room: tens of mebibytes later.
 */

import { MessageChannel } from 'node:worker_threads'

/** Smaller ones may share their memory with others. */
const discardedMin = 16_384

/** What is posted to a port without another end is let go, with the memory that was handed over to it. */
const { port1: nowhere, port2 } = new MessageChannel()
nowhere.unref()
port2.close()

/**
 * Nobody reads these bytes any more. Afterwards a large buffer that was theirs alone has none; any other, and shared
 * memory, stays as it is.
 */
export function discard({ buffer, byteLength }: Uint8Array): void {
  if (byteLength < discardedMin || byteLength !== buffer.byteLength) return
  if (buffer instanceof ArrayBuffer) nowhere.postMessage(null, [buffer])
}
