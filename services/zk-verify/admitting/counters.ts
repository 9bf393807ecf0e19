/**
 * What the meters of tenants committed to: for a day, the root of the tree in which their counters are. The last root of a
 * day counts and no earlier one, for an old root shows old counters. A day that is over is forgotten, and so is
 * everything when the service starts anew: what is not committed lets nobody in.
 */

/** Tenants with counters. */
export const metersMax = 4_096
/** A root may be committed to a day ahead, so that nobody waits at midnight. */
const daysAhead = 1

export type Committed = 'first' | 'replaced' | 'not-now' | 'full'

export class Counters {
  /** Tenant → day → 32 bytes in hex. */
  readonly #roots = new Map<string, Map<number, string>>()

  get count(): number {
    return this.#roots.size
  }

  /** `not-now`: the day is neither `today` nor the next; `full`: so many other tenants have counters already. */
  commit(tenant: string, day: number, root: string, today: number): Committed {
    if (day < today || day > today + daysAhead) return 'not-now'
    this.#forget(tenant, today)
    if (!this.#roots.has(tenant) && this.#roots.size >= metersMax) {
      for (const other of [...this.#roots.keys()]) this.#forget(other, today)
      if (this.#roots.size >= metersMax) return 'full'
    }
    const days = this.#roots.get(tenant) ?? new Map<number, string>()
    const outcome = days.has(day) ? 'replaced' : 'first'
    this.#roots.set(tenant, days.set(day, root))
    return outcome
  }

  find(tenant: string, day: number): string | null {
    return this.#roots.get(tenant)?.get(day) ?? null
  }

  #forget(tenant: string, today: number): void {
    const days = this.#roots.get(tenant)
    for (const day of days?.keys() ?? []) if (day < today) days?.delete(day)
    if (days?.size === 0) this.#roots.delete(tenant)
  }
}
