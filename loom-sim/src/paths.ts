/** The steps between visited states, walked backwards from the goals: who can reach one? */

export class Paths {
  /** Step `n` leads from `#from[n]`; the one before it that leads to the same state is `#previous[n]`. */
  readonly #from: number[] = []
  readonly #previous: number[] = []
  /** The last step that leads to each state. */
  readonly #last: number[] = []
  readonly #reaching = new Set<number>()

  /** Whether a goal can be reached from here, by the steps known so far. */
  reaches(at: number): boolean {
    return this.#reaching.has(at)
  }

  add(from: number, to: number): void {
    while (this.#last.length <= to) this.#last.push(-1)
    this.#previous.push(this.#last[to] ?? -1)
    this.#last[to] = this.#from.push(from) - 1
    if (this.reaches(to)) this.goal(from)
  }

  /** From here a goal is reached, and so it is from wherever a path leads here. */
  goal(at: number): void {
    const walk = [at]
    for (let next = walk.pop(); next !== undefined; next = walk.pop()) {
      if (this.#reaching.has(next)) continue
      this.#reaching.add(next)
      for (let step = this.#last[next] ?? -1; step >= 0; step = this.#previous[step] ?? -1) {
        walk.push(this.#from[step] ?? next)
      }
    }
  }
}
