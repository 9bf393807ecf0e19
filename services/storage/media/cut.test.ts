import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { chunkBytesFor, chunkBytesMin, chunksIn, cut, pieceBytesMax } from './cut.ts'
import { chunksMax } from './manifest.ts'
import { pieceRefusal } from './refusals.ts'

const gibibyte = 2 ** 30

test('the parts of a piece are all of it in order, each as large as was said but the last', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 50 }),
      fc.integer({ min: 1, max: 60 }),
      (piece, size) => {
        const parts = cut(piece, size)
        assert.deepEqual(Buffer.concat(parts), Buffer.from(piece))
        assert.equal(parts.length, chunksIn(piece.length, size))
        assert.ok(parts.slice(0, -1).every(({ length }) => length === size))
        assert.ok((parts.at(-1)?.length ?? 0) > 0)
      },
    ),
  )
})

/** Uploads so many bytes in pieces of what `next` says, and counts the chunks; null when a piece is refused. */
function chunksOf(bytes: number, next: () => number): number | null {
  let [chunks, left] = [0, bytes]
  while (left > 0) {
    const piece = Math.min(next(), left)
    if (pieceRefusal(chunks, piece, left) !== undefined) return null
    left -= piece
    chunks += chunksIn(piece, chunkBytesFor(chunks, piece, left))
  }
  return chunks
}

test('chunks are small as long as an object of them has half of those it may have, and large beyond', () => {
  const sizes = [1, 2, 4, 8].map((gib) => {
    const chunks = chunksOf(gib * gibibyte, () => pieceBytesMax) ?? Number.NaN
    return [gib, (gib * gibibyte) / chunks]
  })
  assert.deepEqual(sizes, [
    [1, chunkBytesMin],
    [2, 2 * chunkBytesMin],
    [4, pieceBytesMax],
    [8, pieceBytesMax],
  ])
})

test('no object has more chunks than it may, and none of large pieces is refused, however they vary', () => {
  const piece = fc.integer({ min: pieceBytesMax / 2, max: pieceBytesMax })
  const pieces = fc.array(piece, { minLength: 1, maxLength: 20 })
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4 * gibibyte }), pieces, (bytes, pieces) => {
      let nth = 0
      const chunks = chunksOf(bytes, () => pieces[nth++ % pieces.length] ?? pieceBytesMax)
      assert.ok(chunks !== null && chunks <= chunksMax)
    }),
    { numRuns: 50 },
  )
})

test('an uploader may go on in smaller pieces where it could if no piece were cut', () => {
  let sent = 0
  const chunks = chunksOf(gibibyte / 2, () => {
    const piece = sent < gibibyte / 4 ? pieceBytesMax : 65_536
    sent += piece
    return piece
  })
  assert.equal(chunks, gibibyte / 4 / chunkBytesMin + gibibyte / 4 / 65_536)
})
