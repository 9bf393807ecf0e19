/** What is refused of an upload, in words that say how it can go on. */

import { chunksIn, pieceBytesMax } from './cut.ts'
import { chunksMax } from './manifest.ts'

export interface Refused<Code extends string> {
  readonly refused: Code
  readonly because: string
}

/** Of a piece, given how many chunks came before it and how many bytes are left. */
export function pieceRefusal(
  before: number,
  bytes: number,
  left: number,
): Refused<'TooLarge' | 'Conflict'> | undefined {
  if (bytes > left) {
    const because = `the piece has ${bytes} bytes and the upload ends in ${left}; send no more than was announced`
    return { refused: 'Conflict', because }
  }
  if (bytes > pieceBytesMax) {
    return {
      refused: 'TooLarge',
      because: `a piece has at most ${pieceBytesMax} bytes; send it in smaller ones`,
    }
  }
  const chunks = before + 1 + chunksIn(left - bytes, pieceBytesMax)
  if (chunks <= chunksMax) return undefined
  const because = `with pieces of ${bytes} bytes the object would have more than ${chunksMax} chunks; send larger ones`
  return { refused: 'Conflict', because }
}

export function gone(id: string): Refused<'NotFound'> {
  return { refused: 'NotFound', because: `no upload ${id} is in progress; begin a new one` }
}

export function elsewhere(at: number, offset: number): Refused<'Conflict'> {
  return {
    refused: 'Conflict',
    because: `the upload is at offset ${at}, not at ${offset}; ask for the offset and go on there`,
  }
}
