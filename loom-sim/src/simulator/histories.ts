/** Runs histories one after the other, and says of each that went wrong how to see it again. */

import type { Clock } from '@ron/kernel/ports/clock'
import { simulate } from './simulate.ts'

export interface Run {
  readonly seed: number
  readonly steps: number
}

/** `told` hears every event. False when any law was broken. */
export async function runHistories(
  runs: readonly Run[],
  clock: Clock,
  print: (line: string) => void,
  told?: (event: string) => void,
): Promise<boolean> {
  const from = clock.monotonic()
  const sum = { events: 0, calls: 0, acknowledged: 0, crashes: 0, hangs: 0, wrong: 0 }
  for (const { seed, steps } of runs) {
    const history = await simulate(seed, steps, told)
    for (const count of ['events', 'calls', 'acknowledged', 'crashes', 'hangs'] as const) {
      sum[count] += history[count]
    }
    if (runs.length === 1) print(`seed ${seed}: ${history.hash}`)
    if (history.broken.length === 0) continue
    sum.wrong++
    for (const law of history.broken) print(`seed ${seed}: BROKEN: ${law}`)
    print(`  --simulate --seed ${seed} --steps ${steps}`)
  }
  const perSecond = Math.round((sum.events * 1_000) / Math.max(1, clock.monotonic() - from))
  const did = `${sum.events} events, ${sum.calls} calls, ${sum.acknowledged} acknowledged, ${sum.crashes} crashes, ${sum.hangs} hangs`
  print(`simulator: ${sum.wrong} of ${runs.length} histories went wrong; ${did}; ${perSecond} events/s`)
  return sum.wrong === 0
}

/**
 * Reads the list of histories that once went wrong: a seed and a number of steps on each line, and then what it
 * found. Throws with a sentence for a line that is neither that nor a remark.
 */
export function parseRuns(text: string): readonly Run[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'))
  return lines.map((line) => {
    const [, seed, steps] = /^(\d+) (\d+) \S/.exec(line) ?? []
    if (seed === undefined || steps === undefined) {
      throw new Error(`'${line}' is no seed, number of steps and reason`)
    }
    return { seed: Number(seed), steps: Number(steps) }
  })
}
