/** A histogram that keeps every sample, sorts them and looks. */

export class SortedSamples {
  readonly #samples: number[] = []

  record(micros: number): void {
    this.#samples.push(Math.max(Math.floor(micros), 0))
  }

  percentile(percent: number): number {
    const sorted = this.#samples.toSorted((a, b) => a - b)
    return sorted[Math.max(1, Math.ceil((percent / 100) * sorted.length)) - 1] ?? Number.NaN
  }
}
