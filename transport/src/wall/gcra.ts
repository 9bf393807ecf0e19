/**
 * The generic cell rate algorithm (ITU-T I.371 annex A, virtual scheduling): a rate limit whose whole state is
 * one number, the theoretical arrival time: when the allowance spent so far will have been earned back.
 *
 *     now                    tat                         A request of cost c moves tat by c intervals, and is
 *      ├──────────────────────┤                          refused if that took it more than a burst past now.
 *      └── at most burst × interval ──┘
 */

export interface Rate {
  /** Sustained cost per second. */
  readonly perSecond: number
  /** Cost that may come at once after a pause; at least 1. */
  readonly burst: number
}

export type Outcome = { readonly ok: true } | { readonly ok: false; readonly retryAfterMs: number }

const PASSES: Outcome = { ok: true }
// Times are floats: a millionth of a millisecond is rounding, not debt.
const ROUNDING_MS = 1e-6

/** The state of somebody who has spent nothing. */
export const unspent = Number.NEGATIVE_INFINITY

/**
 * Spends `cost` at `nowMs`, or says when it will pass; a refusal spends nothing. A cost above the burst never
 * passes: its `retryAfterMs` is Infinity.
 */
export function spend(
  tatMs: number,
  nowMs: number,
  cost: number,
  rate: Rate,
): readonly [tatMs: number, Outcome] {
  const intervalMs = 1_000 / rate.perSecond
  const nextMs = Math.max(tatMs, nowMs) + cost * intervalMs
  const waitMs = nextMs - nowMs - rate.burst * intervalMs
  if (waitMs <= ROUNDING_MS) return [nextMs, PASSES]
  const retryAfterMs = cost > rate.burst ? Number.POSITIVE_INFINITY : Math.ceil(waitMs - ROUNDING_MS)
  return [tatMs, { ok: false, retryAfterMs }]
}

/** Spends what has been used already, whether or not it was there: the debt is what later requests wait for. */
export function owe(tatMs: number, nowMs: number, cost: number, perSecond: number): number {
  return Math.max(tatMs, nowMs) + (cost * 1_000) / perSecond
}

/** How long until somebody whose burst is a second's worth has anything to spend; 0 when it has. */
export function debtMs(tatMs: number, nowMs: number): number {
  return Math.max(0, Math.ceil(tatMs - nowMs - 1_000 - ROUNDING_MS))
}
