/**
 * `npm run soak`: half an hour of mixed load on a node that keeps no more at the end than at the beginning, with
 * its memory, files, threads, ports and timers read all the while. Exits with 1 when one of them grows.
 */

import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { startNode, type Server } from './child.ts'
import { churn } from './churn.ts'
import { readGauges, type Gauges } from './gauges.ts'
import { machineLines } from './machine.ts'
import { put } from './throughput.ts'
import { load } from './wrk.ts'

const { values: flags } = parseArgs({ options: { minutes: { type: 'string', default: '30' } } })
const minutes = Number(flags.minutes)
if (!(minutes >= 1)) throw new RangeError(`--minutes ${flags.minutes}: at least one is needed`)

const everyMs = 5_000
/** Caches and pools fill first; what is held against the node comes after that. */
const warmUpShare = 1 / 3
/** Windows that are full long before the warm-up is over. With larger ones memory grows as it is meant to. */
const settings = ['mailbox.dedupe=10s', 'mailbox.acked_max=1024']
const sliceSeconds = 10
/** By how much resident memory may vary after the warm-up. */
const residentSpreadMax = 0.1
/** By how much more of anything else the second half may hold: one, for a timer more or less is chance. */
const growthMax = 1

const print = (line: string) => process.stdout.write(`${line}\n`)

print(machineLines())
print(`${minutes} minutes of load; the first ${(minutes * warmUpShare).toFixed(1)} warm up`)
const samples = await sampled()
const steady = samples.slice(Math.floor(samples.length * warmUpShare))
const rows = [
  residentRow(steady.map(({ residentMiB }) => residentMiB)),
  countRow(
    'open files',
    steady.map(({ files }) => files),
  ),
  countRow(
    'threads',
    steady.map(({ threads }) => threads),
  ),
  countRow(
    'ports',
    steady.map(({ ports }) => ports),
  ),
  countRow(
    'timers',
    steady.map(({ timers }) => timers),
  ),
]
for (const { ok, text } of rows) print(`${ok ? 'ok    ' : 'FAILED'}  ${text}`)
process.exitCode = rows.every(({ ok }) => ok) ? 0 : 1

interface Row {
  readonly ok: boolean
  readonly text: string
}

async function sampled(): Promise<readonly Gauges[]> {
  const node = await startNode(settings)
  const stopping = new AbortController()
  const gauges: Gauges[] = []
  try {
    const loads = Promise.all([objects(node, stopping.signal), churn(node, stopping.signal)])
    const untilMs = performance.now() + minutes * 60_000
    while (performance.now() < untilMs) {
      // A load that fails ends the wait, and with it the run.
      await Promise.race([pause(everyMs), loads])
      gauges.push(await readGauges(node))
    }
    stopping.abort()
    const [requests, rounds] = await loads
    print(
      `${requests.toLocaleString('en')} requests over HTTP, ${rounds.toLocaleString('en')} rounds over OAP`,
    )
    return gauges
  } finally {
    await node.stop()
  }
}

/** PUT and GET, small and large, under names that come again. Resolves with the number of requests. */
async function objects(server: Server, signal: AbortSignal): Promise<number> {
  const { url, token } = server
  for (const size of ['1k', '64k']) await put(server, size)
  let requests = 0
  while (!signal.aborted) {
    const what = { method: 'MIX', size: '' } as const
    const { perSecond } = await load({ ...what, url, token, connections: 16, seconds: sliceSeconds })
    requests += Math.round(perSecond * sliceSeconds)
  }
  return requests
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
