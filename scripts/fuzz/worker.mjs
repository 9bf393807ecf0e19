// @ts-check
/**
 * One target, fuzzed in a thread of its own, so that an input that never returns can be told and ended. The
 * input under way lies in shared memory: u32 count of inputs, u32 length, bytes.
 */

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parentPort, workerData } from 'node:worker_threads'
import { Coverage } from './coverage.mjs'
import { wordsOf } from './dictionary.mjs'
import { distilled, fuzz } from './engine.mjs'

/**
 * @typedef {object} Task
 * @property {string} file the address of the target's module
 * @property {number} runs
 * @property {number} ms
 * @property {number} seed
 * @property {readonly Uint8Array[]} kept inputs besides the target's own seeds
 * @property {boolean} distil whether what was found is wanted back
 * @property {Uint8Array | null} input the only one to run
 * @property {SharedArrayBuffer} shared
 */

/** @type {Task} */
const { file, runs, ms, seed, kept, distil, input, shared } = workerData
const numbers = new Uint32Array(shared, 0, 2)
const bytes = new Uint8Array(shared, 8)

/** Code of the repository and of its packages; neither Node's own nor the fuzzer's. */
const counts = (/** @type {string} */ url) => url.startsWith('file:') && !url.includes('/scripts/fuzz/')
/** What strangers' bytes are compared with stands in our code. */
const speaks = (/** @type {string} */ url) => !url.includes('/node_modules/') && !url.endsWith('.fuzz.js')

const before = (/** @type {Uint8Array} */ next) => {
  bytes.set(next.subarray(0, bytes.length))
  numbers[1] = Math.min(next.length, bytes.length)
  Atomics.add(numbers, 0, 1)
}

const coverage = new Coverage(counts)
/** @type {import('./engine.mjs').Target} */
const own = await import(file)
const target = { seeds: [...own.seeds, ...kept], run: own.run, stepsPerByte: own.stepsPerByte }

function fuzzed() {
  coverage.forget()
  const sources = coverage.scripts.filter(speaks).map((url) => readFileSync(fileURLToPath(url), 'utf8'))
  const endMs = performance.now() + ms
  const over = () => performance.now() >= endMs
  return fuzz(target, coverage, { runs, seed, before, over, words: wordsOf(sources) })
}

function repeated(/** @type {Uint8Array} */ only) {
  return fuzz({ ...target, seeds: [only] }, coverage, { runs: 1, seed, before })
}

const { failure, corpus, ...sums } = input === null ? fuzzed() : repeated(input)
const found = distil && failure === null ? distilled(own, coverage, corpus.slice(own.seeds.length)) : []
const error =
  failure?.error instanceof Error ? (failure.error.stack ?? failure.error.message) : failure?.error
parentPort?.postMessage({
  ...sums,
  corpus: corpus.length,
  found,
  failure: failure === null ? null : { input: failure.input, error: String(error) },
})
