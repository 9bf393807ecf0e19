/**
 * Who is hurting whom: `GET /api/v1/tenants` as JSON for a program, `GET /tenants` the same as a page for a person, which
 * needs no script and loads itself again.
 */

import type { PlainRoute } from '@ron/transport/gateway/http-gateway'
import { answer, json, type Guard } from './answers.ts'

/** The composer fills it in. */
export interface TenantsView {
  report(): Promise<TenantsReport>
}

/** Rates are of the last seconds. */
export interface TenantsReport {
  /** Most of a processor first; those beyond the first hundred, and those without a place, are one row. */
  readonly tenants: readonly TenantRow[]
  /** Of the last ten to twenty seconds, the longest first. */
  readonly delays: readonly DelayRow[]
  readonly known: number
  /** `quota.tenants_max`. */
  readonly known_max: number
}

export interface TenantRow {
  /** 32 hex digits, or `others`. */
  readonly tenant: string
  readonly requests_per_second: number
  readonly refused_per_second: number
  readonly bytes_per_second: number
  /** Time of services, in percent of one processor. */
  readonly cpu_percent: number
  readonly in_flight: number
  /** WebSockets. */
  readonly connections: number
  /** Refusals being held back, for it asks for more than twice its quota. */
  readonly held: number
  /** Requests that wait for their turn at a service. */
  readonly waiting: number
  /** How long its requests waited while services worked for others, and how long others waited for it, lately. */
  readonly waited_ms: number
  readonly caused_ms: number
  /** What it keeps, and its topics with messages; 0 for one that is not among the thousand with most. */
  readonly stored_bytes: number
  readonly topics: number
  readonly requests: number
  readonly refused: number
  readonly bytes_in: number
  readonly bytes_out: number
  readonly cpu_seconds: number
}

export interface DelayRow {
  readonly who: string
  readonly whom: string
  readonly ms: number
}

export function tenantsRoutes(view: TenantsView, guard: Guard): readonly PlainRoute[] {
  return [
    {
      route: 'GET /api/v1/tenants',
      async handle(exchange, { traceId }) {
        guard(exchange, traceId, 'admin.read')
        return json(200, await view.report())
      },
    },
    {
      route: 'GET /tenants',
      async handle(exchange, { traceId }) {
        guard(exchange, traceId, 'admin.read')
        return answer(200, 'text/html; charset=utf-8', page(await view.report()), [
          ['content-security-policy', "default-src 'none'; style-src 'unsafe-inline'"],
        ])
      },
    },
  ]
}

const shown = [
  'tenant',
  'requests_per_second',
  'refused_per_second',
  'bytes_per_second',
  'cpu_percent',
  'in_flight',
  'connections',
  'held',
  'waiting',
  'waited_ms',
  'caused_ms',
  'stored_bytes',
  'topics',
] as const

function page({ tenants, delays, known, known_max }: TenantsReport): string {
  const hurting =
    delays.length === 0
      ? '<p>Nobody waits for anybody.</p>'
      : table(
          ['who', 'keeps waiting', 'ms lately'],
          delays.map(({ who, whom, ms }) => [who, whom, ms]),
        )
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="refresh" content="2">
<title>Tenants</title>
<style>body{font:14px sans-serif;margin:2em}table{border-collapse:collapse}td,th{padding:.2em .8em;text-align:right;border-bottom:1px solid #ccc}td:first-child,th:first-child{text-align:left;font-family:monospace}</style>
<h1>Who is hurting whom</h1>
${hurting}
<h1>Tenants</h1>
${table(
  shown.map((name) => name.replaceAll('_', ' ')),
  tenants.map((row) => shown.map((name) => row[name])),
)}
<p>${known} of ${known_max} places taken (quota.tenants_max).</p>
</html>
`
}

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[], tag: string) =>
    `<tr>${cells.map((cell) => `<${tag}>${escaped(String(cell))}</${tag}>`).join('')}</tr>`
  return `<table>\n${[line(head, 'th'), ...rows.map((row) => line(row, 'td'))].join('\n')}\n</table>`
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
