/**
 * Who watches what: subscriptions by tenant and name, bounded for the whole service. It knows no messages
 * and no posts; an event is made once, and only when somebody watches.
 */

import type { Budget } from '../bounds/budget.ts'
import type { Refuses } from '../bounds/refuses.ts'
import { Tap, type Sink, type Tally } from './tap.ts'

interface Subscription<Event> {
  readonly tap: Tap<Event>
  readonly end: () => void
}

export class Subscribers<Event> {
  readonly #budget: Budget
  readonly #lostNotice: (count: number) => Event
  readonly #tenants = new Map<string, Map<string, Set<Subscription<Event>>>>()

  constructor(budget: Budget, lostNotice: (count: number) => Event) {
    this.#budget = budget
    this.#lostNotice = lostNotice
  }

  /** Resolves when the caller is gone or the service stops. */
  subscribe(tenant: string, name: string, call: Sink<Event> & Refuses<'Busy'>): Promise<Tally> {
    const tap = new Tap(call, this.#lostNotice)
    if (call.signal.aborted) return Promise.resolve(tap.tally)
    if (!this.#budget.take(1)) {
      call.refuse(
        'Busy',
        `${this.#budget.max} subscriptions are open, the limit (${this.#budget.name}); close one`,
      )
    }
    return new Promise((resolve) => {
      const end = () => {
        call.signal.removeEventListener('abort', end)
        this.#remove(tenant, name, subscription)
        resolve(tap.tally)
      }
      const subscription = { tap, end }
      call.signal.addEventListener('abort', end, { once: true })
      const names = this.#tenants.get(tenant) ?? new Map<string, Set<Subscription<Event>>>()
      this.#tenants.set(tenant, names.set(name, (names.get(name) ?? new Set()).add(subscription)))
    })
  }

  publish(tenant: string, name: string, event: () => Event): void {
    const subscriptions = this.#tenants.get(tenant)?.get(name)
    if (subscriptions === undefined) return
    const made = event()
    for (const { tap } of subscriptions) tap.offer(made)
  }

  /** Whether somebody does. */
  watched(tenant: string, name: string): boolean {
    return this.#tenants.get(tenant)?.has(name) === true
  }

  /** The names somebody watches. */
  names(tenant: string): Iterable<string> {
    return this.#tenants.get(tenant)?.keys() ?? []
  }

  /** Ends every subscription with its tally. */
  stop(): void {
    for (const names of [...this.#tenants.values()]) {
      for (const subscriptions of [...names.values()]) for (const { end } of subscriptions) end()
    }
  }

  #remove(tenant: string, name: string, subscription: Subscription<Event>): void {
    const names = this.#tenants.get(tenant)
    const subscriptions = names?.get(name)
    if (subscriptions?.delete(subscription) !== true) return
    this.#budget.give(1)
    if (subscriptions.size === 0) names?.delete(name)
    if (names?.size === 0) this.#tenants.delete(tenant)
  }
}
