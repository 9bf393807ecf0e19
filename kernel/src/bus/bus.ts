/**
 * The kernel's bus: every subscriber sees every event from its subscription on, in order. A slow one never
 * slows the others: its buffer is bounded, it loses the oldest, and is told how many before it goes on.
 */

import type { KernelEvent } from './events.ts'

export interface Subscriber {
  /** The `service` label of `bus_lagged_total`. */
  readonly name: string
  readonly capacity: number
  /** Events come one at a time; returning a promise holds back the next. */
  handle(event: KernelEvent): void | Promise<void>
  /** Called before the next event when `count` were lost. Read a snapshot, then carry on. */
  lagged(count: number): void
}

export interface BusObserver {
  /** Feeds `bus_lagged_total{service}`. */
  lagged(subscriber: string, count: number): void
  /** A subscriber threw. It goes on with the next event, as the others do. */
  failed(subscriber: string, thrown: unknown): void
}

export class Bus {
  readonly #subscriptions = new Set<Subscription>()
  readonly #observer: BusObserver

  constructor(observer: BusObserver) {
    this.#observer = observer
  }

  /** The returned function ends the subscription: nothing is handled after it, buffered or not. */
  subscribe(subscriber: Subscriber): () => void {
    if (!(subscriber.capacity >= 1)) {
      throw new RangeError(`${subscriber.name}: a capacity of at least 1 is needed`)
    }
    const subscription = new Subscription(subscriber, this.#observer)
    this.#subscriptions.add(subscription)
    return () => {
      this.#subscriptions.delete(subscription)
      subscription.end()
    }
  }

  /** Never waits and never throws. */
  publish(event: KernelEvent): void {
    for (const subscription of this.#subscriptions) subscription.push(event)
  }
}

class Subscription {
  readonly #subscriber: Subscriber
  readonly #observer: BusObserver
  readonly #buffer: KernelEvent[] = []
  #lost = 0
  #draining = false

  constructor(subscriber: Subscriber, observer: BusObserver) {
    this.#subscriber = subscriber
    this.#observer = observer
  }

  push(event: KernelEvent): void {
    if (this.#buffer.length >= this.#subscriber.capacity) {
      this.#buffer.shift()
      this.#lost++
      this.#observer.lagged(this.#subscriber.name, 1)
    }
    this.#buffer.push(event)
    if (!this.#draining) void this.#drain()
  }

  end(): void {
    this.#buffer.length = 0
  }

  async #drain(): Promise<void> {
    this.#draining = true
    // In a later turn, so that publishing never runs a subscriber's code.
    await Promise.resolve()
    for (let event = this.#buffer.shift(); event !== undefined; event = this.#buffer.shift()) {
      const [next, lost] = [event, this.#lost]
      this.#lost = 0
      if (lost > 0) await this.#guarded(() => this.#subscriber.lagged(lost))
      await this.#guarded(() => this.#subscriber.handle(next))
    }
    this.#draining = false
  }

  /** Never rejects: a subscriber's fault must not end the process. */
  async #guarded(task: () => void | Promise<void>): Promise<void> {
    try {
      await task()
    } catch (thrown) {
      this.#observer.failed(this.#subscriber.name, thrown)
    }
  }
}
