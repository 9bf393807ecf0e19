/**
 * Counts durations in log-linear buckets: exact below 256, and above that 128 buckets for every doubling, so a value
 * is known to within 1/128 of itself in 5 KiB of counters, whatever the number of samples. Values are whole
 * microseconds. The idea is G. Tene's HdrHistogram; `histogram.oracle.ts` is the same by keeping every sample.
 *
 *     0 … 255 | 256, 258 … 510 | 512, 516 … 1020 | …          the lowest value of each bucket
 */

/** Buckets for every doubling. */
const perDoubling = 128
const exactBelow = 2 * perDoubling
/** A little over an hour. What took longer counts as this long. */
export const valueMax = 2 ** 32 - 1
const buckets = bucketOf(valueMax) + 1

export class Histogram {
  readonly #counts: Float64Array
  #total = 0
  #largest = 0

  constructor(counts: Float64Array = new Float64Array(buckets)) {
    if (counts.length !== buckets)
      throw new RangeError(`a histogram of ${counts.length} buckets; it takes ${buckets}`)
    this.#counts = counts
    for (const [bucket, count] of counts.entries()) {
      this.#total += count
      if (count > 0) this.#largest = highestOf(bucket)
    }
  }

  get total(): number {
    return this.#total
  }

  /** To be sent to another process, which makes a histogram of it again. */
  get counts(): Float64Array {
    return this.#counts
  }

  /** Fractions of a microsecond are dropped, and a clock that went back counts as 0. */
  record(micros: number): void {
    const value = Math.min(Math.max(Math.floor(micros), 0), valueMax)
    const bucket = bucketOf(value)
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1
    this.#total++
    this.#largest = Math.max(this.#largest, value)
  }

  add(other: Histogram): void {
    for (const [bucket, count] of other.#counts.entries()) {
      this.#counts[bucket] = (this.#counts[bucket] ?? 0) + count
    }
    this.#total += other.#total
    this.#largest = Math.max(this.#largest, other.#largest)
  }

  /** By nearest rank, the highest value its bucket may hold, so never less than the truth. NaN without samples. */
  percentile(percent: number): number {
    if (this.#total === 0) return Number.NaN
    const rank = Math.max(1, Math.ceil((percent / 100) * this.#total))
    let seen = 0
    for (const [bucket, count] of this.#counts.entries()) {
      seen += count
      if (seen >= rank) return Math.min(highestOf(bucket), this.#largest)
    }
    return this.#largest
  }
}

function bucketOf(value: number): number {
  if (value < exactBelow) return value
  const doublings = 31 - Math.clz32(value) - Math.log2(perDoubling)
  return doublings * perDoubling + Math.floor(value / 2 ** doublings)
}

function highestOf(bucket: number): number {
  if (bucket < exactBelow) return bucket
  const doublings = Math.floor(bucket / perDoubling) - 1
  const lowest = (bucket - doublings * perDoubling) * 2 ** doublings
  return lowest + 2 ** doublings - 1
}
