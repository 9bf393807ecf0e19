/**
 * Every metric of the kernel and the front end, declared once with the names operators look for. Labels are
 * few and bounded: routes are templates, reasons are enumerations, services come from the roster.
 */

import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { AuditMeter } from '../audit/feed.ts'
import { downgradeReasons, type DowngradeReason, type FrontMeter } from '../ports/meter.ts'
import { rungs, type Rung } from '../readiness/ladder.ts'
import { causes, type Cause } from '../supervisor/cause.ts'
import { Cells, type Cell } from './cells.ts'
import { openMetrics, openMetricsType } from './open-metrics.ts'
import { readCounter } from './read-counter.ts'
import { Timed } from './timed.ts'
import { registerZk, type ZkReadings } from './zk.ts'

/** Seconds. Fine around the admission and policy targets, coarse up to the fan-out target. */
const latencyBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]

/** Seconds. Fine around a restart on a spare, coarse up to a service that was held down. */
const downtimeBuckets = [0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60]

export interface ServiceMeter {
  answered(service: string, operation: string, outcome: string, seconds: number): void
}

export interface KernelMetrics {
  readonly front: FrontMeter
  readonly services: ServiceMeter
  failed(service: string, cause: Cause): void
  restarted(service: string): void
  /** It was down for so long. */
  recovered(service: string, seconds: number): void
  lagged(service: string, count: number): void
  /** A conversation went on without a session where one is offered, or was refused for it. */
  downgraded(reason: DowngradeReason): void
  readonly audit: AuditMeter
  /** A peer answered a request of this node. */
  hop(peer: string, seconds: number): void
  /** An object was read: from what the front end keeps, or from the service. */
  objectRead(here: boolean): void
  /** From now on a scrape asks for these as well. */
  readKeys(readings: KeyReadings): void
  /** The same of the config bundle in force; `expiresMs` is null where there is none. */
  readBundle(read: () => { readonly version: number; readonly expiresMs: number | null }): void
  readZk(readings: ZkReadings): void
  /** What a scrape is answered with. */
  expose(format: MetricsFormat): Promise<Exposition>
}

/** The text format 0.0.4 of Prometheus, or OpenMetrics 1.0, which has exemplars. */
export type MetricsFormat = 'text' | 'openmetrics'

export interface Exposition {
  readonly contentType: string
  readonly text: string
}

/** What a scrape tells of keys and capabilities: numbers and times, and nothing of the keys. */
export interface KeyReadings {
  keys(): readonly {
    readonly purpose: string
    readonly version: number
    readonly good: number
    readonly ageSeconds: number
  }[]
  revocations(): number
}

/** What a scrape asks for at that moment rather than being told. */
export interface Readings {
  ready(): boolean
  /** What the node does not serve for being overloaded. */
  shed(): readonly Rung[]
  uptimeSeconds(): number
  connections(): number
  /** Log lines that a slow reader of standard output left no room for. */
  droppedLines(): number
  /** Of the main thread: timers that wait for their time. */
  timers(): number
  inboxDepths(): readonly { readonly service: string; readonly depth: number }[]
}

/** `profile` is the `service` label of `http_requests_total`. */
export function kernelMetrics(
  profile: string,
  amnesia: boolean,
  services: readonly string[],
  readings: Readings,
): KernelMetrics {
  const registry = new Registry()
  const registers = [registry]

  const cells = new Cells()
  const requests = new Timed(
    {
      counter: { name: 'http_requests_total', help: 'Requests answered, over HTTP and OAP.' },
      histogram: {
        name: 'request_latency_seconds',
        help: 'From the first byte of a request to the last of its answer.',
      },
      kind: ['route', 'method'],
      outcome: 'status',
      always: { service: profile },
      buckets: latencyBuckets,
    },
    cells,
    registry,
  )
  const reads = { hit: cells.next(), miss: cells.next() }
  const objectReads = {
    name: 'object_cache_reads_total',
    help: 'Reads of objects that the front end could answer itself, and those it could not.',
  }
  registry.registerMetric(
    readCounter(objectReads, ['outcome'], () =>
      Object.entries(reads).map(([outcome, { value }]) => ({ labels: { outcome }, value })),
    ),
  )
  const inflight = new Map<string, Cell>()
  gauge('inflight_requests', 'Requests being answered.', ['route'], (requests) => {
    for (const [route, cell] of inflight) requests.set({ route }, cell.value)
  })
  const rejected = new Counter({
    name: 'rejected_total',
    help: 'Requests refused before a service saw them, by reason.',
    labelNames: ['reason'],
    registers,
  })
  const integrity = new Counter({
    name: 'integrity_failure_total',
    help: 'Content that failed a check, by stage.',
    labelNames: ['stage'],
    registers,
  })
  const lagged = new Counter({
    name: 'bus_lagged_total',
    help: 'Events a slow bus subscriber lost.',
    labelNames: ['service'],
    registers,
  })
  const restarts = new Counter({
    name: 'service_restarts_total',
    help: 'Restarts of a service thread.',
    labelNames: ['service'],
    registers,
  })
  const failures = new Counter({
    name: 'service_failures_total',
    help: 'Ends of a service thread that nobody asked for, by cause.',
    labelNames: ['service', 'cause'],
    registers,
  })
  const downtime = new Histogram({
    name: 'service_downtime_seconds',
    help: 'From the failure of a service to the moment it answers again.',
    labelNames: ['service'],
    buckets: downtimeBuckets,
    registers,
  })
  const hops = new Histogram({
    name: 'peer_hop_seconds',
    help: 'From a request of this node to a peer to its answer.',
    labelNames: ['peer'],
    buckets: latencyBuckets,
    registers,
  })
  const auditLag = new Histogram({
    name: 'audit_lag_seconds',
    help: 'From a governed act to its record in the audit log.',
    buckets: latencyBuckets,
    registers,
  })
  const auditLost = new Counter({
    name: 'audit_lost_total',
    help: 'Governed acts that could not be recorded in the audit log.',
    registers,
  })
  const downgrades = new Counter({
    name: 'pq_downgrade_events_total',
    help: 'Sessions that fell back from a hybrid key exchange, by reason.',
    labelNames: ['reason'],
    registers,
  })
  const calls = new Timed(
    {
      counter: {
        name: 'service_requests_total',
        help: 'Calls to a service, by outcome: ok or the code of the refusal.',
      },
      histogram: {
        name: 'service_request_seconds',
        help: 'From the call to its answer, as the kernel sees it.',
      },
      kind: ['service', 'operation'],
      outcome: 'outcome',
      always: {},
      buckets: latencyBuckets,
    },
    cells,
    registry,
  )
  gauge('service_inbox_depth', 'Requests waiting in the inbox of a service.', ['service'], (depth) => {
    for (const reading of readings.inboxDepths()) depth.set({ service: reading.service }, reading.depth)
  })
  gauge('open_connections', 'Client connections.', [], (open) => open.set(readings.connections()))
  gauge('log_lines_dropped', 'Log lines dropped since the start, for nobody read them.', [], (lines) =>
    lines.set(readings.droppedLines()),
  )
  gauge('kernel_timers', 'Timers of the main thread that wait for their time.', [], (timers) =>
    timers.set(readings.timers()),
  )
  gauge('node_ready', '1 while every readiness gate is open.', [], (ready) =>
    ready.set(readings.ready() ? 1 : 0),
  )
  gauge(
    'feature_shed',
    '1 while a feature is not served for the node is overloaded.',
    ['feature'],
    (shed) => {
      for (const feature of rungs) shed.set({ feature }, readings.shed().includes(feature) ? 1 : 0)
    },
  )
  gauge('node_uptime_seconds', 'Seconds since the process started.', [], (up) =>
    up.set(readings.uptimeSeconds()),
  )
  gauge('amnesia_mode', '1 while the node keeps nothing on disk.', [], (mode) => mode.set(amnesia ? 1 : 0))
  gauge('process_resident_memory_bytes', 'Resident memory of the whole process.', [], (rss) =>
    rss.set(process.memoryUsage.rss()),
  )
  gauge(
    'nodejs_active_resources',
    'What keeps the main thread busy or waiting, by type.',
    ['type'],
    (active) => {
      active.reset()
      for (const type of process.getActiveResourcesInfo()) active.inc({ type })
    },
  )

  // A series that exists from the start can be alerted on before its first event.
  for (const service of services) {
    restarts.inc({ service }, 0)
    for (const cause of causes) failures.inc({ service, cause }, 0)
    lagged.inc({ service }, 0)
  }
  for (const reason of ['oap_cap', 'backpressure', 'unauth']) rejected.inc({ reason }, 0)
  for (const stage of ['blake3_mismatch', 'decompress_cap']) integrity.inc({ stage }, 0)
  for (const reason of downgradeReasons) downgrades.inc({ reason }, 0)

  return {
    front: {
      exemplar: (route, method, exemplar) => requests.exemplify(route, method, exemplar),
      request: (route, method, status, seconds) => requests.count(route, method, status, seconds),
      inflight: (route, change) => cells.under(inflight, route).add(change),
      rejected: (reason) => rejected.inc({ reason }),
      integrityFailure: (stage) => integrity.inc({ stage }),
    },
    services: {
      answered: (service, operation, outcome, seconds) => calls.count(service, operation, outcome, seconds),
    },
    failed: (service, cause) => failures.inc({ service, cause }),
    restarted: (service) => restarts.inc({ service }),
    recovered: (service, seconds) => downtime.observe({ service }, seconds),
    audit: {
      recorded: (seconds) => auditLag.observe(seconds),
      lost: (count) => auditLost.inc(count),
    },
    downgraded: (reason) => downgrades.inc({ reason }),
    lagged: (service, count) => lagged.inc({ service }, count),
    hop: (peer, seconds) => hops.observe({ peer }, seconds),
    objectRead: (here) => reads[here ? 'hit' : 'miss'].add(1),
    readKeys({ keys, revocations }) {
      gauge('key_version', 'The version of a key that is in use.', ['purpose'], (active) => {
        for (const { purpose, version } of keys()) active.set({ purpose }, version)
      })
      gauge(
        'key_versions_good',
        'Versions of a key that are good, retiring ones included.',
        ['purpose'],
        (all) => {
          for (const { purpose, good } of keys()) all.set({ purpose }, good)
        },
      )
      gauge('key_age_seconds', 'How long the version in use has been so.', ['purpose'], (age) => {
        for (const { purpose, ageSeconds } of keys()) age.set({ purpose }, ageSeconds)
      })
      gauge('capability_revocations', 'Revocations in force.', [], (held) => held.set(revocations()))
    },
    readBundle(read) {
      const version = 'The version of the config bundle in force; 0 for none.'
      gauge('config_bundle_version', version, [], (live) => live.set(read().version))
      const expiry = 'When the config bundle in force expires, in seconds since 1970; absent for none.'
      gauge('config_bundle_expiry_timestamp_seconds', expiry, [], (live) => {
        const { expiresMs } = read()
        if (expiresMs === null) live.remove()
        else live.set(expiresMs / 1_000)
      })
    },
    readZk: (readings) => registerZk(registry, readings),
    expose: async (format) =>
      format === 'text'
        ? { contentType: registry.contentType, text: await registry.metrics() }
        : { contentType: openMetricsType, text: await openMetrics(registry) },
  }

  function gauge(name: string, help: string, labelNames: string[], read: (gauge: Gauge) => void): void {
    new Gauge({
      name,
      help,
      labelNames,
      registers,
      collect() {
        read(this)
      },
    })
  }
}
