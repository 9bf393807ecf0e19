/** A node at a glance, as lines for a terminal of some size. Pure. */

import type { TerminalSize } from './live.ts'
import { columns, visible, type Json } from './plain.ts'
import type { Rates } from './rates.ts'
import { isObject } from './replies.ts'

type Members = { readonly [name: string]: Json }

/** What is known at one moment. */
export interface Glance {
  readonly status: Members
  /** Null where nobody may see it. */
  readonly tenants: Members | null
  readonly rates: Rates
}

const tenantsMax = 10

/** No line is longer than the terminal is wide, and there are no more than it has rows. */
export function frame(glance: Glance, { columns: width, rows }: TerminalSize): readonly string[] {
  const lines = [
    ...head(glance),
    '',
    ...services(glance.status, width),
    '',
    ...tenantLines(glance.tenants, width),
  ]
  const cut =
    lines.length > rows ? [...lines.slice(0, Math.max(0, rows - 1)), '… and more, in a taller window'] : lines
  return cut
    .slice(0, rows)
    .map((line) => (line.length > width ? `${line.slice(0, Math.max(0, width - 1))}…` : line))
}

/** The same for a program. */
export function glanceJson({ status, tenants, rates }: Glance) {
  const { requestsPerSecond, byClass, p50Ms, p99Ms, inFlight } = rates
  return {
    ok: true,
    status,
    tenants,
    rates: {
      requests_per_second: rounded(requestsPerSecond),
      by_class: Object.fromEntries([...byClass].map(([kind, rate]) => [kind, rounded(rate)])),
      p50_ms: finite(p50Ms),
      p99_ms: finite(p99Ms),
      in_flight: inFlight,
    },
  }
}

function head({ status, rates }: Glance): readonly string[] {
  const { profile, version, phase, ready, uptime_seconds: uptime, connections, node_addr: address } = status
  const classes = [...rates.byClass].filter(([, rate]) => rate > 0).toSorted(([a], [b]) => a.localeCompare(b))
  return [
    `${word(profile)} ${word(version)}  ${ready === true ? 'ready' : 'NOT READY'}  ${word(phase)}  up ${duration(Number(uptime))}  ${word(address)}`,
    [
      `${rounded(rates.requestsPerSecond)} requests/s`,
      ...classes.map(([kind, rate]) => `${kind} ${rounded(rate)}/s`),
      `p50 ${latency(rates.p50Ms)}`,
      `p99 ${latency(rates.p99Ms)}`,
      `${rates.inFlight} in flight`,
      `${word(connections)} connections`,
    ].join('  '),
  ]
}

/** The supervision tree: what is required, then what the node does without. */
function services({ services: listed }: Members, width: number): readonly string[] {
  const all = [listed ?? []].flat().filter(isObject)
  const [required, optional] = [ofNeed(all, 'required'), ofNeed(all, 'optional')]
  const wide = width >= 100
  const header = [
    'service',
    'phase',
    'health',
    'inbox',
    'restarts',
    ...(wide ? ['last failure', 'because'] : []),
  ]
  const rows = [required, optional].flatMap((group) =>
    group.map((service, at) => [branch(at, group.length) + word(service['name']), ...cells(service, wide)]),
  )
  const table = columns([header, ...rows]).split('\n')
  const [first = '', ...rest] = table
  return [
    first,
    'node',
    ...rest.slice(0, required.length),
    ...(optional.length > 0 ? ['optional', ...rest.slice(required.length)] : []),
  ]
}

function ofNeed(services: readonly Members[], need: string): readonly Members[] {
  return services.filter((service) => service['need'] === need)
}

function branch(at: number, length: number): string {
  return at === length - 1 ? '└─ ' : '├─ '
}

function cells(service: Members, wide: boolean): readonly string[] {
  const {
    phase,
    health,
    inbox_depth: depth,
    restart_count: restarts,
    last_failure: failure,
    because,
  } = service
  const last = isObject(failure) ? `${word(failure['cause'])} ${word(failure['at']).slice(11, 19)}` : '-'
  return [phase, health, depth, restarts].map(word).concat(wide ? [last, word(because)] : [])
}

function tenantLines(tenants: Members | null, width: number): readonly string[] {
  if (tenants === null) return []
  const rows = [tenants['tenants'] ?? []].flat().filter(isObject)
  if (rows.length === 0) return ['no tenants yet']
  const shown = [
    'requests_per_second',
    'refused_per_second',
    'cpu_percent',
    'in_flight',
    'waiting',
    'waited_ms',
  ]
  const names = width >= 80 ? shown : shown.slice(0, 2)
  const busiest = rows.toSorted((a, b) => Number(b['requests_per_second']) - Number(a['requests_per_second']))
  const table = [
    ['tenant', ...names.map((name) => name.replaceAll('_', ' '))],
    ...busiest
      .slice(0, tenantsMax)
      .map((row) => [word(row['tenant']), ...names.map((name) => word(row[name]))]),
  ]
  const more = rows.length - tenantsMax
  return [...columns(table).split('\n'), ...(more > 0 ? [`… and ${more} tenants more`] : [])]
}

function word(value: Json | undefined): string {
  if (value === undefined || value === null || value === '') return '-'
  return visible(typeof value === 'number' ? String(rounded(value)) : String(value))
}

function latency(ms: number | null): string {
  if (ms === null) return '-'
  return Number.isFinite(ms) ? `${rounded(ms)} ms` : 'longer than all buckets'
}

function finite(ms: number | null): number | null {
  return ms !== null && Number.isFinite(ms) ? rounded(ms) : null
}

function rounded(value: number): number {
  return Number(value.toPrecision(3))
}

function duration(seconds: number): string {
  const [h, m, s] = [
    Math.floor(seconds / 3_600),
    Math.floor((seconds % 3_600) / 60),
    Math.floor(seconds % 60),
  ]
  return h > 0 ? `${h}h${m}m` : m > 0 ? `${m}m${s}s` : `${s}s`
}
