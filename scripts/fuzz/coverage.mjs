// @ts-check
/**
 * Which blocks of code ran, from V8's precise coverage. V8 reports a block only where its count differs from
 * the code around it, so a block is remembered once seen, and counts as run whenever the innermost range
 * reported around it did.
 *
 * V8 counts blocks only in functions it compiles while coverage is on. So coverage starts before the code it
 * is to look at is imported, and lasts as long as the thread.
 */

import { Session } from 'node:inspector'

/** @typedef {{ startOffset: number, endOffset: number, count: number }} Range */

/** A look that saw nothing. @type {{ blocks: readonly string[], steps: number }} */
const nothing = { blocks: [], steps: 0 }

export class Coverage {
  #session = new Session()
  /** Blocks ever reported, by function. @type {Map<string, Map<string, Range>>} */
  #known = new Map()
  /** Blocks that ran in an input that was learned. @type {Set<string>} */
  #run = new Set()
  /** Of what is looked at, by address. @type {Set<string>} */
  #scripts = new Set()
  #latest = nothing
  #counts

  /** @param {(url: string) => boolean} counts which scripts are looked at */
  constructor(counts) {
    this.#counts = counts
    this.#session.connect()
    this.#session.post('Profiler.enable')
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  }

  /** Nothing has run yet, as far as `grew` and `learn` are concerned. */
  forget() {
    this.#look()
    this.#latest = nothing
    this.#run.clear()
  }

  get blocks() {
    return this.#run.size
  }

  /** Addresses of the scripts that ran at all and are looked at. */
  get scripts() {
    return [...this.#scripts]
  }

  /** What ran since the last look: whether any of it is news, and how many blocks were entered. */
  grew() {
    this.#latest = this.#look()
    const { blocks, steps } = this.#latest
    return { news: blocks.some((block) => !this.#run.has(block)), steps }
  }

  /** Remembers what the last look saw and what ran since. Whether any of it was news. */
  learn() {
    const before = this.#run.size
    for (const block of [...this.#latest.blocks, ...this.#look().blocks]) this.#run.add(block)
    this.#latest = nothing
    return this.#run.size > before
  }

  #look() {
    /** @type {string[]} */
    const blocks = []
    let steps = 0
    for (const script of this.#take()) {
      if (!this.#counts(script.url)) continue
      this.#scripts.add(script.url)
      for (const { ranges } of script.functions) {
        this.#blocksOf(script.scriptId, ranges, blocks)
        for (const { count } of ranges) steps += count
      }
    }
    return { blocks, steps }
  }

  /**
   * @param {string} scriptId
   * @param {Range[]} ranges the function itself, then blocks inside it from outer to inner
   * @param {string[]} ran
   */
  #blocksOf(scriptId, ranges, ran) {
    const [whole] = ranges
    if (whole === undefined || whole.count === 0) return
    const name = `${scriptId}:${whole.startOffset}-${whole.endOffset}`
    const known = this.#known.get(name) ?? new Map()
    this.#known.set(name, known)
    for (const range of ranges) known.set(`${name}:${range.startOffset}-${range.endOffset}`, range)
    for (const [block, { startOffset, endOffset }] of known) {
      const around = ranges.findLast(
        (range) => range.startOffset <= startOffset && endOffset <= range.endOffset,
      )
      if (around !== undefined && around.count > 0) ran.push(block)
    }
  }

  /** Counts since the last time, by script. */
  #take() {
    /** @type {import('node:inspector').Profiler.ScriptCoverage[]} */
    let scripts = []
    // A session to its own thread answers before `post` returns.
    this.#session.post('Profiler.takePreciseCoverage', (error, taken) => {
      if (error !== null) throw error
      scripts = taken.result
    })
    return scripts
  }
}
