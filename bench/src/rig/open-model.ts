/**
 * The open model: requests start when they are meant to, whatever became of those before them. A request that finds
 * no connection free waits for one; what finds too many waiting, or waits when the run ends, is given up.
 */

import { Fifo } from '@ron/services/mailbox/bounds/fifo'
import { arrivalTimes } from './arrivals.ts'
import type { Times } from './closed-model.ts'
import { Line } from './line.ts'
import type { Open, Plan } from './plan.ts'
import type { Counting } from './tally.ts'

/**
 * Between two requests the generator sleeps, or it would take from the server what it wants to measure; so short, for
 * it hears of no answer while it sleeps. Latency is overstated by this at most.
 */
const napMsMax = 0.1
const bed = new Int32Array(new SharedArrayBuffer(4))

export function runOpen(
  plan: Plan,
  { connections, arrivals, waitingMax }: Open,
  counting: Counting,
  times: Times & { readonly beginMs: number },
): Promise<void> {
  const { beginMs, countToMs, endMs } = times
  const starts = arrivalTimes(arrivals)
  const waiting = new Fifo<number>()
  const free: Line[] = []
  let nextMs = beginMs + starts.next().value
  let sent = 0
  let open = 0
  let heard = false

  return new Promise((resolve, reject) => {
    let failure: Error | null = null
    const lines = Array.from(
      { length: connections },
      () =>
        new Line(plan, {
          ready: serveNext,
          answered(line, answer) {
            heard = true
            open--
            counting.answered(line.intendedMs, performance.now(), answer)
            if (!answer.closes) serveNext(line)
          },
          closed(line, unanswered) {
            open -= unanswered
            if (unanswered > 0) counting.broken(line.intendedMs)
            const at = free.indexOf(line)
            if (at !== -1) free.splice(at, 1)
          },
          failed(error) {
            failure = error
          },
        }),
    )

    function turn(): void {
      start()
      const nowMs = performance.now()
      const over = nowMs >= countToMs && ((open === 0 && waiting.size === 0) || nowMs >= endMs)
      if (over || failure !== null) return stop(nowMs)
      if (!heard) nap(nextMs - nowMs)
      heard = false
      setImmediate(turn)
    }

    function stop(nowMs: number): void {
      for (const line of lines) {
        if (line.unanswered > 0) counting.givenUp(line.intendedMs, nowMs)
        line.end()
      }
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
        counting.givenUp(next, nowMs)
      if (failure === null) resolve()
      else reject(failure)
    }

    turn()
  })

  /** Starts all that are due, and stops to when their time is over, however late it is. */
  function start(): void {
    for (let nowMs = performance.now(); nextMs <= nowMs && nextMs < countToMs; nowMs = performance.now()) {
      counting.begun(nextMs, nowMs)
      const line = free.pop()
      if (line !== undefined) ask(line, nextMs)
      else if (waiting.size < waitingMax) waiting.push(nextMs)
      else counting.givenUp(nextMs, nowMs)
      nextMs = beginMs + starts.next().value
    }
  }

  function serveNext(line: Line): void {
    const next = waiting.shift()
    if (next === undefined) free.push(line)
    else ask(line, next)
  }

  function ask(line: Line, intendedMs: number): void {
    const request = plan.requests[sent++ % plan.requests.length]
    if (request === undefined) throw new Error('a plan without requests')
    open++
    line.intendedMs = intendedMs
    line.send(request, 1)
  }
}

function nap(untilMs: number): void {
  // Less is not worth the way to the system and back.
  if (untilMs > 0.02) Atomics.wait(bed, 0, 0, Math.min(untilMs, napMsMax))
}
