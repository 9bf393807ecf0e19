/** What the accounts and the lines of the services say, as a report: rates of the last seconds, and sums. */

import type { TenantRow, TenantsReport, TenantsView } from '@ron/admin/tenants'
import type { Account } from '@ron/transport/wall/tenants/account'
import { others, type Accounts } from '@ron/transport/wall/tenants/accounts'
import type { Lines } from '../../fairness/drr.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Held } from './held.ts'

/** Tenants and pairs with a row of their own. */
const rowsMax = 100
const sampleMs = 2_000

type Sums = Pick<Account, 'requests' | 'refused' | 'bytesIn' | 'bytesOut' | 'cpuMicros'>

interface Rates {
  readonly requests: number
  readonly refused: number
  readonly bytes: number
  readonly cpuMicros: number
}

export interface ReportedTenants extends TenantsView {
  stop(): void
}

const none: Sums = { requests: 0, refused: 0, bytesIn: 0, bytesOut: 0, cpuMicros: 0 }
const noRates: Rates = { requests: 0, refused: 0, bytes: 0, cpuMicros: 0 }

/** `lines` are those who wait, at each service; `held` asks what tenants keep. */
export function reportedTenants(
  accounts: Accounts,
  knownMax: number,
  lines: () => readonly Lines[],
  held: () => Promise<Held>,
  clock: Clock,
): ReportedTenants {
  let before = new Map<string, Sums>()
  let rates = new Map<string, Rates>()
  let beforeMs = clock.monotonic()

  const sample = () => {
    const seconds = (clock.monotonic() - beforeMs) / 1_000
    const all = [...accounts.all()]
    rates = new Map(all.map((now) => [now.tenant, ratesOf(before.get(now.tenant) ?? none, now, seconds)]))
    before = new Map(all.map(({ tenant, ...now }) => [tenant, sumsOf(now)]))
    beforeMs = clock.monotonic()
    cancel = clock.after(sampleMs, sample)
  }
  let cancel = clock.after(sampleMs, sample)

  return {
    stop: () => cancel(),
    async report(): Promise<TenantsReport> {
      const { bytes, topics } = await held()
      const delays = accounts.delays()
      const waiting = waitingOf(lines())
      const rows = [...accounts.all()].map((account): TenantRow => {
        const { tenant, requests, refused, bytesIn, bytesOut, cpuMicros, inFlight, connections, held } =
          account
        const rate = rates.get(tenant) ?? noRates
        const millis = (by: 'who' | 'whom') =>
          Math.round(
            delays.reduce((sum, delay) => sum + (delay[by] === tenant ? delay.micros : 0), 0) / 1_000,
          )
        return {
          tenant,
          requests_per_second: Math.round(rate.requests),
          refused_per_second: Math.round(rate.refused),
          bytes_per_second: Math.round(rate.bytes),
          cpu_percent: Math.round(rate.cpuMicros / 1_000) / 10,
          in_flight: inFlight,
          connections,
          held,
          waiting: waiting.get(tenant) ?? 0,
          waited_ms: millis('whom'),
          caused_ms: millis('who'),
          stored_bytes: bytes.get(tenant) ?? 0,
          topics: topics.get(tenant) ?? 0,
          requests,
          refused,
          bytes_in: bytesIn,
          bytes_out: bytesOut,
          cpu_seconds: Math.round(cpuMicros / 1_000) / 1_000,
        }
      })
      return {
        tenants: folded(rows),
        delays: delays
          .slice(0, rowsMax)
          .map(({ who, whom, micros }) => ({ who, whom, ms: Math.round(micros / 1_000) })),
        known: accounts.size,
        known_max: knownMax,
      }
    },
  }
}

function ratesOf(before: Sums, now: Sums, seconds: number): Rates {
  // A tenant that was folded into the others in between begins anew.
  const rise = (name: keyof Sums) => Math.max(0, now[name] - before[name]) / seconds
  return {
    requests: rise('requests'),
    refused: rise('refused'),
    bytes: rise('bytesIn') + rise('bytesOut'),
    cpuMicros: rise('cpuMicros'),
  }
}

function sumsOf({ requests, refused, bytesIn, bytesOut, cpuMicros }: Sums): Sums {
  return { requests, refused, bytesIn, bytesOut, cpuMicros }
}

function waitingOf(lines: readonly Lines[]): ReadonlyMap<string, number> {
  const waiting = new Map<string, number>()
  for (const line of lines.flat()) waiting.set(line.tenant, (waiting.get(line.tenant) ?? 0) + line.waiting)
  return waiting
}

/** The busiest, and one row for all others that did anything. */
function folded(rows: readonly TenantRow[]): readonly TenantRow[] {
  const order = rows
    .filter(({ tenant }) => tenant !== others)
    .toSorted((one, other) => other.cpu_percent - one.cpu_percent || other.requests - one.requests)
  const rest = [...order.slice(rowsMax), ...rows.filter(({ tenant }) => tenant === others)]
  const sum = rest.reduce(together)
  return sum.requests + sum.refused === 0
    ? order.slice(0, rowsMax)
    : [...order.slice(0, rowsMax), { ...sum, tenant: others }]
}

function together(one: TenantRow, other: TenantRow): TenantRow {
  return {
    tenant: others,
    requests_per_second: one.requests_per_second + other.requests_per_second,
    refused_per_second: one.refused_per_second + other.refused_per_second,
    bytes_per_second: one.bytes_per_second + other.bytes_per_second,
    cpu_percent: one.cpu_percent + other.cpu_percent,
    in_flight: one.in_flight + other.in_flight,
    connections: one.connections + other.connections,
    held: one.held + other.held,
    waiting: one.waiting + other.waiting,
    waited_ms: one.waited_ms + other.waited_ms,
    caused_ms: one.caused_ms + other.caused_ms,
    stored_bytes: one.stored_bytes + other.stored_bytes,
    topics: one.topics + other.topics,
    requests: one.requests + other.requests,
    refused: one.refused + other.refused,
    bytes_in: one.bytes_in + other.bytes_in,
    bytes_out: one.bytes_out + other.bytes_out,
    cpu_seconds: one.cpu_seconds + other.cpu_seconds,
  }
}
