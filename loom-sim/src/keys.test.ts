import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Keys } from './keys.ts'
import { seeded } from './seeded.ts'

test('equal states have equal keys, and no two different ones of a few thousand share one', () => {
  const keys = new Keys()
  const random = seeded(7)
  const below = (count: number) => Math.floor(random.fraction() * count)
  const values = [0, 1, 127, 128, 255, -1, 0.5, 2 ** 40, null, true, false, '', 'a', 'b', undefined]
  const anything = (depth: number): unknown => {
    const size = below(4)
    if (depth === 0 || below(3) === 0) return values[below(values.length)]
    if (below(2) === 0) return Array.from({ length: size }, () => anything(depth - 1))
    return Object.fromEntries(['x', 'y', 'z'].slice(0, size).map((name) => [name, anything(depth - 1)]))
  }
  const written = new Map<string, string>()
  for (let n = 0; n < 20_000; n++) {
    const state = anything(3)
    const text = JSON.stringify(state, (_, value: unknown) => (value === undefined ? 'undefined!' : value))
    const key = keys.of(state)
    assert.equal(keys.of(structuredClone(state)), key)
    assert.equal(written.get(key) ?? text, text)
    written.set(key, text)
  }
  assert.equal(new Set(written.values()).size, written.size)
  assert.ok(written.size > 2_000)
})

test('more values than fit a byte still have keys of their own', () => {
  const keys = new Keys()
  const all = Array.from({ length: 5_000 }, (_, n) => keys.of([n, `s${n}`]))
  assert.equal(new Set(all).size, all.length)
})

test('most values of a state cost one byte of its key', () => {
  const key = new Keys().of({ phase: 'running', queue: [1, 2, 3], open: true, timerInMs: null })
  assert.equal(key.length, 9)
})

test('a state that is not small is refused', () => {
  assert.throws(() => new Keys().of(Array.from({ length: 70_000 }, () => 0)), /must be small/)
})
