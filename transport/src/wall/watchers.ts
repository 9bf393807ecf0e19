/**
 * What lasts longer than a request, a subscription above all, held against its token as long as it lasts: whenever
 * tokens may have ceased to be good, and when its own expires.
 */

import type { Refusal } from '@ron/kernel/contract/refusals'
import type { Clock } from '@ron/kernel/ports/clock'
import type { Marks } from './revocations.ts'

/** What a token that was recognised is known by, and when it expires; infinite for never. */
export interface Standing {
  readonly marks: Marks
  readonly expiresMs: number
}

interface Watched extends Standing {
  readonly ended: (refusal: Refusal) => void
  cancelTimer: () => void
}

/** The longest that a timer of the system waits. */
const timerMsMax = 2 ** 31 - 1

export class Watchers {
  readonly #clock: Clock
  readonly #expired: (expiresMs: number) => Refusal
  readonly #watched = new Set<Watched>()

  constructor(clock: Clock, expired: (expiresMs: number) => Refusal) {
    this.#clock = clock
    this.#expired = expired
  }

  get size(): number {
    return this.#watched.size
  }

  /** `ended` is called once at most. The returned function stops watching. */
  add(standing: Standing, ended: (refusal: Refusal) => void): () => void {
    const watched = { ...standing, ended, cancelTimer: () => {} }
    this.#watched.add(watched)
    this.#time(watched)
    return () => this.#remove(watched)
  }

  /** Ends each whose token `objection` has something against. */
  look(objection: (marks: Marks) => Refusal | null): void {
    for (const watched of [...this.#watched]) {
      const refusal = objection(watched.marks)
      if (refusal !== null) this.#end(watched, refusal)
    }
  }

  #time(watched: Watched): void {
    const { expiresMs } = watched
    if (!Number.isFinite(expiresMs)) return
    const leftMs = expiresMs - this.#clock.now()
    watched.cancelTimer = this.#clock.after(Math.min(Math.max(0, leftMs), timerMsMax), () => {
      if (this.#clock.now() < expiresMs) this.#time(watched)
      else this.#end(watched, this.#expired(expiresMs))
    })
  }

  #end(watched: Watched, refusal: Refusal): void {
    this.#remove(watched)
    watched.ended(refusal)
  }

  #remove(watched: Watched): void {
    watched.cancelTimer()
    this.#watched.delete(watched)
  }
}
