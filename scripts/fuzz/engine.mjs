// @ts-check
/**
 * The fuzzing loop: change an input that is known to matter, run it, and keep it when it reached code that
 * nothing before it had reached. It knows no files, threads or output.
 */

import { mutate, spliced } from './mutate.mjs'
import { seeded } from './random.mjs'

/**
 * @typedef {object} Target
 * @property {readonly Uint8Array[]} seeds
 * @property {(input: Uint8Array) => void} run throws only when a property does not hold
 * @property {number} [stepsPerByte] how much an input may be worked on: blocks of code entered for each of its
 *   bytes, and for as many more as `freeBytes`; a count, so that it is the same on every machine
 * @typedef {{ input: Uint8Array, error: unknown }} Failure
 * @typedef {{ runs: number, corpus: Uint8Array[], blocks: number, failure: Failure | null }} Result
 */

/** What even an empty input may cost, as if it were this long. */
const freeBytes = 256

/** Looking at coverage costs more than most runs, so a batch shares one look and is rerun when it shows news. */
const batchRuns = 16
const corpusMax = 1_000
const latest = 3
const inputBytesMax = 4_096
const minimiseRunsMax = 3_000

/**
 * @typedef {object} Options
 * @property {number} runs how many at most
 * @property {number} seed
 * @property {(input: Uint8Array) => void} before sees each input before it is run
 * @property {() => boolean} [over] whether the time for it is over
 * @property {readonly Uint8Array[]} [words] what the code compares its input with
 */

/**
 * @param {Target} target
 * @param {import('./coverage.mjs').Coverage} coverage
 * @param {Options} options
 * @returns {Result}
 */
export function fuzz(target, coverage, { runs, seed, before, over = () => false, words = [] }) {
  const random = seeded(seed)
  const attempt = (/** @type {Uint8Array} */ input) => {
    before(input)
    return failureOf(target, input)
  }
  /** Alone, so that what is looked at afterwards is the work on this one. */
  const watched = (/** @type {Uint8Array} */ input) => {
    coverage.grew()
    const failure = attempt(input)
    return { failure: failure ?? tooMuch(target, input, coverage.grew().steps), learned: coverage.learn() }
  }
  // Copies of their own: a `Buffer`, which many seeds are, has another `slice`, which shares its memory.
  const corpus =
    target.seeds.length === 0 ? [new Uint8Array(0)] : target.seeds.map((input) => Uint8Array.from(input))
  const bytesMax = Math.max(inputBytesMax, ...corpus.map((input) => input.length))
  let done = 0

  const finish = (/** @type {Failure | null} */ failure) => {
    const least = failure === null ? null : minimise((input) => watched(input).failure, failure)
    return { runs: done, corpus, blocks: coverage.blocks, failure: least }
  }

  coverage.forget()
  for (const input of corpus) {
    done += 1
    const { failure } = watched(input)
    if (failure !== null) return finish(failure)
  }

  while (done < runs && !over()) {
    const batch = Array.from({ length: Math.min(batchRuns, runs - done) }, () =>
      mutate(chosen(corpus, random), { others: corpus, words }, random, bytesMax),
    )
    for (const input of batch) {
      done += 1
      const failure = attempt(input)
      if (failure !== null) return finish(failure)
    }
    const { news, steps } = coverage.grew()
    if (!news && batch.every((input) => tooMuch(target, input, steps) === null)) continue
    for (const input of batch) {
      const { failure, learned } = watched(input)
      if (failure !== null) return finish(failure)
      if (learned && corpus.length < corpusMax) corpus.push(input)
    }
  }
  return finish(null)
}

/**
 * The least inputs that together reach all that a corpus reaches, shortest first.
 * @param {Target} target
 * @param {import('./coverage.mjs').Coverage} coverage
 * @param {readonly Uint8Array[]} corpus
 * @returns {Uint8Array[]}
 */
export function distilled(target, coverage, corpus) {
  coverage.forget()
  for (const input of target.seeds) failureOf(target, input)
  coverage.learn()
  return corpus
    .toSorted((a, b) => a.length - b.length)
    .filter((input) => {
      failureOf(target, input)
      return coverage.learn()
    })
}

/**
 * @param {Target} target
 * @param {Uint8Array} input
 * @param {number} steps
 * @returns {Failure | null}
 */
function tooMuch({ stepsPerByte }, input, steps) {
  if (stepsPerByte === undefined) return null
  const most = stepsPerByte * (input.length + freeBytes)
  if (steps <= most) return null
  return {
    input,
    error: new Error(`${input.length} bytes took ${steps} steps, and at most ${most} are allowed`),
  }
}

/**
 * Every input has its chance; half of the time it is one of the latest, which stand at the edge of what is known.
 * @param {readonly Uint8Array[]} corpus
 * @param {import('./random.mjs').Random} random
 */
function chosen(corpus, random) {
  return random.pick(random.below(2) === 0 ? corpus : corpus.slice(-latest))
}

/**
 * @param {Target} target
 * @param {Uint8Array} input
 * @returns {Failure | null}
 */
function failureOf(target, input) {
  try {
    // A copy, so that a target that writes to its input cannot spoil the corpus.
    target.run(Uint8Array.from(input))
    return null
  } catch (error) {
    return { input, error }
  }
}

/**
 * The shortest input found that still fails in the same way: pieces are dropped, large ones first, and then
 * bytes are set to zero.
 * @param {(input: Uint8Array) => Failure | null} attempt
 * @param {Failure} failure
 * @returns {Failure}
 */
function minimise(attempt, failure) {
  let best = failure
  let left = minimiseRunsMax
  const kind = kindOf(failure.error)
  const better = (/** @type {Uint8Array} */ input) => {
    // With no tries left every change is called worse, and the loops below run out.
    if (left === 0) return false
    left -= 1
    const found = attempt(input)
    if (found === null || kindOf(found.error) !== kind) return false
    best = found
    return true
  }
  for (let size = 2 ** Math.ceil(Math.log2(best.input.length + 1)); size >= 1; size = Math.floor(size / 2)) {
    for (let at = 0; at < best.input.length;) {
      if (!better(spliced(best.input, at, size, new Uint8Array(0)))) at += size
    }
  }
  for (let at = 0; at < best.input.length; at++) {
    if (best.input[at] !== 0) better(spliced(best.input, at, 1, new Uint8Array(1)))
  }
  return best
}

/** Two failures are the same when their errors have one name and come from one place. */
function kindOf(/** @type {unknown} */ error) {
  if (!(error instanceof Error)) return typeof error
  const place = error.stack?.split('\n').find((line) => line.startsWith('    at ')) ?? ''
  return `${error.name} ${place}`
}
