/**
 * The accounts of tenants, in a table with a fixed number of places. A tenant that finds none shares the account, and
 * so the quota, of all others without one: nobody gets a fresh quota by being forgotten. Only an account that owes
 * nothing and was idle for a while makes room, and what it counted goes on in that of the others.
 */

import type { TenantLimits } from '@ron/kernel/contract/tenant-limits'
import type { TenantLedger } from '@ron/kernel/ports/tenants'
import type { Clock } from '@ron/kernel/ports/clock'
import { Account } from './account.ts'
import { Delays, type Delay } from './delays.ts'

export interface AccountsParts {
  readonly clock: Clock
  /** Limits of tenants that no row names. */
  readonly everybody: TenantLimits
  readonly named: ReadonlyMap<string, TenantLimits>
  readonly tenantsMax: number
  readonly tarpitMs: number
}

/** What the account of tenants without one is called. No tenant can be called so. */
export const others = 'others'

const idleMs = 10_000
/** Accounts looked at for one that may go, by a tenant that needs a place. */
const looksMax = 8

export class Accounts implements TenantLedger {
  readonly #parts: AccountsParts
  /** In the order in which they were looked at. */
  readonly #known = new Map<string, Account>()
  readonly #others: Account
  readonly #delays = new Delays()
  #latest: Account

  constructor(parts: AccountsParts) {
    if (!(parts.tenantsMax >= 1))
      throw new RangeError(`a table of ${parts.tenantsMax} tenants; at least 1 is needed`)
    this.#parts = parts
    this.#others = new Account(others, parts.everybody, parts.tarpitMs)
    this.#latest = this.#others
  }

  /** Of this tenant, or of those without a place. */
  of(tenant: string): Account {
    if (this.#latest.tenant === tenant) return this.#latest
    const account = this.#known.get(tenant) ?? this.#opened(tenant)
    this.#latest = account
    return account
  }

  weightOf(tenant: string): number {
    return this.of(tenant).limits.weight
  }

  worked(tenant: string, micros: number): void {
    this.of(tenant).worked(micros, this.#parts.clock.monotonic())
  }

  delayed(who: string, whom: string, micros: number): void {
    this.#delays.add(who, whom, micros, this.#parts.clock.monotonic())
  }

  /** Who kept whom waiting of late, the longest first. */
  delays(): readonly Delay[] {
    return this.#delays.lately(this.#parts.clock.monotonic())
  }

  /** Every account, that of the others last. */
  *all(): Generator<Account> {
    yield* this.#known.values()
    yield this.#others
  }

  get size(): number {
    return this.#known.size
  }

  #opened(tenant: string): Account {
    const { named, everybody, tenantsMax, tarpitMs } = this.#parts
    if (this.#known.size >= tenantsMax && !this.#madeRoom()) return this.#others
    const account = new Account(tenant, named.get(tenant) ?? everybody, tarpitMs)
    this.#known.set(tenant, account)
    return account
  }

  /** Looks at a few, each of which then goes to the end, so that all get their turn. */
  #madeRoom(): boolean {
    const nowMs = this.#parts.clock.monotonic()
    let looks = 0
    for (const [tenant, account] of this.#known) {
      if (looks++ === looksMax) return false
      this.#known.delete(tenant)
      if (nowMs - account.usedAtMs >= idleMs && account.owesNothing(nowMs)) {
        this.#fold(account)
        return true
      }
      this.#known.set(tenant, account)
    }
    return false
  }

  #fold(account: Account): void {
    if (this.#latest === account) this.#latest = this.#others
    const { requests, refused, bytesIn, bytesOut, cpuMicros } = account
    const sum = this.#others
    sum.requests += requests
    sum.refused += refused
    sum.bytesIn += bytesIn
    sum.bytesOut += bytesOut
    sum.cpuMicros += cpuMicros
  }
}
