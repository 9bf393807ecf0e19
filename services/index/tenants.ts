/**
 * One thing per tenant, made when a tenant first needs it and dropped when nothing is left in it, so that
 * tenants who hold nothing cost nothing. It does not know what the thing is.
 */
export class Tenants<Held extends { readonly size: number }> {
  readonly #held = new Map<string, Held>()
  readonly #make: () => Held

  constructor(make: () => Held) {
    this.#make = make
  }

  /** Tenants that hold something. */
  get size(): number {
    return this.#held.size
  }

  /** Lets `work` read and change what the tenant holds. `work` keeps no reference to it. */
  use<Result>(tenant: string, work: (held: Held) => Result): Result {
    const known = this.#held.get(tenant)
    const held = known ?? this.#make()
    try {
      return work(held)
    } finally {
      if (held.size === 0) this.#held.delete(tenant)
      else if (known === undefined) this.#held.set(tenant, held)
    }
  }

  /** Every tenant that holds something, with what it holds. */
  [Symbol.iterator](): Iterator<[string, Held]> {
    return this.#held.entries()
  }

  clear(): void {
    this.#held.clear()
  }
}
