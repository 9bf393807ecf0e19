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

export class Coverage {
  #session = new Session()
  /** Blocks ever reported, by function. @type {Map<string, Map<string, Range>>} */
  #known = new Map()
  /** Blocks that ran in an input that was learned. @type {Set<string>} */
  #run = new Set()
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
    this.#take()
    this.#run.clear()
  }

  get blocks() {
    return this.#run.size
  }

  /** Did anything run since the last look that no learned input ran? */
  grew() {
    return this.#look().some((block) => !this.#run.has(block))
  }

  /** Like `grew`, and remembers what ran. */
  learn() {
    const before = this.#run.size
    for (const block of this.#look()) this.#run.add(block)
    return this.#run.size > before
  }

  #look() {
    /** @type {string[]} */
    const ran = []
    for (const script of this.#take()) {
      if (!this.#counts(script.url)) continue
      for (const { ranges } of script.functions) this.#blocksOf(script.scriptId, ranges, ran)
    }
    return ran
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
