// @ts-check
/**
 * The fuzzing loop: change an input that is known to matter, run it, and keep it when it reached code that
 * nothing before it had reached. It knows no files, threads or output.
 */

import { mutate, spliced } from './mutate.mjs'
import { seeded } from './random.mjs'

/**
 * @typedef {{ readonly seeds: readonly Uint8Array[], run(input: Uint8Array): void }} Target
 *   `run` throws only when a property does not hold.
 * @typedef {{ input: Uint8Array, error: unknown }} Failure
 * @typedef {{ runs: number, corpus: number, blocks: number, failure: Failure | null }} Result
 */

/** Looking at coverage costs more than most runs, so a batch shares one look and is rerun when it shows news. */
const batchRuns = 16
const corpusMax = 1_000
const latest = 3
const inputBytesMax = 4_096
const minimiseRunsMax = 3_000

/**
 * @param {Target} target
 * @param {import('./coverage.mjs').Coverage} coverage
 * @param {{ runs: number, seed: number, before: (input: Uint8Array) => void }} options
 *   `before` sees each input before it is run.
 * @returns {Result}
 */
export function fuzz(target, coverage, { runs, seed, before }) {
  const random = seeded(seed)
  const attempt = (/** @type {Uint8Array} */ input) => {
    before(input)
    return failureOf(target, input)
  }
  const corpus = target.seeds.length === 0 ? [new Uint8Array(0)] : [...target.seeds]
  const bytesMax = Math.max(inputBytesMax, ...corpus.map((input) => input.length))
  let done = 0

  const finish = (/** @type {Failure | null} */ failure) => {
    const least = failure === null ? null : minimise(attempt, failure)
    return { runs: done, corpus: corpus.length, blocks: coverage.blocks, failure: least }
  }

  coverage.forget()
  for (const input of corpus) {
    done += 1
    const failure = attempt(input)
    if (failure !== null) return finish(failure)
  }
  coverage.learn()

  while (done < runs) {
    const batch = Array.from({ length: Math.min(batchRuns, runs - done) }, () =>
      mutate(chosen(corpus, random), corpus, random, bytesMax),
    )
    for (const input of batch) {
      done += 1
      const failure = attempt(input)
      if (failure !== null) return finish(failure)
    }
    if (!coverage.grew()) continue
    for (const input of batch) {
      const failure = attempt(input)
      if (failure !== null) return finish(failure)
      if (coverage.learn() && corpus.length < corpusMax) corpus.push(input)
    }
  }
  return finish(null)
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
export function failureOf(target, input) {
  try {
    // A copy, so that a target that writes to its input cannot spoil the corpus.
    target.run(input.slice())
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
