import fc from 'fast-check'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Shelves } from './shelves.ts'

const bytes = (length: number, value: number) => Buffer.alloc(length, value)

test('what was put last under a key is there until it is removed, as in a Map', () => {
  const step = fc.record({
    key: fc.nat(40),
    length: fc.oneof(fc.nat(50), fc.constantFrom(30_000, 400_000, 1_200_000)),
    isPut: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120, size: 'max' }), (steps) => {
      const shelves = new Shelves()
      const twin = new Map<number, Buffer>()
      for (const [value, { key, length, isPut }] of steps.entries()) {
        if (isPut) {
          shelves.put(key, bytes(length, value))
          twin.set(key, bytes(length, value))
        } else {
          shelves.remove(key)
          twin.delete(key)
        }
      }
      for (let key = 0; key <= 40; key++) {
        const [found, expected] = [shelves.find(key), twin.get(key)]
        assert.deepEqual([found !== undefined, found?.length], [shelves.has(key), expected?.length])
        if (found && expected)
          assert.equal(expected.compare(found.memory, found.at, found.at + found.length), 0)
      }
    }),
    { numRuns: 40 },
  )
})

test('however often records are replaced, the pages hold little more than half as much again', () => {
  const shelves = new Shelves()
  for (let round = 0; round < 30; round++) {
    for (let key = 0; key < 4_000; key++) {
      // Some live much longer than others, so that pages empty unevenly.
      if (round === 0 || (key + round) % (1 + (key % 7)) === 0) shelves.put(key, bytes(992, round))
    }
    assert.ok(shelves.bytes <= 1.5 * 4_000 * 1_000 + 4 * 2 ** 20, `${shelves.bytes} bytes`)
  }
})

test('shelves that are empty again take nothing, and a few records little', () => {
  const shelves = new Shelves()
  shelves.put(1, bytes(10, 1))
  assert.equal(shelves.bytes, 4_096)
  for (let key = 0; key < 5_000; key++) shelves.put(key, bytes(1_000, 1))
  for (let key = 0; key < 5_000; key++) shelves.remove(key)
  assert.equal(shelves.bytes, 0)
})
