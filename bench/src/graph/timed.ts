/** How long one thing takes, many times over. */

import { percentile } from '../spread.ts'

export interface Timing {
  readonly perSecond: number
  readonly p50Ms: number
  readonly p95Ms: number
  readonly p99Ms: number
  readonly samples: number
}

const samplesMax = 200_000

/** Does `work` again and again for a while, after a tenth of it to warm up; what counts is the time inside. */
export function timed(forMs: number, work: () => void): Timing {
  const warmUntilMs = performance.now() + forMs / 10
  while (performance.now() < warmUntilMs) work()
  const samples: number[] = []
  let spentMs = 0
  while (spentMs < forMs && samples.length < samplesMax) {
    const beganMs = performance.now()
    work()
    const tookMs = performance.now() - beganMs
    samples.push(tookMs)
    spentMs += tookMs
  }
  const [p50Ms, p95Ms, p99Ms] = [percentile(samples, 50), percentile(samples, 95), percentile(samples, 99)]
  return {
    perSecond: (samples.length / spentMs) * 1_000,
    p50Ms,
    p95Ms,
    p99Ms,
    samples: samples.length,
  }
}

export interface Once {
  readonly perSecond: number
  readonly longestMs: number
  /** Processor time of the process, collector included: what the longest took when others use the machine too. */
  readonly longestCpuMs: number
}

/** Does each of many things once. What they are made of is not counted. */
export function timedOnce<Item>(items: Iterable<Item>, work: (item: Item) => void): Once {
  let [count, spentMs, longestMs, longestCpuMs] = [0, 0, 0, 0]
  for (const item of items) {
    const [beganMs, before] = [performance.now(), process.cpuUsage()]
    work(item)
    const tookMs = performance.now() - beganMs
    const { user, system } = process.cpuUsage(before)
    spentMs += tookMs
    longestMs = Math.max(longestMs, tookMs)
    longestCpuMs = Math.max(longestCpuMs, (user + system) / 1_000)
    count++
  }
  return { perSecond: (count / spentMs) * 1_000, longestMs, longestCpuMs }
}
