/**
 * How a piece becomes chunks. A chunk is read and checked as a whole before any byte of it is sent, so a range of
 * small chunks begins sooner; but each is listed, counted and kept track of, so an object has only so many.
 */

import { chunksMax } from './manifest.ts'

export const pieceBytesMax = 1_048_576
/** Smaller ones would begin hardly sooner: asking takes as long as checking so much does. */
export const chunkBytesMin = 262_144

/**
 * The size of the chunks that a piece of `bytes` is cut into, when `before` chunks came before it and `left` bytes are
 * to come after it: the least with which, if it goes on so, half of the chunks that an object may have are enough.
 * The other half is for an uploader whose pieces become smaller.
 */
export function chunkBytesFor(before: number, bytes: number, left: number): number {
  let size = chunkBytesMin
  while (size < pieceBytesMax && before + chunksIn(bytes, size) + chunksIn(left, size) > chunksMax / 2)
    size *= 2
  return size
}

/** The parts of a piece, each of so many bytes but the last, which may have fewer. */
export function cut(piece: Uint8Array, chunkBytes: number): Uint8Array[] {
  return Array.from({ length: chunksIn(piece.length, chunkBytes) }, (_, nth) =>
    piece.subarray(nth * chunkBytes, (nth + 1) * chunkBytes),
  )
}

export function chunksIn(bytes: number, chunkBytes: number): number {
  return Math.ceil(bytes / chunkBytes)
}
