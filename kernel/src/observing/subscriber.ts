/**
 * One who follows what happens: what waits for it is bounded, and so is how much of a flood it is shown. What it lost by
 * being slow, and what was left out for it, is told to it.
 */

import { noBacklog, pushed, taken, type Backlog } from '../bus/backlog.ts'
import type { Clock } from '../ports/clock.ts'
import type { CallSignal } from '../ports/dispatch.ts'
import type { Fields } from '../ports/port.ts'

export interface SubscriberBounds {
  /** Items that may wait. */
  readonly capacity: number
  /** Items of a flood that it is shown within a second. */
  readonly perSecond: number
}

export const subscriberBounds: SubscriberBounds = { capacity: 256, perSecond: 200 }
const secondMs = 1_000

export class Subscriber {
  readonly #clock: Clock
  readonly #bounds: SubscriberBounds
  #backlog: Backlog<Fields> = noBacklog
  #wake = () => {}
  /** Shown in this second, and left out since it was last told. */
  #shown = 0
  #leftOut = 0
  #secondFromMs = Number.NEGATIVE_INFINITY

  constructor(clock: Clock, bounds: SubscriberBounds = subscriberBounds) {
    this.#clock = clock
    this.#bounds = bounds
  }

  /** Never waits. */
  offer(item: Fields): void {
    this.#backlog = pushed(this.#backlog, item, this.#bounds.capacity).backlog
    this.#wake()
  }

  /** One of a flood, made only when it is shown. */
  sample(make: () => Fields): void {
    const nowMs = this.#clock.monotonic()
    if (nowMs - this.#secondFromMs >= secondMs) {
      this.#secondFromMs = nowMs
      this.#shown = 0
    }
    if (this.#shown >= this.#bounds.perSecond) this.#leftOut++
    else {
      this.#shown++
      this.offer(make())
    }
  }

  /** Sends what comes until the signal says that nobody listens, or `stillMay`, which is asked every second, throws. */
  async run(send: (item: Fields) => Promise<void>, gone: CallSignal, stillMay: () => void): Promise<void> {
    gone.addEventListener('abort', () => this.#wake())
    while (!gone.aborted) {
      stillMay()
      await this.#drained(send, gone)
      await this.#woken(gone)
    }
  }

  async #drained(send: (item: Fields) => Promise<void>, gone: CallSignal): Promise<void> {
    // Bounded by what waited when it began: whoever cannot keep up is asked again whether they still may.
    for (let left = this.#bounds.capacity; left > 0 && !gone.aborted; left--) {
      const [backlog, delivery] = taken(this.#backlog)
      this.#backlog = backlog
      if (delivery === null) break
      if (delivery.lost > 0) await send({ kind: 'missed', count: delivery.lost })
      await send(delivery.event)
    }
    if (this.#leftOut === 0 || gone.aborted) return
    const count = this.#leftOut
    this.#leftOut = 0
    await send({ kind: 'left-out', count })
  }

  /** Resolves with the next item, at the latest after a second. */
  #woken(gone: CallSignal): Promise<void> {
    if (this.#backlog.waiting.length > 0 || gone.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      const cancel = this.#clock.after(secondMs, resolve)
      this.#wake = () => {
        cancel()
        resolve()
      }
    })
  }
}
