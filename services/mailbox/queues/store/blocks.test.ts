import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Blocks, blockBytes } from './blocks.ts'

const blocksOf = (length: number) => Math.ceil(length / blockBytes)
const filled = (length: number, byte: number) => new Uint8Array(length).fill(byte)

/** Longer than a segment now and then, so that chains cross the end of one. */
const length = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 1, max: 5 * blockBytes }) },
  { weight: 1, arbitrary: fc.constantFrom(2 ** 20 - blockBytes, 2 ** 20, 2 ** 20 + 1, 2 ** 21) },
)
const step = fc.record({ put: fc.boolean(), length, which: fc.nat() })

test('over any history what is kept comes back as it was, and takes no more blocks than it must', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60, size: 'max' }), (steps) => {
      const blocks = new Blocks()
      const kept = new Map<number, Uint8Array>()
      for (const [turn, { put, length: size, which }] of steps.entries()) {
        const [first, bytes] = [...kept][which % Math.max(1, kept.size)] ?? []
        if (put || first === undefined || bytes === undefined) {
          const made = filled(size, 1 + (turn % 255))
          kept.set(blocks.put(made), made)
        } else {
          blocks.free(first, bytes.length)
          kept.delete(first)
        }
      }
      let used = 0
      for (const [first, bytes] of kept) {
        assert.ok(Buffer.from(blocks.view(first, bytes.length)).equals(bytes))
        const copy = new Uint8Array(bytes.length + 2)
        blocks.copy(first, bytes.length, copy, 1)
        assert.ok(Buffer.from(copy.subarray(1, -1)).equals(bytes))
        used += blocksOf(bytes.length)
      }
      assert.equal(blocks.bytesUsed, used * blockBytes)
    }),
    { numRuns: 60 },
  )
})

test('what is freed is overwritten at once, and the next of its length finds it in one piece', () => {
  const blocks = new Blocks()
  const first = blocks.put(filled(1000, 7))
  const view = blocks.view(first, 1000)
  assert.ok(view.every((byte) => byte === 7))
  blocks.free(first, 1000)
  assert.ok(view.every((byte) => byte === 0))
  const again = blocks.put(filled(1000, 8))
  assert.equal(blocks.view(again, 1000).buffer, view.buffer)
  assert.ok(
    view.every((byte) => byte === 8),
    'a view of the same memory',
  )
})

test('scattered blocks are of use to what needs many', () => {
  const blocks = new Blocks()
  const small = Array.from({ length: 100 }, () => blocks.put(filled(blockBytes, 1)))
  for (const [n, first] of small.entries()) if (n % 2 === 0) blocks.free(first, blockBytes)
  const large = blocks.put(filled(50 * blockBytes, 2))
  assert.equal(blocks.bytesUsed, 100 * blockBytes)
  assert.ok(blocks.view(large, 50 * blockBytes).every((byte) => byte === 2))
})

test('wiping overwrites everything', () => {
  const blocks = new Blocks()
  const views = [100, 2 ** 20, 100].map((size) => blocks.view(blocks.put(filled(size, 9)), 100))
  blocks.wipe()
  assert.ok(views.every((view) => view.every((byte) => byte === 0)))
})
