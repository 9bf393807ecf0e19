import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Slab } from './slab.ts'

const numbered = (length: number, first: number) => Uint8Array.from({ length }, (_, at) => first + at)

test('what is copied out is alone: neither its source nor its neighbours reach it', () => {
  const slab = new Slab()
  const source = numbered(100, 1)
  const copies = [slab.copy(source, 0, 10), slab.copy(source, 10, 10), slab.copy(source, 90, 100)]
  source.fill(0)
  copies[0]?.fill(7)
  copies[1]?.fill(7)
  assert.deepEqual(copies, [new Uint8Array(10).fill(7), new Uint8Array(0), numbered(10, 91)])
})

test('small bodies share a buffer of 64 KiB, and begin where a view of words can', () => {
  const slab = new Slab()
  const copies = Array.from({ length: 1_000 }, () => slab.copy(new Uint8Array(1_001), 0, 1_001))
  assert.equal(
    new Set(copies.map(({ buffer }) => buffer)).size,
    Math.ceil(1_000 / Math.floor(65_536 / 1_008)),
  )
  assert.ok(copies.every(({ byteOffset }) => byteOffset % 8 === 0))
})

test('a large body has a buffer of its own, which may change hands', () => {
  const slab = new Slab()
  slab.copy(new Uint8Array(8), 0, 8)
  const copy = slab.copy(new Uint8Array(5_000), 1, 5_000)
  assert.equal(copy.buffer.byteLength, 4_999)
})
