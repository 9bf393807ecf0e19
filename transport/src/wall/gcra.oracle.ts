/**
 * The naive twin of `gcra.ts`: a bucket of `burst` tokens that refills as time passes. Twice the state and the
 * same answers.
 */

import type { Rate } from './gcra.ts'

export class Bucket {
  readonly #rate: Rate
  #tokens: number
  #atMs = 0

  constructor(rate: Rate) {
    this.#rate = rate
    this.#tokens = rate.burst
  }

  /** Whether `cost` tokens were there to take at `nowMs`. */
  take(nowMs: number, cost: number): boolean {
    const { perSecond, burst } = this.#rate
    this.#tokens = Math.min(burst, this.#tokens + ((nowMs - this.#atMs) * perSecond) / 1_000)
    this.#atMs = nowMs
    if (this.#tokens < cost - 1e-6) return false
    this.#tokens -= cost
    return true
  }
}
