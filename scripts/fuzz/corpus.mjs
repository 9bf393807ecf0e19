// @ts-check
/**
 * Inputs on disk. What was worth keeping lies in `scripts/fuzz/corpus`, a text file for each target with an input in
 * hex on each line; every run begins with them. What failed lies in `fuzz-failures`, the input as it is beside a note.
 */

import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Longer ones are not worth their place in the repository. */
const keptBytesMax = 512
const keptMax = 64

const folder = fileURLToPath(new URL('./corpus', import.meta.url))
const fileOf = (/** @type {string} */ name) => join(folder, `${name.replaceAll('/', '-')}.hex`)

/** @param {string} name @returns {Uint8Array[]} */
export function keptFor(name) {
  const file = fileOf(name)
  if (!existsSync(file)) return []
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1)
  return lines.map((line, at) => {
    const input = Buffer.from(line, 'hex')
    if (input.toString('hex') !== line) throw new Error(`${file}:${at + 1} is not lower-case hex`)
    return Uint8Array.from(input)
  })
}

/**
 * Writes these in place of what was kept.
 * @param {string} name
 * @param {readonly Uint8Array[]} inputs
 * @returns {number} how many were worth it
 */
export function keep(name, inputs) {
  const kept = inputs.filter((input) => input.length <= keptBytesMax).slice(0, keptMax)
  rmSync(fileOf(name), { force: true })
  if (kept.length === 0) return 0
  mkdirSync(folder, { recursive: true })
  writeFileSync(fileOf(name), kept.map((input) => `${Buffer.from(input).toString('hex')}\n`).join(''))
  return kept.length
}

/**
 * Saves an input that failed, and beside it what it did and how to do it again.
 * @param {string} into a folder, made when it is not there
 * @param {string} name
 * @param {{ input: Uint8Array, error: string }} failure
 * @returns {string} the line that repeats it
 */
export function saveFailure(into, name, { input, error }) {
  const hash = createHash('sha256').update(input).digest('hex').slice(0, 12)
  const file = join(into, `${name.replaceAll('/', '-')}-${hash}`)
  const again = `node scripts/fuzz.mjs ${name} --file ${file}`
  mkdirSync(into, { recursive: true })
  writeFileSync(file, input)
  writeFileSync(`${file}.txt`, `${error}\nrepeat: ${again}\n`)
  return again
}
