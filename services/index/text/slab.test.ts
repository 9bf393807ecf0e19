import fc from 'fast-check'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KINDS, placeOf, Slab, sizeOf } from './slab.ts'

interface Held {
  readonly address: number
  readonly kind: number
  readonly mark: number
}

function fill(slab: Slab, { address, kind, mark }: Held): void {
  slab.page(address).fill(mark, placeOf(address), placeOf(address) + sizeOf(kind))
}

function assertWhole(slab: Slab, { address, kind, mark }: Held): void {
  const block = slab.page(address).subarray(placeOf(address), placeOf(address) + sizeOf(kind))
  assert.equal(block.length, sizeOf(kind))
  assert.ok(block.every((number) => number === mark))
}

test('no two blocks that are in use share a number, whatever was taken and given back', () => {
  const kind = fc.oneof(fc.nat(5), fc.nat(KINDS - 1))
  const step = fc.oneof(fc.record({ kind }), fc.record({ gone: fc.nat() }))
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200, size: 'max' }), (steps) => {
      const slab = new Slab()
      const held: Held[] = []
      for (const [mark, step] of steps.entries()) {
        if ('kind' in step) {
          const taken = { address: slab.take(step.kind), kind: step.kind, mark }
          fill(slab, taken)
          held.push(taken)
        } else if (held.length > 0) {
          for (const { address, kind } of held.splice(step.gone % held.length, 1)) slab.give(address, kind)
        }
      }
      for (const block of held) assertWhole(slab, block)
    }),
    { numRuns: 40 },
  )
})

test('a block is a page at most', () => {
  const slab = new Slab()
  assert.equal(slab.page(slab.take(KINDS - 1)).length, sizeOf(KINDS - 1))
  assert.throws(() => slab.take(KINDS), /a block has at most 262144 numbers, not 524288/)
})

test('what was given back is used again before there is another page', () => {
  const slab = new Slab()
  const all = Array.from({ length: 5_000 }, () => slab.take(2))
  const before = slab.bytes
  for (let round = 0; round < 3; round++) {
    for (const address of all.splice(0)) slab.give(address, 2)
    for (let i = 0; i < 5_000; i++) all.push(slab.take(2))
  }
  for (const address of all.splice(0)) slab.give(address, 2)
  for (let i = 0; i < 20_000; i++) slab.take(0)
  assert.equal(slab.bytes, before)
})

test('a small slab takes little, and a large one little more than its blocks', () => {
  const slab = new Slab()
  slab.take(0)
  assert.equal(slab.bytes, 4_096)
  for (let i = 0; i < 10_000; i++) slab.take(5)
  assert.ok(slab.bytes < 4 * (10_000 * sizeOf(5) + 2 ** 18))
})
