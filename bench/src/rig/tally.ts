/** Counting what one generator sees, and adding up what several saw. */

import type { Answer } from './answers.ts'
import { Histogram } from './histogram.ts'
import type { Tally } from './plan.ts'

const refusals = new Set([429, 503])

/** Counts requests that were meant to start within a window of time; answers may come later. */
export class Counting {
  readonly #fromMs: number
  readonly #toMs: number
  readonly #served = new Histogram()
  readonly #refusal = new Histogram()
  readonly #late = new Histogram()
  readonly #statuses: Record<number, number> = {}
  #intended = 0
  #good = 0
  #refused = 0
  #refusedWithoutRetryAfter = 0
  #broken = 0
  #givenUp = 0
  #answersInAll = 0

  constructor(fromMs: number, toMs: number) {
    this.#fromMs = fromMs
    this.#toMs = toMs
  }

  begun(intendedMs: number, nowMs: number): void {
    if (!this.#counts(intendedMs)) return
    this.#intended++
    this.#late.record((nowMs - intendedMs) * 1_000)
  }

  answered(intendedMs: number, nowMs: number, { status, retryAfter }: Answer): void {
    this.#answersInAll++
    const good = status >= 200 && status < 300
    if (good && this.#counts(nowMs)) this.#good++
    if (!this.#counts(intendedMs)) return
    this.#statuses[status] = (this.#statuses[status] ?? 0) + 1
    const micros = (nowMs - intendedMs) * 1_000
    if (good) this.#served.record(micros)
    if (!refusals.has(status)) return
    this.#refused++
    this.#refusal.record(micros)
    if (!retryAfter) this.#refusedWithoutRetryAfter++
  }

  broken(intendedMs: number): void {
    if (this.#counts(intendedMs)) this.#broken++
  }

  givenUp(intendedMs: number, nowMs: number): void {
    if (!this.#counts(intendedMs)) return
    this.#givenUp++
    // It waited at least this long. Without it, what a server never answers would make it look faster.
    this.#served.record((nowMs - intendedMs) * 1_000)
  }

  result(processorShare: number): Tally {
    return {
      seconds: (this.#toMs - this.#fromMs) / 1_000,
      intended: this.#intended,
      statuses: this.#statuses,
      good: this.#good,
      refused: this.#refused,
      refusedWithoutRetryAfter: this.#refusedWithoutRetryAfter,
      broken: this.#broken,
      givenUp: this.#givenUp,
      answersInAll: this.#answersInAll,
      served: this.#served.counts,
      refusal: this.#refusal.counts,
      late: this.#late.counts,
      processorShare,
    }
  }

  #counts(atMs: number): boolean {
    return atMs >= this.#fromMs && atMs < this.#toMs
  }
}

/** Of generators that ran side by side. */
export function addedUp(tallies: readonly Tally[]): Tally {
  const sum = (of: (tally: Tally) => number) => tallies.reduce((total, tally) => total + of(tally), 0)
  const most = (of: (tally: Tally) => number) => Math.max(...tallies.map(of))
  const merged = (of: (tally: Tally) => Float64Array) => {
    const all = new Histogram()
    for (const tally of tallies) all.add(new Histogram(of(tally)))
    return all.counts
  }
  const statuses: Record<number, number> = {}
  for (const [status, count] of tallies.flatMap((tally) => Object.entries(tally.statuses))) {
    statuses[Number(status)] = (statuses[Number(status)] ?? 0) + count
  }
  return {
    seconds: most((tally) => tally.seconds),
    intended: sum((tally) => tally.intended),
    statuses,
    good: sum((tally) => tally.good),
    refused: sum((tally) => tally.refused),
    refusedWithoutRetryAfter: sum((tally) => tally.refusedWithoutRetryAfter),
    broken: sum((tally) => tally.broken),
    givenUp: sum((tally) => tally.givenUp),
    answersInAll: sum((tally) => tally.answersInAll),
    served: merged((tally) => tally.served),
    refusal: merged((tally) => tally.refusal),
    late: merged((tally) => tally.late),
    processorShare: most((tally) => tally.processorShare),
  }
}
