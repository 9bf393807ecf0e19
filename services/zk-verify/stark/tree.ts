/**
 * The tree that audit inclusion is proven in: 14 levels over Poseidon2, with 16,384 places.
 *
 *     leaf = compress(16 bits of the event's hash and a 1 above them, sixteen times)      node = compress(left, right)
 *
 * The 1 keeps an event from being taken for two nodes: the digests of nodes are numbers of 31 bits, and sixteen that
 * all lie in [2¹⁶, 2¹⁷) would have to be looked for.
 */

import { digestElements } from './parameters.ts'
import { compress, width } from './poseidon2.ts'

const leafMark = 2 ** 16

/** `event` has 32 bytes. */
export function leafOf(event: Uint8Array): number[] {
  const view = new DataView(event.buffer, event.byteOffset, event.byteLength)
  return compress(Array.from({ length: width }, (_, at) => leafMark + view.getUint16(2 * at)))
}

/** A digest as public inputs are written: 4 bytes big-endian for each element. `bytes` are 32. */
export function digestFrom(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Array.from({ length: digestElements }, (_, at) => view.getUint32(4 * at))
}
