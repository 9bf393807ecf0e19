// @ts-check
import assert from 'node:assert/strict'
import test from 'node:test'
import { fuzz } from './engine.mjs'
import { Coverage } from './coverage.mjs'
import { seeded } from './random.mjs'

let blind = false
const coverage = new Coverage((url) => !blind && url.endsWith('.fixture.mjs'))
const { broken, magic, sound } = await import('./planted.fixture.mjs')
const options = { runs: 100_000, seed: 1, before() {} }

test('a fault behind four bytes, each behind a branch, is found and reduced to those bytes', () => {
  const { failure, runs, corpus } = fuzz(magic, coverage, options)
  assert.equal(new TextDecoder().decode(failure?.input), 'FUZ!')
  assert.match(String(failure?.error), /the planted fault/)
  assert.ok(corpus > 3, 'inputs that passed a branch were kept')
  assert.ok(runs < options.runs)
})

test('without coverage the same fault is out of reach', () => {
  blind = true
  const { failure, blocks } = fuzz(magic, coverage, { ...options, runs: 20_000 })
  blind = false
  assert.deepEqual([failure, blocks], [null, 0])
})

test('a target that always holds runs as often as it was asked to', () => {
  const result = fuzz(sound, coverage, { ...options, runs: 500 })
  assert.deepEqual([result.runs, result.failure], [500, null])
  assert.ok(result.blocks > 0)
})

test('the same seed runs the same inputs, and another seed others', () => {
  const inputsOf = (/** @type {number} */ seed) => {
    /** @type {string[]} */
    const inputs = []
    const before = (/** @type {Uint8Array} */ input) => void inputs.push(input.join())
    fuzz(magic, coverage, { runs: 2_000, seed, before })
    return inputs
  }
  assert.deepEqual(inputsOf(7), inputsOf(7))
  assert.notDeepEqual(inputsOf(7), inputsOf(8))
})

test('a seed that fails is reported at once, reduced', () => {
  const { failure, runs } = fuzz(broken, coverage, options)
  assert.deepEqual([runs, [...(failure?.input ?? [])]], [1, [0x58]])
})

test('a target sees each input before anything else can change it', () => {
  /** @type {number[]} */
  const sums = []
  const before = (/** @type {Uint8Array} */ input) => void sums.push(input.reduce((a, b) => a + b, 0))
  fuzz(sound, coverage, { ...options, runs: 50, before })
  assert.equal(sums[0], 6)
  assert.ok(sums.length >= 50)
})

test('seeded numbers are spread over their range and repeat with their seed', () => {
  for (const seed of [0, 1, -1, 2 ** 40]) {
    const [first, second] = [seeded(seed), seeded(seed)]
    const counts = Array.from({ length: 10 }, () => 0)
    for (let round = 0; round < 10_000; round++) {
      const number = first.below(10)
      assert.equal(number, second.below(10))
      counts[number] = (counts[number] ?? 0) + 1
    }
    assert.ok(
      counts.every((count) => count > 800),
      counts.join(' '),
    )
  }
})
