// @ts-check
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import { saveFailure } from './corpus.mjs'
import { Coverage } from './coverage.mjs'
import { wordsOf } from './dictionary.mjs'
import { distilled, fuzz } from './engine.mjs'
import { seeded } from './random.mjs'

let blind = false
const coverage = new Coverage((url) => !blind && url.endsWith('.fixture.mjs'))
const { broken, magic, sound, square, wholes } = await import('./planted.fixture.mjs')
const options = { runs: 100_000, seed: 1, before() {} }

test('a fault behind four bytes, each behind a branch, is found and reduced to those bytes', () => {
  const { failure, runs, corpus } = fuzz(magic, coverage, options)
  assert.equal(new TextDecoder().decode(failure?.input), 'FUZ!')
  assert.match(String(failure?.error), /the planted fault/)
  assert.ok(corpus.length > 3, 'inputs that passed a branch were kept')
  assert.ok(runs < options.runs)
})

test('without coverage the same fault is out of reach', () => {
  blind = true
  const { failure, blocks } = fuzz(magic, coverage, { ...options, runs: 20_000 })
  blind = false
  assert.deepEqual([failure, blocks], [null, 0])
})

test('a fault behind a whole word and a whole number is found by the words of the code, and not without', () => {
  coverage.forget()
  const sources = coverage.scripts.map((url) => readFileSync(fileURLToPath(url), 'utf8'))
  const { failure, runs } = fuzz(wholes, coverage, { ...options, words: wordsOf(sources) })
  assert.deepEqual(
    Buffer.from(failure?.input ?? []),
    Buffer.concat([Buffer.from('x-planted-fault:'), Buffer.from('feedc0de', 'hex')]),
  )
  assert.equal(fuzz(wholes, coverage, { ...options, runs: runs * 2 }).failure, null)
})

test('words are strings as they mean, and numbers in every width they fit, each once', () => {
  const words = wordsOf([`'a\\n\\x41' "it's" \`tick\` 'a\\n\\x41' 0x1_02 7 'x'`])
  assert.deepEqual(
    words.map((word) => Buffer.from(word).toString('hex')),
    ['a\nA', "it's", 'tick', '258']
      .map((text) => Buffer.from(text).toString('hex'))
      .concat(['0102', '0201', '00000102', '02010000', '0000000000000102', '0201000000000000']),
  )
  assert.deepEqual(wordsOf([`'${'x'.repeat(65)}'`]), [])
})

test('an input that is worked on for too long is a failure, by count and not by clock', () => {
  const { failure } = fuzz(square, coverage, options)
  assert.match(String(failure?.error), /bytes took \d+ steps, and at most \d+ are allowed/)
  assert.ok((failure?.input.length ?? 0) > 100)
  const { failure: none } = fuzz({ ...square, stepsPerByte: 1e6 }, coverage, { ...options, runs: 2_000 })
  assert.equal(none, null)
})

test('it ends when its time is over', () => {
  let looks = 0
  const over = () => (looks += 1) > 3
  assert.equal(fuzz(sound, coverage, { ...options, over }).runs, 1 + 3 * 16)
})

test('a corpus is distilled to what reaches anything that the seeds do not', () => {
  const corpus = ['FU', 'FUZ-', 'F', '-', 'FUx', 'FUZxxx'].map((text) => new TextEncoder().encode(text))
  const kept = distilled(magic, coverage, corpus).map((input) => new TextDecoder().decode(input))
  assert.deepEqual(kept, ['F', 'FU', 'FUZ-'])
})

test('a failure is saved as it is, beside the line that repeats it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fuzz-'))
  const input = Uint8Array.of(0, 255, 10)
  const again = saveFailure(folder, 'some/target', { input, error: 'it broke' })
  const [, file = ''] = /--file (.+)$/.exec(again) ?? []
  assert.deepEqual(Uint8Array.from(readFileSync(file)), input)
  assert.equal(readFileSync(`${file}.txt`, 'utf8'), `it broke\nrepeat: ${again}\n`)
  rmSync(folder, { recursive: true })
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

test('seeds stay as they are, of whatever kind their bytes are and whatever a target does to its input', () => {
  const seeds = [Buffer.from('a buffer'), new TextEncoder().encode('an array')]
  const run = (/** @type {Uint8Array} */ input) => void input.fill(0)
  fuzz({ seeds, run, stepsPerByte: undefined }, coverage, { ...options, runs: 500 })
  assert.deepEqual(
    seeds.map((seed) => new TextDecoder().decode(seed)),
    ['a buffer', 'an array'],
  )
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
