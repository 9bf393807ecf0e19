/**
 * What one tenant has asked for, got and been refused, and what it may still have. Requests are paid before they go
 * on; bytes and the time of services are known only afterwards, so they are owed, and who owes more than a second's
 * worth waits until that is earned back.
 */

import { Refusal } from '@ron/kernel/contract/refusals'
import type { TenantLimits } from '@ron/kernel/contract/tenant-limits'
import { Recent } from '../../recent.ts'
import { debtMs, owe, spend, unspent } from '../gcra.ts'
import { policyField, usedUpField, type QuotaName } from './policy-headers.ts'

/** Refusals of one tenant that may be held back at once. */
const heldMax = 256
/** A request in flight ends soon, nobody knows when exactly. */
const retrySoonMs = 250
/** Refusals a second of a tenant without a limit of requests, before more are held back. */
const refusalsPerSecond = 100

const refusalsKept = 64

/** A tenant that has used up a quota. */
export class Overdrawn {
  readonly refusal: Refusal
  /** How long the refusal is to be held back; when it is 0, or was held, nothing is owed for it. */
  readonly holdMs: number
  readonly account: Account

  constructor(account: Account, refusal: Refusal, holdMs: number) {
    this.account = account
    this.refusal = refusal
    this.holdMs = holdMs
  }
}

export class Account {
  readonly tenant: string
  readonly limits: TenantLimits
  /** Let in. */
  requests = 0
  /** Refused by a quota, or for want of room. */
  refused = 0
  bytesIn = 0
  bytesOut = 0
  /** Of services, in microseconds. */
  cpuMicros = 0
  inFlight = 0
  /** WebSockets on which it asked for something, while they are open. */
  connections = 0
  held = 0
  /** On the monotonic clock. */
  usedAtMs = 0
  readonly #tarpitMs: number
  readonly #requestRate
  readonly #excessRate
  #requestsTatMs = unspent
  #excessTatMs = unspent
  #bytesTatMs = unspent
  #cpuTatMs = unspent
  /** Of a tenant that was refused at all. */
  #refusals: Recent<string, Refusal> | null = null

  constructor(tenant: string, limits: TenantLimits, tarpitMs: number) {
    this.tenant = tenant
    this.limits = limits
    this.#tarpitMs = tarpitMs
    const { requestsPerSecond: perSecond } = limits
    this.#requestRate = { perSecond, burst: perSecond }
    const excess = perSecond > 0 ? perSecond : refusalsPerSecond
    this.#excessRate = { perSecond: excess, burst: excess }
  }

  /** Pays for one request, or says why it may not go on. */
  enter(nowMs: number): Overdrawn | null {
    this.usedAtMs = nowMs
    const { cpuPercent, bytesPerSecond, inFlight, requestsPerSecond } = this.limits
    if (cpuPercent > 0) {
      const waitMs = debtMs(this.#cpuTatMs, nowMs)
      if (waitMs > 0) return this.overdrawn('cpu', 'its time of services', waitMs, nowMs)
    }
    if (bytesPerSecond > 0) {
      const waitMs = debtMs(this.#bytesTatMs, nowMs)
      if (waitMs > 0) return this.overdrawn('bytes', 'its bytes', waitMs, nowMs)
    }
    if (inFlight > 0 && this.inFlight >= inFlight) {
      return this.overdrawn('in-flight', `its ${inFlight} places in flight`, retrySoonMs, nowMs)
    }
    if (requestsPerSecond > 0) {
      const [tatMs, outcome] = spend(this.#requestsTatMs, nowMs, 1, this.#requestRate)
      if (!outcome.ok) return this.overdrawn('requests', 'its requests', outcome.retryAfterMs, nowMs)
      this.#requestsTatMs = tatMs
    }
    return null
  }

  /** Counts a connection of its own, or says why there may be no further one. */
  connect(nowMs: number): Overdrawn | null {
    const { connections } = this.limits
    if (connections > 0 && this.connections >= connections)
      return this.overdrawn('connections', `its ${connections} connections`, retrySoonMs, nowMs)
    this.connections++
    return null
  }

  /** Bodies went through. */
  moved(bytesIn: number, bytesOut: number, nowMs: number): void {
    this.bytesIn += bytesIn
    this.bytesOut += bytesOut
    const { bytesPerSecond } = this.limits
    if (bytesPerSecond > 0) {
      this.#bytesTatMs = owe(this.#bytesTatMs, nowMs, bytesIn + bytesOut, bytesPerSecond)
    }
  }

  worked(micros: number, nowMs: number): void {
    this.cpuMicros += micros
    const { cpuPercent } = this.limits
    // A percent of a processor is ten thousand microseconds a second.
    if (cpuPercent > 0) this.#cpuTatMs = owe(this.#cpuTatMs, nowMs, micros, cpuPercent * 10_000)
  }

  /** A refusal that was held back has been sent, or there was no room to hold it. */
  letGo(): void {
    this.held--
  }

  /** Whether forgetting it would change no decision. */
  owesNothing(nowMs: number): boolean {
    const tats = [this.#requestsTatMs, this.#excessTatMs, this.#bytesTatMs, this.#cpuTatMs]
    return this.inFlight + this.connections + this.held === 0 && tats.every((tatMs) => tatMs <= nowMs)
  }

  /** Counts a refusal. Who is refused more often than its quota lets it in waits for its refusals. */
  overdrawn(quota: QuotaName, what: string, waitMs: number, nowMs: number): Overdrawn {
    this.refused++
    const [tatMs, outcome] = spend(this.#excessTatMs, nowMs, 1, this.#excessRate)
    this.#excessTatMs = tatMs
    const holds = !outcome.ok && this.#tarpitMs > 0 && this.held < heldMax
    if (holds) this.held++
    const refusal = this.#refusal(quota, what, waitMs)
    return new Overdrawn(this, refusal, holds ? this.#tarpitMs * spread(this.refused) : 0)
  }

  /** The same text for the same wait: a tenant past its quota is refused more often than anything else is done. */
  #refusal(quota: QuotaName, what: string, waitMs: number): Refusal {
    this.#refusals ??= new Recent(refusalsKept)
    return this.#refusals.of(
      `${quota} ${waitMs}`,
      () =>
        new Refusal('QuotaExceeded', `this tenant has used up ${what}`, {
          retryAfterMs: waitMs,
          lasting: true,
          explain: { wall: 'quota', rule: `tenant-${quota}`, fix: `wait ${waitMs} ms` },
          headers: { 'ratelimit-policy': policyField(this.limits), ratelimit: usedUpField(quota, waitMs) },
        }),
    )
  }
}

/**
 * A factor from a half to one and a half, for each of many that come in a row another one: multiples of the golden ratio
 * fall evenly. Refusals that were held for as long would all end in one turn, and their clients come back together.
 */
function spread(count: number): number {
  return 0.5 + ((count * 0.618_033_988_749_895) % 1)
}
