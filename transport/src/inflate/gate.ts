/**
 * How much inflation happens at once. Every inflation may hold its caps' worth of memory, so a few run, a
 * bounded number wait in order, and the rest are refused at once.
 */

import { Refusal } from '@ron/kernel/contract/refusals'

export interface GateLimits {
  readonly runningMax: number
  readonly waitingMax: number
}

export const gateLimits: GateLimits = { runningMax: 4, waitingMax: 256 }

export class Gate {
  readonly #limits: GateLimits
  readonly #waiting: (() => void)[] = []
  #running = 0

  constructor(limits = gateLimits) {
    this.#limits = limits
  }

  /** Runs the task in its turn. Rejects with a `Refusal` (Busy) when the line is full. */
  async through<Result>(task: () => Promise<Result>): Promise<Result> {
    await this.#enter()
    try {
      return await task()
    } finally {
      this.#leave()
    }
  }

  async #enter(): Promise<void> {
    if (this.#running < this.#limits.runningMax) {
      this.#running += 1
      return
    }
    if (this.#waiting.length >= this.#limits.waitingMax) {
      throw new Refusal('Busy', `${this.#limits.waitingMax} compressed bodies wait to be inflated; try again`)
    }
    await new Promise<void>((enter) => this.#waiting.push(enter))
  }

  /** The place goes to the next in line, so nobody who comes later can take it. */
  #leave(): void {
    const enter = this.#waiting.shift()
    if (enter === undefined) this.#running -= 1
    else enter()
  }
}
