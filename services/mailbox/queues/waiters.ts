/**
 * Receivers that wait for a topic to have something: a long poll. They are served in the order they came,
 * at the moment something is ready, so a wake-up cannot be lost or stolen on the way. It knows no messages;
 * a waiter brings its own attempt.
 */

import type { Clock } from '@ron/kernel/ports/clock'
import type { Budget } from '../bounds/budget.ts'
import type { Refuses } from '../bounds/refuses.ts'

interface Waiting extends Refuses<'Busy'> {
  readonly signal: AbortSignal
}

interface Waiter {
  /** True when it got something, or a refusal: it is done. */
  readonly serve: () => boolean
  /** It leaves with nothing. */
  readonly leave: () => void
}

export class Waiters {
  readonly #clock: Clock
  readonly #budget: Budget
  readonly #lines = new Map<string, Set<Waiter>>()
  readonly #serving = new Set<string>()

  constructor(clock: Clock, budget: Budget) {
    this.#clock = clock
    this.#budget = budget
  }

  /**
   * Resolves with what `attempt` returns as soon as it is not null, or with null when `waitMs` are over, the
   * caller is gone or the service stops. What `attempt` throws rejects.
   */
  wait<T>(key: string, attempt: () => T | null, waitMs: number, call: Waiting): Promise<T | null> {
    if (call.signal.aborted) return Promise.resolve(null)
    if (!this.#budget.take(1)) {
      call.refuse(
        'Busy',
        `${this.#budget.max} receivers wait already, the limit (${this.#budget.name}); poll instead`,
      )
    }
    return new Promise<T | null>((resolve, reject) => {
      const depart = () => {
        stopTimer()
        call.signal.removeEventListener('abort', waiter.leave)
        this.#remove(key, waiter)
      }
      const waiter: Waiter = {
        serve: () => {
          try {
            const got = attempt()
            if (got === null) return false
            resolve(got)
          } catch (refusal) {
            reject(refusal)
          }
          depart()
          return true
        },
        leave: () => {
          depart()
          resolve(null)
        },
      }
      const stopTimer = this.#clock.after(waitMs, waiter.leave)
      call.signal.addEventListener('abort', waiter.leave, { once: true })
      this.#lines.set(key, (this.#lines.get(key) ?? new Set()).add(waiter))
    })
  }

  /**
   * Something is ready under `key`: serves the line until one finds nothing. An attempt may itself make more
   * ready and call this again; the loop that runs already takes care of that, and serving the same waiter
   * twice would lease messages to nobody.
   */
  serve(key: string): void {
    if (this.#serving.has(key)) return
    this.#serving.add(key)
    for (const waiter of this.#lines.get(key) ?? []) if (!waiter.serve()) break
    this.#serving.delete(key)
  }

  /** Everybody leaves with nothing. */
  stop(): void {
    for (const line of [...this.#lines.values()]) for (const waiter of line) waiter.leave()
  }

  #remove(key: string, waiter: Waiter): void {
    const line = this.#lines.get(key)
    if (line?.delete(waiter) !== true) return
    this.#budget.give(1)
    if (line.size === 0) this.#lines.delete(key)
  }
}
