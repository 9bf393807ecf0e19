/**
 * Drives a server with one plan: starts the generators, adds up what they counted, and says what it means. A result
 * whose generator was the bottleneck says so; it tells nothing of the server.
 */

import { fork } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { availableParallelism, constants, setPriority } from 'node:os'
import type { Report } from './generator.ts'
import { confined, type Processors } from './confined.ts'
import { Histogram } from './histogram.ts'
import type { Plan, Tally } from './plan.ts'
import { addedUp } from './tally.ts'

export interface Outcome {
  /** In the closed model, requests that began; in the open one, those that were meant to. */
  readonly intendedPerSecond: number
  /** 2xx a second. */
  readonly goodPerSecond: number
  readonly refusedPerSecond: number
  readonly refusedWithoutRetryAfter: number
  /** Of all that were intended: neither 2xx nor refused, or without an answer. */
  readonly failedShare: number
  readonly statuses: Readonly<Record<number, number>>
  readonly served: Latency
  readonly refusal: Latency
  readonly late: Latency
  readonly processorShare: number
  /** Processor time of the server for an answer; null where its process is not known. */
  readonly serverMicros: number | null
  /** Why the result does not count, if it does not. */
  readonly void: string | null
}

/** Milliseconds; NaN where there is nothing. */
interface Latency {
  readonly count: number
  readonly p50Ms: number
  readonly p95Ms: number
  readonly p99Ms: number
  readonly maxMs: number
}

const generatorMain = new URL('./generator.js', import.meta.url)
/** Beside them the server needs processors of its own; on a small machine there is one generator all the same. */
const generators = Math.min(4, Math.max(1, availableParallelism() - 2))
/**
 * A generator that is late measures itself: later, one time in twenty, than this share of what one answer in twenty
 * took, and later than a moment that does not matter. What it sends late it also hears late, so the error is as large.
 */
const lateShareMax = 0.1
const lateMsMax = 1
/** In the closed model nothing is late: a generator that is busy all the time is what limits the rate. */
const processorShareMax = 0.9
/** `/proc` counts in these. */
const ticksPerSecond = 100

/**
 * `pid` is that of the server. Where it may use some processors only, there is one generator. One that gives way runs
 * when another one beside it does not: two on one processor would measure each other.
 */
export async function drive(
  plan: Plan,
  pid: number | null,
  processors: Processors = null,
  givesWay = false,
): Promise<Outcome> {
  const before = pid === null ? 0 : processorMicros(pid)
  const many = processors === null ? generators : 1
  const tally = addedUp(
    await Promise.all(shares(plan, many).map((share) => generate(share, processors, givesWay))),
  )
  const used = pid === null ? null : processorMicros(pid) - before
  return outcomeOf(tally, plan.model.kind, used)
}

export function outcomeOf(tally: Tally, model: 'closed' | 'open', serverMicros: number | null): Outcome {
  const late = latencyOf(tally.late)
  const [served, refusal] = [latencyOf(tally.served), latencyOf(tally.refusal)]
  const answered = served.count - tally.givenUp
  return {
    intendedPerSecond: tally.intended / tally.seconds,
    goodPerSecond: tally.good / tally.seconds,
    refusedPerSecond: tally.refused / tally.seconds,
    refusedWithoutRetryAfter: tally.refusedWithoutRetryAfter,
    failedShare: (tally.intended - answered - tally.refused) / Math.max(1, tally.intended),
    statuses: tally.statuses,
    served,
    refusal,
    late,
    processorShare: tally.processorShare,
    serverMicros: serverMicros === null ? null : serverMicros / Math.max(1, tally.answersInAll),
    void:
      model === 'open'
        ? tooLate(late.p95Ms, served.count > 0 ? served : refusal)
        : tooBusy(tally.processorShare),
  }
}

function tooLate(lateMs: number, { p95Ms }: Latency): string | null {
  if (lateMs <= Math.max(lateMsMax, lateShareMax * p95Ms)) return null
  return `the generator began ${lateMs.toFixed(1)} ms late where answers took ${p95Ms.toFixed(1)} ms (p95 of both)`
}

function tooBusy(share: number): string | null {
  return share <= processorShareMax
    ? null
    : `the generator was the bottleneck, ${Math.round(share * 100)} % busy`
}

function latencyOf(counts: Float64Array): Latency {
  const histogram = new Histogram(counts)
  const ms = (percent: number) => histogram.percentile(percent) / 1_000
  return { count: histogram.total, p50Ms: ms(50), p95Ms: ms(95), p99Ms: ms(99), maxMs: ms(100) }
}

/** The plan for each generator: its part of the connections and of the arrivals. */
function shares(plan: Plan, generators: number): readonly Plan[] {
  const { model } = plan
  const many = Math.min(generators, model.connections)
  return Array.from({ length: many }, (_, at) => {
    const connections = Math.floor((model.connections + at) / many)
    if (model.kind === 'closed') return { ...plan, model: { ...model, connections } }
    const { arrivals } = model
    const own = { ...arrivals, perSecond: arrivals.perSecond / many, seed: arrivals.seed + at * 7919 }
    return { ...plan, model: { ...model, connections, arrivals: own } }
  })
}

function generate(plan: Plan, processors: Processors, givesWay: boolean): Promise<Tally> {
  const [execPath = process.execPath, ...execArgv] = confined([process.execPath], processors)
  const child = fork(generatorMain, { serialization: 'advanced', execPath, execArgv })
  if (givesWay && child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW)
  return new Promise((resolve, reject) => {
    child.once('message', (report: Report) => {
      if (report.kind === 'tally') resolve(report.tally)
      else reject(new Error(report.message))
    })
    child.once('error', reject)
    child.once('exit', (code, signal) => reject(new Error(`a generator ended with ${signal ?? code}`)))
    child.send(plan)
  })
}

/** User and system time of a process with all its threads. */
function processorMicros(pid: number): number {
  // After the name, which may hold anything, but ends with the last bracket: state is the first, utime the 12th.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
  return ((Number(fields[11]) + Number(fields[12])) / ticksPerSecond) * 1e6
}
