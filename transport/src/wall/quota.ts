/**
 * The third wall: what a tenant may take, and how fast one subject of it may send requests. The state of a subject is
 * one number, in a table with a fixed number of places; whoever was idle longest makes room. What requests cost is told
 * to the account of the tenant by whoever finds out.
 */

import type { Caller } from '@ron/kernel/contract/contract'
import { Refusal } from '@ron/kernel/contract/refusals'
import type { Clock } from '@ron/kernel/ports/clock'
import { Recent } from '../recent.ts'
import { spend, unspent, type Rate } from './gcra.ts'
import { Overdrawn, type Account } from './tenants/account.ts'
import type { Accounts } from './tenants/accounts.ts'
import { usedUpField } from './tenants/policy-headers.ts'

export interface QuotaParts {
  readonly clock: Clock
  readonly rate: Rate
  /** Subjects remembered at once. */
  readonly subjectsMax: number
  readonly accounts: Accounts
}

export interface Quota {
  /** The account of a caller that may go on. */
  enter(caller: Caller): Account | Overdrawn
  /** What was spent before counts no more: it was reckoned at another rate. */
  forget(): void
}

export function createQuota({ clock, rate, subjectsMax, accounts }: QuotaParts): Quota {
  checkParts(rate, subjectsMax)
  // Insertion order is order of last use: an entry moves to the end whenever it is touched.
  const table = new Map<string, number>()
  let latest = ''
  /** By how long to wait: whoever is over a quota is refused more often than anything else is done. */
  const refusals = new Recent<number, Refusal>(1_024)

  return {
    enter({ subject, tenant }) {
      const key = `${tenant} ${subject}`
      const nowMs = clock.monotonic()
      const account = accounts.of(tenant)
      const [tatMs, outcome] = spend(table.get(key) ?? unspent, nowMs, 1, rate)
      // The last to come is where it belongs; most often it is the one that comes again.
      if (key !== latest) {
        table.delete(key)
        makeRoom(nowMs)
        latest = key
      }
      table.set(key, tatMs)
      if (outcome.ok) return account.enter(nowMs) ?? account
      account.refused++
      return new Overdrawn(account, refused(outcome.retryAfterMs), 0)
    },
    forget() {
      refusals.clear()
      table.clear()
      latest = ''
    },
  }

  function refused(retryAfterMs: number): Refusal {
    return refusals.of(retryAfterMs, () => refusal(retryAfterMs, rate))
  }

  /**
   * Drops up to two entries that owe nothing, since forgetting those changes no decision, and then, in a full
   * table, the one unused for longest. Subjects are minted by the holder of a root key, so nobody gets a fresh
   * burst by flooding the table with names of their own.
   */
  function makeRoom(nowMs: number): void {
    let looked = 0
    for (const [key, tatMs] of table) {
      const idle = tatMs <= nowMs
      if (looked++ === 2 || (!idle && table.size < subjectsMax)) return
      table.delete(key)
    }
  }
}

function checkParts({ perSecond, burst }: Rate, subjectsMax: number): void {
  if (!(perSecond > 0)) throw new RangeError(`a quota of ${perSecond} requests/s; it must be above 0`)
  if (!(burst >= 1)) throw new RangeError(`a quota burst of ${burst}; below 1 nothing would ever pass`)
  if (!(subjectsMax >= 1))
    throw new RangeError(`a quota table of ${subjectsMax} places; at least 1 is needed`)
}

function refusal(retryAfterMs: number, { burst, perSecond }: Rate): Refusal {
  const policy = `"capability";q=${burst};w=${Math.max(1, Math.ceil(burst / perSecond))}`
  return new Refusal('QuotaExceeded', 'this capability has used up its request quota', {
    retryAfterMs,
    lasting: true,
    explain: { wall: 'quota', rule: 'requests-per-second', fix: `wait ${retryAfterMs} ms` },
    headers: { 'ratelimit-policy': policy, ratelimit: usedUpField('capability', retryAfterMs) },
  })
}
