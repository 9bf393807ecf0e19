/**
 * `npm run soak`: half an hour of mixed load on a node that keeps no more at the end than at the beginning, with its
 * memory, files, threads, ports, timers and metrics read all the while, beside 10,000 sessions that ask now and then and a
 * client that asks at a steady rate. Exits with 1 when one of them grows, a session is lost, an answer is not what was
 * written, or the p99 of the load or of that client is above the service level.
 */

import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { usable } from '@ron/kernel/cli/usable'
import { startNode, type Server } from './child.ts'
import { churn } from './churn.ts'
import { readGauges, type Gauges } from './gauges.ts'
import { machineLines } from './machine.ts'
import { openSessions, settingsFor } from './sessions.ts'
import { askSteadily } from './steady.ts'
import { put } from './throughput.ts'
import { load } from './wrk.ts'

const { minutes, sessions } = usable(() => {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '30' },
      sessions: { type: 'string', default: '10000' },
    },
  })
  const minutes = Number(values.minutes)
  if (!(minutes >= 1)) throw new RangeError(`--minutes ${values.minutes}: at least one is needed`)
  const sessions = Number(values.sessions)
  if (!Number.isSafeInteger(sessions) || sessions < 1 || sessions > 60_000)
    throw new RangeError(`--sessions ${values.sessions}: a number from 1 to 60000 is needed`)
  return { minutes, sessions }
})

const everyMs = 5_000
/** Caches and pools fill first; what is held against the node comes after that. */
const warmUpShare = 1 / 3
/** Windows that are full long before the warm-up is over. With larger ones memory grows as it is meant to. */
const settings = [...settingsFor(sessions), 'mailbox.dedupe=10s', 'mailbox.acked_max=1024']
const sliceSeconds = 10
/** By how much resident memory may vary after the warm-up. */
const residentSpreadMax = 0.1
/** By how much more of anything else the second half may hold: one, for a timer more or less is chance. */
const growthMax = 1
/** Of HTTP, by the blueprint; of 100 answers one may take longer. */
const serviceLevel = { ms: 120, lateMax: 0.01 }

const print = (line: string) => process.stdout.write(`${line}\n`)

print(machineLines())
print(`${minutes} minutes of load; the first ${(minutes * warmUpShare).toFixed(1)} warm up`)
try {
  const rows = judge(await sampled())
  for (const { ok, text } of rows) print(`${ok ? 'ok    ' : 'FAILED'}  ${text}`)
  process.exitCode = rows.every(({ ok }) => ok) ? 0 : 1
} catch (error) {
  const words = error instanceof Error ? error.message.replaceAll(/\s+/g, ' ') : String(error)
  print(`FAILED  the load broke off: ${words}`)
  // What loads the node would go on until its time is over; it ends with this process.
  process.exit(1)
}

interface Sampled {
  readonly samples: readonly Gauges[]
  /** Of what is judged where it is measured. */
  readonly judged: readonly Row[]
}

function judge({ samples, judged }: Sampled): readonly Row[] {
  const steady = samples.slice(Math.floor(samples.length * warmUpShare))
  const counted = (name: string, count: (gauges: Gauges) => number) => countRow(name, steady.map(count))
  return [
    residentRow(steady.map(({ residentMiB }) => residentMiB)),
    counted('open files', ({ files }) => files),
    counted('threads', ({ threads }) => threads),
    counted('ports', ({ ports }) => ports),
    counted('timers', ({ timers }) => timers),
    counted('series', ({ series }) => series),
    ...judged,
  ]
}

interface Row {
  readonly ok: boolean
  readonly text: string
}

async function sampled(): Promise<Sampled> {
  const node = await startNode(settings)
  const stopping = new AbortController()
  const samples: Gauges[] = []
  try {
    for (const size of ['1k', '64k']) await put(node, size)
    const held = await openSessions(node, sessions)
    const loads = Promise.all([
      objects(node, stopping.signal),
      churn(node, stopping.signal),
      askSteadily(node, minutes * 60, serviceLevel.ms),
    ])
    const untilMs = performance.now() + minutes * 60_000
    while (performance.now() < untilMs) {
      // A load that fails ends the wait, and with it the run.
      await Promise.race([pause(everyMs), loads])
      samples.push(await readGauges(node))
    }
    stopping.abort()
    const [asked, rounds, due] = await loads
    print(
      `${asked.answers.toLocaleString('en')} requests over HTTP, ${rounds.toLocaleString('en')} rounds over OAP`,
    )
    const { ok, text } = await held.ended()
    const rows = [{ ok, text: `sessions      ${text}` }, lateRow(asked)]
    return { samples, judged: [...rows, { ok: due.ok, text: `p99 when due  ${due.text}` }] }
  } finally {
    stopping.abort()
    await node.stop()
  }
}

interface Asked {
  readonly answers: number
  /** Later than the service level. */
  readonly late: number
  /** Of ten seconds. */
  readonly worstP99Ms: number
}

/** PUT and GET, small and large, under names that come again. */
async function objects({ url, token }: Server, signal: AbortSignal): Promise<Asked> {
  const what = { method: 'MIX', size: '', url, token, connections: 16, limitMs: serviceLevel.ms } as const
  let asked: Asked = { answers: 0, late: 0, worstP99Ms: 0 }
  while (!signal.aborted) {
    const { answers, late, p99Ms } = await load({ ...what, seconds: sliceSeconds })
    asked = {
      answers: asked.answers + answers,
      late: asked.late + late,
      worstP99Ms: Math.max(asked.worstP99Ms, p99Ms),
    }
  }
  return asked
}

/** p99 is within the service level when of 100 answers at most one takes longer. */
function lateRow({ answers, late, worstP99Ms }: Asked): Row {
  const share = late / answers
  const within = `${(100 * (1 - share)).toFixed(3)} % of answers within ${serviceLevel.ms} ms`
  const text = `p99 of HTTP   ${within} beside ${sessions.toLocaleString('en')} sessions`
  return {
    ok: share <= serviceLevel.lateMax,
    text: `${text}; worst p99 of 10 s: ${worstP99Ms.toFixed(1)} ms`,
  }
}

function residentRow(values: readonly number[]): Row {
  const [lowest, highest] = [Math.min(...values), Math.max(...values)]
  const spread = (highest - lowest) / lowest
  const text = `resident MiB  ${lowest.toFixed(0)} to ${highest.toFixed(0)}, a spread of ${percent(spread)}`
  return { ok: spread < residentSpreadMax, text: `${text}; ${halves(values).text}` }
}

function countRow(name: string, values: readonly number[]): Row {
  const { growth, text } = halves(values)
  return { ok: growth < growthMax, text: `${name.padEnd(12)}  ${text}` }
}

function halves(values: readonly number[]): { growth: number; text: string } {
  const middle = Math.floor(values.length / 2)
  const [first, second] = [mean(values.slice(0, middle)), mean(values.slice(middle))]
  return { growth: second - first, text: `mean ${first.toFixed(1)}, then ${second.toFixed(1)}` }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}
