/**
 * The nonces that were given out and not spent yet: so many at most, each good for a while, once, and for the tenant that
 * got it. When there is no room, the tenant with the most loses its oldest, and that tenant itself gets no further one.
 */

import type { Clock } from '@ron/kernel/ports/clock'
import type { Random } from '@ron/kernel/ports/random'

/** Nobody guesses one, and no two are the same. */
const nonceBytes = 16

export interface NonceLimits {
  /** Of all tenants together. */
  readonly noncesMax: number
  readonly nonceTtlMs: number
}

export class Nonces {
  readonly #limits: NonceLimits
  readonly #clock: Clock
  readonly #random: Random
  /** Tenant → nonce → when it ends, monotonic ms. The oldest comes first; no line is empty. */
  readonly #lines = new Map<string, Map<string, number>>()
  #count = 0

  constructor(limits: NonceLimits, clock: Clock, random: Random) {
    this.#limits = limits
    this.#clock = clock
    this.#random = random
  }

  get count(): number {
    return this.#count
  }

  /** 32 lower-case hex digits; null when the tenant has the most and there is no room. */
  issue(tenant: string): string | null {
    const nowMs = this.#clock.monotonic()
    this.#expire(tenant, nowMs)
    if (this.#count >= this.#limits.noncesMax && !this.#makeRoom(tenant, nowMs)) return null
    const nonce = Buffer.from(this.#random.bytes(nonceBytes)).toString('hex')
    const line = this.#lines.get(tenant) ?? new Map<string, number>()
    this.#lines.set(tenant, line.set(nonce, nowMs + this.#limits.nonceTtlMs))
    this.#count++
    return nonce
  }

  /** Whether it was good until now. It is not any more, whatever comes of it. */
  spend(tenant: string, nonce: string): boolean {
    const endsMs = this.#lines.get(tenant)?.get(nonce)
    if (endsMs === undefined) return false
    this.#drop(tenant, nonce)
    return this.#clock.monotonic() < endsMs
  }

  #makeRoom(asking: string, nowMs: number): boolean {
    for (const tenant of [...this.#lines.keys()]) this.#expire(tenant, nowMs)
    if (this.#count < this.#limits.noncesMax) return true
    let most = asking
    for (const [tenant, line] of this.#lines) if (line.size > this.#sizeOf(most)) most = tenant
    if (most === asking) return false
    for (const [oldest] of [...(this.#lines.get(most) ?? [])].slice(0, 1)) this.#drop(most, oldest)
    return true
  }

  #expire(tenant: string, nowMs: number): void {
    for (const [nonce, endsMs] of this.#lines.get(tenant) ?? []) {
      if (nowMs < endsMs) return
      this.#drop(tenant, nonce)
    }
  }

  #sizeOf(tenant: string): number {
    return this.#lines.get(tenant)?.size ?? 0
  }

  #drop(tenant: string, nonce: string): void {
    const line = this.#lines.get(tenant)
    if (line?.delete(nonce) === true) this.#count--
    if (line?.size === 0) this.#lines.delete(tenant)
  }
}
