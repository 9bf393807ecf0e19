/**
 * Everything that is on its way between the parts of a simulated node. What goes down one lane arrives in order;
 * between lanes there is no order but that of the seed.
 */

import assert from 'node:assert/strict'
import type { Random } from '@ron/kernel/ports/random'

export class Lane {
  readonly name: string
  /** False while whoever would receive cannot: it hangs, or has not begun to listen. */
  readonly #open: () => boolean
  readonly #waiting: { readonly what: string; readonly arrive: () => void }[] = []

  #ended = false

  constructor(name: string, open: () => boolean) {
    this.name = name
    this.#open = open
  }

  get waiting(): number {
    return this.#waiting.length
  }

  get ended(): boolean {
    return this.#ended
  }

  get deliverable(): boolean {
    return this.#waiting.length > 0 && this.#open()
  }

  send(what: string, arrive: () => void): void {
    if (!this.#ended) this.#waiting.push({ what, arrive })
  }

  /** Lets the first one arrive and says what it was. */
  deliver(): string {
    const first = this.#waiting.shift()
    assert(first !== undefined)
    first.arrive()
    return `${this.name}: ${first.what}`
  }

  /** What is on its way is lost, and what will be sent: there is nobody left to receive it. */
  end(): void {
    this.#ended = true
    this.#waiting.length = 0
  }
}

export class Traffic {
  #lanes: readonly Lane[] = []

  lane(name: string, open: () => boolean): Lane {
    const lane = new Lane(name, open)
    this.#lanes = [...this.#lanes.filter(({ ended }) => !ended), lane]
    return lane
  }

  /** Lanes that somebody may still send down. */
  get lanes(): number {
    return this.#lanes.filter(({ ended }) => !ended).length
  }

  /** One thing arrives. Says what, or null when nothing can. */
  deliver(random: Random): string | null {
    const ready = this.#lanes.filter(({ deliverable }) => deliverable)
    const lane = ready[Math.floor(random.fraction() * ready.length)]
    return lane === undefined ? null : lane.deliver()
  }
}
