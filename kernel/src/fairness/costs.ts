/**
 * What a request of a tenant costs a service, as a moving average of what its last ones took. Who sends dear requests is
 * expected to send dear ones; over time a tenant is charged for what it used.
 */

/** Tenants remembered; past it all are forgotten, and learned again within a few requests. */
const tenantsMax = 1_024
const first = 50
/** Of the newest in the average. */
const part = 1 / 8
/** One request alone must not look like a thousand. */
const microsMax = 100_000

interface Cost {
  readonly tenant: string
  micros: number
}

export class Costs {
  readonly #known = new Map<string, Cost>()
  #latest: Cost = { tenant: '', micros: first }
  #ofAll = first

  /** In whole microseconds, from 1 to a tenth of a second. */
  of(tenant: string): number {
    return Math.min(microsMax, Math.max(1, Math.round(this.#find(tenant)?.micros ?? this.#ofAll)))
  }

  observed(tenant: string, micros: number): void {
    this.#ofAll += (micros - this.#ofAll) * part
    const cost = this.#find(tenant)
    if (cost !== undefined) {
      cost.micros += (micros - cost.micros) * part
      return
    }
    if (this.#known.size >= tenantsMax) this.#known.clear()
    this.#latest = { tenant, micros }
    this.#known.set(tenant, this.#latest)
  }

  #find(tenant: string): Cost | undefined {
    if (this.#latest.tenant === tenant) return this.#latest
    const cost = this.#known.get(tenant)
    if (cost !== undefined) this.#latest = cost
    return cost
  }
}
