/** `ronctl bench`: a small load on a node for a while, and whether it did well. */

import { capOf, type AskingWorld } from './asking.ts'
import type { BenchInvocation } from './check-program.ts'
import { whileLive, type Live, type LiveWorld } from './live.ts'
import { nodeAddress } from './node-address.ts'
import { answered, exitCodes, type Outcome } from './outcome.ts'
import { columns } from './plain.ts'

export interface BenchWorld extends AskingWorld, LiveWorld {
  /** Milliseconds of the wall clock. */
  readonly now: () => number
}

/** What the load has seen. */
export interface Tally {
  /** Of answers as they should be, in milliseconds. */
  readonly tookMs: number[]
  /** Status, or what went wrong, → how often. */
  readonly failures: Map<string, number>
  /** Objects that came back as something else. */
  wrong: number
}

const failedShareMax = 0.01
/** More would only tell the same. */
const samplesMax = 1_000_000
const readsPerWrite = 4
const requestWithinMs = 10_000

export function benchOutcome(bench: BenchInvocation, world: BenchWorld): Promise<Outcome> {
  return whileLive(world, async (live) => {
    const found = await nodeAddress(bench.admin, world)
    if (typeof found !== 'string') return found
    const tally: Tally = { tookMs: [], failures: new Map(), wrong: 0 }
    const run = `bench/${world.now().toString(36)}`
    const fromMs = world.steadyMs()
    const workers = Array.from({ length: bench.connections }, (_, n) =>
      load(`${found}/objects/${run}-${n}`, bench, tally, fromMs, world, live),
    )
    await Promise.all(workers)
    return verdictOutcome(tally, (world.steadyMs() - fromMs) / 1_000, bench.p99MsMax)
  })
}

/** Pure but for its name: what is to be said of a load. */
export function verdictOutcome(
  { tookMs, failures, wrong }: Tally,
  seconds: number,
  p99MsMax: number,
): Outcome {
  const sorted = Float64Array.from(tookMs).toSorted()
  const at = (share: number) => rounded(sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0)
  const failedCount = [...failures.values()].reduce((sum, count) => sum + count, 0)
  const requests = sorted.length + failedCount + wrong
  const share = requests === 0 ? 1 : failedCount / requests
  const complaints = [
    ...(requests === 0 ? ['nothing was asked'] : []),
    ...(wrong > 0 ? [`${wrong} answers were wrong`] : []),
    ...(share >= failedShareMax
      ? [`${rounded(100 * share)} % failed; less than ${100 * failedShareMax} % may`]
      : []),
    ...(at(0.99) > p99MsMax ? [`p99 is ${at(0.99)} ms; it may be ${p99MsMax} ms`] : []),
  ]
  const passed = complaints.length === 0
  const told = {
    ok: passed,
    requests,
    requests_per_second: rounded(requests / Math.max(0.001, seconds)),
    p50_ms: at(0.5),
    p99_ms: at(0.99),
    most_ms: at(1),
    failed: failedCount,
    failures: Object.fromEntries(failures),
    wrong,
    complaints,
  }
  const rows = [
    ['requests', `${requests}, ${told.requests_per_second}/s`],
    ['took', `p50 ${told.p50_ms} ms, p99 ${told.p99_ms} ms, most ${told.most_ms} ms`],
    ['failed', [`${failedCount}`, ...[...failures].map(([why, count]) => `${count} × ${why}`)].join('  ')],
    ['wrong', `${wrong}`],
    [passed ? 'PASS' : 'FAIL', complaints.join('; ')],
  ]
  return answered(columns(rows), told, passed ? exitCodes.ok : exitCodes.no)
}

/** One that writes an object and reads it a few times, again and again, and removes it in the end. */
async function load(
  url: string,
  { forMs, bytes }: BenchInvocation,
  tally: Tally,
  fromMs: number,
  world: BenchWorld,
  live: Live,
): Promise<void> {
  let written = ''
  for (let n = 0; !live.stop.aborted && world.steadyMs() - fromMs < forMs; n++) {
    const writes = n % (readsPerWrite + 1) === 0 || written === ''
    const body = String(n).padEnd(bytes, '.').slice(0, bytes)
    const startMs = world.steadyMs()
    const answer = await ask(url, writes ? 'PUT' : 'GET', writes ? body : null, world)
    const tookMs = world.steadyMs() - startMs
    if (answer.status < 200 || answer.status > 299) {
      tally.failures.set(answer.why, (tally.failures.get(answer.why) ?? 0) + 1)
      // A write that was not acknowledged may be there all the same.
      if (writes) written = ''
    } else if (!writes && answer.text !== written) tally.wrong++
    else {
      if (tally.tookMs.length < samplesMax) tally.tookMs.push(tookMs)
      if (writes) written = body
    }
  }
  await ask(url, 'DELETE', null, world)
}

async function ask(url: string, method: string, body: string | null, world: BenchWorld) {
  const token = capOf(world)
  try {
    const response = await world.fetch(url, {
      method,
      body,
      headers: token === null ? {} : { authorization: `Bearer ${token}` },
      redirect: 'error',
      signal: AbortSignal.timeout(requestWithinMs),
    })
    const text = await response.text()
    return { status: response.status, text, why: String(response.status) }
  } catch {
    return { status: 0, text: '', why: 'not reached' }
  }
}

function rounded(value: number): number {
  return Number(value.toPrecision(3))
}
