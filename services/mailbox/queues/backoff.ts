/**
 * How long a refused message waits: full jitter, so that many that failed together do not return together.
 *
 *     uniform(0, min(cap, base · 2^failures))
 *
 * Source: "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
 */

export interface BackoffShape {
  readonly baseMs: number
  readonly capMs: number
}

/** `attempt` is the delivery that failed, from 1; `fraction` is in [0, 1). */
export function backoffMs({ baseMs, capMs }: BackoffShape, attempt: number, fraction: number): number {
  // Past 2^30 every cap in use is reached; without the limit the power itself would overflow.
  return Math.floor(fraction * Math.min(capMs, baseMs * 2 ** Math.min(attempt - 1, 30)))
}
