/**
 * When a batch goes off and whose it is: pure decisions over what waits. A batch goes when it is full or when its
 * first has waited long enough, and only when a worker is free; until then it goes on filling. Where nothing is in work a
 * claim is likely to be alone, so it waits for others more shortly.
 */

/** What waits for one key. */
export interface Lane {
  readonly count: number
  /** When the first came, monotonic ms; Infinity for none. */
  readonly sinceMs: number
  readonly batchMax: number
}

export interface Pace {
  readonly waitMs: number
  /** The same while no batch is in work. */
  readonly aloneMs: number
  /** Batches that may be in work at a time. */
  readonly workers: number
}

export type Next =
  | { readonly kind: 'cut'; readonly lane: number }
  /** Nothing before `inMs` have passed. */
  | { readonly kind: 'wait'; readonly inMs: number }
  /** Nothing before a batch is done or something comes. */
  | { readonly kind: 'rest' }

/** `running` is how many batches are in work. */
export function nextBatch(lanes: readonly Lane[], running: number, nowMs: number, pace: Pace): Next {
  if (running >= pace.workers) return { kind: 'rest' }
  const waitMs = running === 0 ? pace.aloneMs : pace.waitMs
  const due = lanes.map((lane) => dueMs(lane, waitMs))
  // Full batches wait for no time, but among those that may go the one that came first does.
  const ready = lanes.flatMap((lane, at) => ((due[at] ?? 0) <= nowMs ? [{ lane, at }] : []))
  if (ready.length > 0) {
    const first = ready.reduce((one, other) => (other.lane.sinceMs < one.lane.sinceMs ? other : one))
    return { kind: 'cut', lane: first.at }
  }
  const soonest = Math.min(...due)
  return soonest === Number.POSITIVE_INFINITY ? { kind: 'rest' } : { kind: 'wait', inMs: soonest - nowMs }
}

function dueMs({ count, sinceMs, batchMax }: Lane, waitMs: number): number {
  return count >= batchMax ? Number.NEGATIVE_INFINITY : sinceMs + waitMs
}
