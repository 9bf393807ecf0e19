/** The closed model: so many connections, each of which asks again as soon as it is answered. */

import type { Counting } from './tally.ts'
import { Line } from './line.ts'
import type { Closed, Plan } from './plan.ts'

export interface Times {
  readonly countToMs: number
  /** When what is still open is given up. */
  readonly endMs: number
}

export function runClosed(
  plan: Plan,
  { connections, depth }: Closed,
  counting: Counting,
  times: Times,
): Promise<void> {
  const batches = batchesOf(plan.requests, depth)
  let batch = 0
  return new Promise((resolve, reject) => {
    const ask = (line: Line) => {
      const nowMs = performance.now()
      if (nowMs >= times.countToMs) return
      line.intendedMs = nowMs
      for (let request = 0; request < depth; request++) counting.begun(nowMs, nowMs)
      line.send(batches[batch++ % batches.length] ?? fault(), depth)
    }
    const lines = Array.from(
      { length: connections },
      () =>
        new Line(plan, {
          ready: ask,
          answered(line, answer) {
            counting.answered(line.intendedMs, performance.now(), answer)
            if (line.unanswered === 0 && !answer.closes) ask(line)
          },
          closed(line, unanswered) {
            for (let request = 0; request < unanswered; request++) counting.broken(line.intendedMs)
          },
          failed(error) {
            for (const each of lines) each.end()
            reject(error)
          },
        }),
    )
    const look = () => {
      const nowMs = performance.now()
      const open = lines.filter((line) => line.unanswered > 0)
      if (nowMs < times.countToMs || (open.length > 0 && nowMs < times.endMs)) return
      clearInterval(looking)
      for (const line of open) {
        for (let request = 0; request < line.unanswered; request++) counting.givenUp(line.intendedMs, nowMs)
      }
      for (const line of lines) line.end()
      resolve()
    }
    const looking = setInterval(look, 10)
  })
}

/** The requests, `depth` of them in each piece, so that every request is sent as often as any other. */
function batchesOf(requests: readonly Uint8Array[], depth: number): readonly Uint8Array[] {
  if (depth === 1) return requests
  return requests.map((_, first) =>
    Buffer.concat(
      Array.from({ length: depth }, (_, at) => requests[(first * depth + at) % requests.length] ?? fault()),
    ),
  )
}

function fault(): never {
  throw new Error('a plan without requests')
}
