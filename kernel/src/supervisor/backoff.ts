/**
 * How long to wait before the next try: full jitter, so that many who failed together do not return together.
 *
 *     uniform(0, min(cap, base · 2^attempt))
 *
 * Source: "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
 */

export interface BackoffShape {
  readonly baseMs: number
  readonly capMs: number
}

/** `attempt` counts from 0; `fraction` is in [0, 1) and comes from the caller, so this stays a pure function. */
export function backoffMs({ baseMs, capMs }: BackoffShape, attempt: number, fraction: number): number {
  // 2^30 · base is past every cap in use; beyond it the power itself would overflow.
  return Math.floor(fraction * Math.min(capMs, baseMs * 2 ** Math.min(attempt, 30)))
}
