// @ts-check
/**
 * Coverage-guided fuzzing of every `*.fuzz.ts` in the workspaces, after a build. Such a file exports `seeds`,
 * inputs to start from, and `run(input)`, which throws only when a property does not hold.
 *
 *     node scripts/fuzz.mjs [target…] [--runs N | --minutes N | --hours N] [--seed N] [--keep]
 *     node scripts/fuzz.mjs target --input HEX
 *     node scripts/fuzz.mjs target --file PATH
 *
 * Names select targets that contain them, or one alone by its whole name; minutes and hours are for each target. The
 * same seed gives the same runs. --keep writes the least inputs that reach all that was reached to
 * scripts/fuzz/corpus, from where every later run begins. An input that fails is reduced and saved in fuzz-failures,
 * with the line that repeats it. Exit codes: 0 all held, 1 a property failed, 2 wrong usage.
 */

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import { keep, keptFor, saveFailure } from './fuzz/corpus.mjs'
import { main, WrongCall } from './lib/run.mjs'

/** @typedef {{ name: string, file: string }} Found */
/** @typedef {{ runs: number, ms: number, seed: number, keep: boolean, input: Uint8Array | null }} Plan */
/**
 * @typedef {{ runs: number, corpus: number, blocks: number, found: Uint8Array[], failure: { input: Uint8Array, error: string } | null }} Report
 */

const root = fileURLToPath(new URL('..', import.meta.url))
/** A run takes far less than a millisecond; one that takes this long does not end. */
const hangMs = 60_000
const sharedBytes = 8 + 2 ** 20
const runsAtOnce = 3_000

await main(fuzz, { arguments: 'read' })

async function fuzz() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      runs: { type: 'string' },
      minutes: { type: 'string' },
      hours: { type: 'string' },
      seed: { type: 'string', default: '1' },
      keep: { type: 'boolean', default: false },
      input: { type: 'string' },
      file: { type: 'string' },
    },
  })
  const plan = planOf(values)
  const all = targets()
  if (all.length === 0) throw new WrongCall('no *.fuzz.js under any dist; build first')
  const chosen = chosenOf(all, positionals)
  if (plan.input !== null && chosen.length !== 1) throw new WrongCall('name one target for its input')
  for (const target of chosen) if (!(await held(target, plan))) process.exitCode = 1
}

/**
 * What is asked for. Throws a `WrongCall`.
 * @param {{ runs?: string, minutes?: string, hours?: string, seed: string, keep: boolean, input?: string, file?: string }} values
 * @returns {Plan}
 */
function planOf({ runs, minutes, hours, seed, keep, input, file }) {
  const limits = Object.entries({ runs, minutes, hours }).filter(([, value]) => value !== undefined)
  if (limits.length > 1)
    throw new WrongCall(`--${limits.map(([name]) => name).join(' and --')}: give one of them`)
  for (const [name, value] of limits) {
    const number = Number(value)
    if (!(number > 0 && Number.isFinite(number)) || (name === 'runs' && !Number.isSafeInteger(number)))
      throw new WrongCall(
        `--${name} ${value}: a positive ${name === 'runs' ? 'whole number' : 'number'} is needed`,
      )
  }
  if (!Number.isSafeInteger(Number(seed))) throw new WrongCall(`--seed ${seed}: a whole number is needed`)
  if (input !== undefined && Buffer.from(input, 'hex').length !== input.length / 2)
    throw new WrongCall('--input: hex digits are needed')
  if (file !== undefined && !existsSync(file)) throw new WrongCall(`--file ${file}: there is no such file`)
  const timed = minutes !== undefined || hours !== undefined
  const bytes = file === undefined ? Buffer.from(input ?? '', 'hex') : readFileSync(file)
  return {
    runs: timed ? Number.MAX_SAFE_INTEGER : Number(runs ?? runsAtOnce),
    ms: timed ? (Number(minutes ?? 0) + 60 * Number(hours ?? 0)) * 60_000 : Number.MAX_SAFE_INTEGER,
    seed: Number(seed),
    keep,
    input: input === undefined && file === undefined ? null : Uint8Array.from(bytes),
  }
}

/**
 * Throws a `WrongCall`.
 * @param {readonly Found[]} all
 * @param {readonly string[]} wanted parts of names, or one whole name
 * @returns {Found[]}
 */
function chosenOf(all, wanted) {
  const unknown = wanted.find((part) => !all.some(({ name }) => name.includes(part)))
  if (unknown !== undefined)
    throw new WrongCall(
      `no target is named like ${unknown}; there are ${all.map(({ name }) => name).join(', ')}`,
    )
  const exact = all.filter(({ name }) => wanted.includes(name))
  if (exact.length === wanted.length && exact.length > 0) return exact
  return all.filter(({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part)))
}

/**
 * Fuzzes one target and says what came of it.
 * @param {Found} target
 * @param {Plan} plan
 */
async function held(target, plan) {
  const startedMs = performance.now()
  const { runs, corpus, blocks, found, failure } = await fuzzed(target, plan)
  const seconds = (performance.now() - startedMs) / 1_000
  const sums = [
    `${runs} runs in ${seconds.toFixed(1)} s (${Math.round(runs / seconds)}/s)`,
    `corpus ${corpus}`,
    `${blocks} blocks`,
  ]
  if (plan.keep && failure === null) sums.push(`kept ${keep(target.name, found)}`)
  print(`${failure === null ? 'ok  ' : 'FAIL'} ${target.name}: ${sums.join(', ')}`)
  if (failure === null) return true
  const again = saveFailure(join(root, 'fuzz-failures'), target.name, failure)
  print(`${failure.error}\ninput: ${Buffer.from(failure.input).toString('hex')}\nrepeat: ${again}`)
  return false
}

/** `transport/src/oap/cbor.fuzz.ts`, built, is `transport/oap/cbor`. @returns {Found[]} */
function targets() {
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'node_modules')
    .flatMap((entry) => built(join(root, entry.name, 'dist')))
    .filter((file) => file.endsWith('.fuzz.js'))
    .map((file) => ({ file, name: nameOf(file) }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

/** @param {string} folder */
function built(folder) {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file))
  } catch {
    return []
  }
}

/** @param {string} file */
function nameOf(file) {
  const parts = relative(root, file)
    .replace(/\.fuzz\.js$/, '')
    .split(sep)
  return parts.filter((part) => part !== 'dist').join('/')
}

/**
 * Runs one target in a worker and ends it when an input does not return.
 * @param {Found} target
 * @param {Plan} plan
 * @returns {Promise<Report>}
 */
function fuzzed(target, { keep: distil, ...plan }) {
  const shared = new SharedArrayBuffer(sharedBytes)
  const numbers = new Uint32Array(shared, 0, 2)
  const underWay = () => new Uint8Array(shared, 8, numbers[1]).slice()
  const file = pathToFileURL(target.file).href
  const workerData = { ...plan, file, kept: keptFor(target.name), distil, shared }
  const worker = new Worker(new URL('./fuzz/worker.mjs', import.meta.url), { workerData })
  return new Promise((resolve) => {
    const broken = (/** @type {string} */ error) => {
      clearInterval(watch)
      const done = numbers[0] ?? 0
      resolve({ runs: done, corpus: 0, blocks: 0, found: [], failure: { input: underWay(), error } })
      void worker.terminate()
    }
    let last = -1
    const watch = setInterval(() => {
      const count = numbers[0] ?? 0
      if (count === last) broken(`the input did not return within ${hangMs / 1_000} s`)
      last = count
    }, hangMs)
    worker.once('message', (report) => {
      clearInterval(watch)
      resolve(report)
    })
    worker.once('error', (error) => broken(`the thread ended: ${error.stack ?? error.message}`))
  })
}

/** @param {string} text */
function print(text) {
  process.stdout.write(`${text}\n`)
}
