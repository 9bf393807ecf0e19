/** What happened between two readings of the metrics: requests, their statuses and how long they took. Pure. */

import type { Sample } from './metrics.ts'

export interface Rates {
  readonly requestsPerSecond: number
  /** `2xx` → requests a second */
  readonly byClass: ReadonlyMap<string, number>
  /** Upper end of the bucket that it lies in, in milliseconds; null when nothing was asked. */
  readonly p50Ms: number | null
  readonly p99Ms: number | null
  readonly inFlight: number
}

export function ratesBetween(before: readonly Sample[], after: readonly Sample[], seconds: number): Rates {
  const grown = growth(before, after)
  const byClass = new Map<string, number>()
  let requests = 0
  for (const { name, labels, value } of grown) {
    if (name !== 'http_requests_total') continue
    const kind = `${/status="(\d)/.exec(labels)?.[1] ?? '?'}xx`
    byClass.set(kind, (byClass.get(kind) ?? 0) + value / seconds)
    requests += value
  }
  const buckets = latencies(grown)
  return {
    requestsPerSecond: requests / seconds,
    byClass,
    p50Ms: quantileMs(buckets, 0.5),
    p99Ms: quantileMs(buckets, 0.99),
    inFlight: sumOf(after, 'inflight_requests'),
  }
}

export function sumOf(samples: readonly Sample[], metric: string): number {
  return samples.reduce((sum, { name, value }) => (name === metric ? sum + value : sum), 0)
}

/** Counters that fell were begun anew, by a node that was restarted: they count from nothing. */
function growth(before: readonly Sample[], after: readonly Sample[]): readonly Sample[] {
  const known = new Map(before.map(({ name, labels, value }) => [`${name}{${labels}}`, value]))
  return after.map((sample) => {
    const earlier = known.get(`${sample.name}{${sample.labels}}`) ?? 0
    return { ...sample, value: sample.value < earlier ? sample.value : sample.value - earlier }
  })
}

/** Upper end in seconds → how many took no longer, over all routes. */
function latencies(grown: readonly Sample[]): readonly (readonly [number, number])[] {
  const buckets = new Map<number, number>()
  for (const { name, labels, value } of grown) {
    if (name !== 'request_latency_seconds_bucket') continue
    const written = /le="([^"]+)"/.exec(labels)?.[1] ?? ''
    const end = written === '+Inf' ? Number.POSITIVE_INFINITY : Number(written)
    buckets.set(end, (buckets.get(end) ?? 0) + value)
  }
  return [...buckets].toSorted(([a], [b]) => a - b)
}

function quantileMs(buckets: readonly (readonly [number, number])[], share: number): number | null {
  const total = buckets.at(-1)?.[1] ?? 0
  if (total === 0) return null
  const found = buckets.find(([, count]) => count >= share * total)
  return (found?.[0] ?? Number.POSITIVE_INFINITY) * 1_000
}
