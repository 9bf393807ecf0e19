/**
 * Which pages of a segment are free, as runs of neighbours in a stack: taking n pages takes the runs on top
 * until there are n, so it succeeds whenever n pages are free, wherever they lie. Runs are not joined again;
 * content may then lie in more pieces, which costs a little time and never room.
 */

/** Pages next to each other. */
export interface Run {
  readonly start: number
  readonly pages: number
}

export class FreeRuns {
  readonly #runs: Run[] = []
  #pages = 0

  /** Pages that are free. */
  get pages(): number {
    return this.#pages
  }

  /** What is given last is taken first, so memory that was used is used again before more is touched. */
  give(run: Run): void {
    if (run.pages === 0) return
    this.#runs.push(run)
    this.#pages += run.pages
  }

  /** Exactly so many pages, in the order of their runs; null when there are fewer. */
  take(pages: number): readonly Run[] | null {
    if (pages > this.#pages) return null
    const taken: Run[] = []
    for (let missing = pages; missing > 0;) {
      const run = this.#runs.pop()
      if (run === undefined) throw new Error(`${missing} free pages are counted and not there`)
      const { start } = run
      const part = Math.min(run.pages, missing)
      if (part < run.pages) this.#runs.push({ start: start + part, pages: run.pages - part })
      taken.push({ start, pages: part })
      missing -= part
    }
    this.#pages -= pages
    return taken
  }
}
