// @ts-check
/**
 * One target, fuzzed in a thread of its own, so that an input that never returns can be told and ended. The
 * input under way lies in shared memory: u32 count of inputs, u32 length, bytes.
 */

import { parentPort, workerData } from 'node:worker_threads'
import { Coverage } from './coverage.mjs'
import { failureOf, fuzz } from './engine.mjs'

/** @type {{ file: string, runs: number, seed: number, input: Uint8Array | null, shared: SharedArrayBuffer }} */
const { file, runs, seed, input, shared } = workerData
const numbers = new Uint32Array(shared, 0, 2)
const bytes = new Uint8Array(shared, 8)

/** Code of the repository and of its packages; neither Node's own nor the fuzzer's. */
const counts = (/** @type {string} */ url) => url.startsWith('file:') && !url.includes('/scripts/fuzz/')

const before = (/** @type {Uint8Array} */ next) => {
  bytes.set(next.subarray(0, bytes.length))
  numbers[1] = Math.min(next.length, bytes.length)
  Atomics.add(numbers, 0, 1)
}

const coverage = new Coverage(counts)
const target = await import(file)
if (input !== null) before(input)
const result =
  input === null
    ? fuzz(target, coverage, { runs, seed, before })
    : { runs: 1, corpus: 1, blocks: 0, failure: failureOf(target, input) }
const { failure } = result
const error =
  failure?.error instanceof Error ? (failure.error.stack ?? failure.error.message) : failure?.error
parentPort?.postMessage({
  ...result,
  failure: failure === null ? null : { input: failure.input, error: String(error) },
})
