/** How long the last requests to a peer took, from the call to the answer. */

export const keptMax = 1_024

export class HopTimes {
  readonly #micros: number[] = []
  #count = 0

  /** How many there were, also before those that are kept. */
  get count(): number {
    return this.#count
  }

  add(micros: number): void {
    this.#micros[this.#count++ % keptMax] = micros
  }

  /** Whole microseconds that `share` of those kept took at most; 0 for none. */
  quantile(share: number): number {
    const sorted = this.#micros.toSorted((a, b) => a - b)
    return Math.round(sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0)
  }
}
