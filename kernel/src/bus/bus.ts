/**
 * The kernel's bus: every subscriber sees every event from its subscription on, in order. A slow one never
 * slows the others: its buffer is bounded, it loses the oldest, and is told how many before it goes on.
 */

import { noBacklog, pushed, taken, type Backlog } from './backlog.ts'
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
  #backlog: Backlog<KernelEvent> = noBacklog

  constructor(subscriber: Subscriber, observer: BusObserver) {
    this.#subscriber = subscriber
    this.#observer = observer
  }

  push(event: KernelEvent): void {
    const { backlog, lost, wake } = pushed(this.#backlog, event, this.#subscriber.capacity)
    this.#backlog = backlog
    if (lost > 0) this.#observer.lagged(this.#subscriber.name, lost)
    if (wake) void this.#drain()
  }

  end(): void {
    this.#backlog = { ...this.#backlog, waiting: [] }
  }

  async #drain(): Promise<void> {
    // In a later turn, so that publishing never runs a subscriber's code.
    await Promise.resolve()
    for (let delivery = this.#take(); delivery !== null; delivery = this.#take()) {
      const { event, lost } = delivery
      if (lost > 0) await this.#guarded(() => this.#subscriber.lagged(lost))
      await this.#guarded(() => this.#subscriber.handle(event))
    }
  }

  #take() {
    const [backlog, delivery] = taken(this.#backlog)
    this.#backlog = backlog
    return delivery
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
