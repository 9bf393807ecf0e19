/** Collects how long requests took and tells the kernel now and then, so that a hop costs no message of its own. */

import type { Clock } from '@ron/kernel/ports/clock'

const everyMs = 250
export const heldMax = 256

export class HopReport {
  readonly #clock: Clock
  readonly #tell: (peer: string, micros: number[]) => boolean
  readonly #held = new Map<string, number[]>()
  #cancel: (() => void) | null = null

  constructor(clock: Clock, tell: (peer: string, micros: number[]) => boolean) {
    this.#clock = clock
    this.#tell = tell
  }

  /** What is more than fits until the next time is not told. */
  add(peer: string, micros: number): void {
    const held = this.#held.get(peer) ?? []
    if (held.length < heldMax) held.push(micros)
    this.#held.set(peer, held)
    this.#cancel ??= this.#clock.after(everyMs, () => this.#flush())
  }

  stop(): void {
    this.#cancel?.()
  }

  #flush(): void {
    this.#cancel = null
    for (const [peer, micros] of this.#held) this.#tell(peer, micros)
    this.#held.clear()
  }
}
