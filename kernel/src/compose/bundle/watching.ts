/** Watches a node whose configuration is on probation: ten times a second, until it has held or fallen. */

import { lookEveryMs, looked, onProbation, type Answers } from '../../bundle/probation.ts'
import type { Clock } from '../../ports/clock.ts'
import type { AnswerCount } from './answers.ts'

export interface Watching {
  readonly clock: Clock
  readonly answers: AnswerCount
  /** Closed gates of the node. */
  readonly missing: () => readonly string[]
  readonly settings: { readonly probationMs: number; readonly errorsMax: number; readonly versionMin: number }
}

export interface Watched {
  leftMs(): number
  /** Nothing is told any more. */
  end(): void
}

/** `before` is what had been answered until now. `over` is told why it fell, or null when it held; once. */
export function watchProbation(
  { clock, answers, missing, settings }: Watching,
  before: Answers,
  over: (because: string | null) => void,
): Watched {
  const startedMs = clock.monotonic()
  const shape = { windowMs: settings.probationMs, shareMax: settings.errorsMax / 100 }
  let probation = onProbation(startedMs, before)
  const look = () => {
    const seen = { atMs: clock.monotonic(), missing: missing(), answers: answers.since(before) }
    const [next, verdict] = looked(probation, seen, shape)
    probation = next
    if (verdict.kind === 'watch') cancel = clock.after(lookEveryMs, look)
    else over(verdict.kind === 'fall' ? verdict.because : null)
  }
  let cancel = clock.after(lookEveryMs, look)
  return {
    leftMs: () => Math.max(0, startedMs + shape.windowMs - clock.monotonic()),
    end: () => cancel(),
  }
}
