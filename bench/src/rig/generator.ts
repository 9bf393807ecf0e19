/** A load generator, as a process of its own: it is sent a plan, carries it out, sends back what it counted, and ends. */

import { setTimeout as pause } from 'node:timers/promises'
import { runClosed } from './closed-model.ts'
import { runOpen } from './open-model.ts'
import type { Plan, Tally } from './plan.ts'
import { Counting } from './tally.ts'

/** For all connections to be made before the first request is meant to start. */
const connectingMs = 300
/** How long it waits for the last answers. */
const graceMs = 2_000

/** What it sends back. */
export type Report =
  { readonly kind: 'tally'; readonly tally: Tally } | { readonly kind: 'failure'; readonly message: string }

process.once('message', (plan: Plan) => {
  void carryOut(plan).then(
    (tally) => report({ kind: 'tally', tally }),
    (error: unknown) =>
      report({ kind: 'failure', message: error instanceof Error ? error.message : String(error) }),
  )
})

function report(report: Report): void {
  process.send?.(report, undefined, {}, () => {
    // Whoever asked may be gone by now.
    if (process.connected) process.disconnect()
  })
}

async function carryOut(plan: Plan): Promise<Tally> {
  const { model, warmUpSeconds, seconds } = plan
  const beginMs = performance.now() + connectingMs
  const countFromMs = beginMs + warmUpSeconds * 1_000
  const countToMs = countFromMs + seconds * 1_000
  const times = { beginMs, countToMs, endMs: countToMs + graceMs }
  const counting = new Counting(countFromMs, countToMs)
  const share = processorShare(countFromMs, countToMs)
  await (model.kind === 'closed'
    ? runClosed(plan, model, counting, times)
    : runOpen(plan, model, counting, times))
  return counting.result(await share)
}

/** Of one processor, between two times. */
async function processorShare(fromMs: number, toMs: number): Promise<number> {
  await pause(fromMs - performance.now())
  const [from, usedBefore] = [performance.now(), process.cpuUsage()]
  await pause(toMs - performance.now())
  const { user, system } = process.cpuUsage(usedBefore)
  return (user + system) / 1_000 / (performance.now() - from)
}
