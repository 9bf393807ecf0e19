// @ts-check
/**
 * Coverage-guided fuzzing of every `*.fuzz.ts` in the workspaces, after a build. Such a file exports `seeds`,
 * inputs to start from, and `run(input)`, which throws only when a property does not hold.
 *
 *     node scripts/fuzz.mjs [target…] [--runs N] [--seed N] [--input HEX]
 *
 * Names select targets that contain them; the same seed gives the same runs. A failing input is reduced and
 * printed as hex, to be given back with --input. Exit codes: 0 all held, 1 a property failed, 2 wrong usage.
 */

import { readdirSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'

/** @typedef {{ name: string, file: string }} Found */
/** @typedef {{ runs: number, corpus: number, blocks: number, failure: { input: Uint8Array, error: string } | null }} Report */

const root = fileURLToPath(new URL('..', import.meta.url))
/** A run takes far less than a millisecond; one that takes this long does not end. */
const hangMs = 60_000
const sharedBytes = 8 + 2 ** 20

process.exitCode = await main()

/** @returns {Promise<number>} the exit code */
async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      runs: { type: 'string', default: '3000' },
      seed: { type: 'string', default: '1' },
      input: { type: 'string' },
    },
  })
  const [runs, seed] = [Number(values.runs), Number(values.seed)]
  if (!Number.isSafeInteger(runs) || runs < 1)
    return wrong(`--runs ${values.runs}: a positive whole number is needed`)
  if (!Number.isSafeInteger(seed)) return wrong(`--seed ${values.seed}: a whole number is needed`)
  const input = values.input === undefined ? null : Uint8Array.from(Buffer.from(values.input, 'hex'))
  if (input !== null && input.length !== (values.input ?? '').length / 2)
    return wrong('--input: hex digits are needed')

  const all = targets()
  if (all.length === 0) return wrong('no *.fuzz.js under any dist; build first')
  const known = all.map((target) => target.name).join(', ')
  const unknown = positionals.find((name) => !all.some((target) => target.name.includes(name)))
  if (unknown !== undefined) return wrong(`no target is named like ${unknown}; there are ${known}`)
  const chosen = all.filter(
    ({ name }) => positionals.length === 0 || positionals.some((part) => name.includes(part)),
  )
  if (input !== null && chosen.length !== 1) return wrong(`--input: name one target; there are ${known}`)

  let failed = 0
  for (const target of chosen) {
    const startedMs = performance.now()
    const report = await fuzzed(target, runs, seed, input)
    const seconds = (performance.now() - startedMs) / 1_000
    const { failure } = report
    const sums = `${report.runs} runs, corpus ${report.corpus}, ${report.blocks} blocks, ${seconds.toFixed(1)} s`
    print(`${failure === null ? 'ok  ' : 'FAIL'} ${target.name}: ${sums}`)
    if (failure === null) continue
    failed += 1
    const hex = Buffer.from(failure.input).toString('hex')
    print(`${failure.error}\nrepeat: node scripts/fuzz.mjs ${target.name} --input '${hex}'`)
  }
  return failed === 0 ? 0 : 1
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
 * @param {number} runs
 * @param {number} seed
 * @param {Uint8Array | null} input
 * @returns {Promise<Report>}
 */
function fuzzed(target, runs, seed, input) {
  const shared = new SharedArrayBuffer(sharedBytes)
  const numbers = new Uint32Array(shared, 0, 2)
  const underWay = () => new Uint8Array(shared, 8, numbers[1]).slice()
  const workerData = { file: pathToFileURL(target.file).href, runs, seed, input, shared }
  const worker = new Worker(new URL('./fuzz/worker.mjs', import.meta.url), { workerData })
  return new Promise((resolve) => {
    const broken = (/** @type {string} */ error) => {
      clearInterval(watch)
      const done = numbers[0] ?? 0
      resolve({ runs: done, corpus: 0, blocks: 0, failure: { input: underWay(), error } })
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

/** @param {string} message */
function wrong(message) {
  process.stderr.write(`${message}\n`)
  return 2
}
