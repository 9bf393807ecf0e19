/** What a listener has in flight, and waiting for its end. */

import type { Clock } from '@ron/kernel/ports/clock'

export class InFlight {
  #count = 0
  #emptied = () => {}

  get count(): number {
    return this.#count
  }

  begun(): void {
    this.#count++
  }

  done(): void {
    this.#count--
    if (this.#count === 0) this.#emptied()
  }

  /** Resolves when nothing is in flight, or after `graceMs`. */
  settled(clock: Clock, graceMs: number): Promise<void> {
    if (this.#count === 0) return Promise.resolve()
    return new Promise((resolve) => {
      const cancel = clock.after(graceMs, resolve)
      this.#emptied = () => {
        cancel()
        resolve()
      }
    })
  }
}
