/**
 * Whether to try again, and when: a pure decision. Waiting follows full jitter and never undercuts the node's
 * `Retry-After`. What may have been carried out already is tried again only when doing it twice is the same.
 */

import { ConnectionError, NodeError } from './error.ts'

export interface RetryShape {
  /** Tries in all, the first included. */
  readonly attemptsMax: number
  readonly baseMs: number
  readonly capMs: number
}

export const retryShape: RetryShape = { attemptsMax: 4, baseMs: 100, capMs: 5_000 }

/** When a request may be sent again. */
export type Repeatable =
  /** Doing it twice is the same as doing it once. */
  | 'always'
  /** Only when it certainly had no effect: it never left, or was refused before anything was done. */
  | 'untouched'
  /** It cannot be sent again at all: its body was a stream. */
  | 'never'

/**
 * Milliseconds to wait before the next try, or null to give up. `attempt` counts the tries so far;
 * `fraction` is in [0, 1).
 */
export function retryInMs(
  failure: unknown,
  attempt: number,
  repeatable: Repeatable,
  fraction: number,
  shape: RetryShape,
): number | null {
  if (attempt >= shape.attemptsMax || !mayRepeat(failure, repeatable)) return null
  const jittered = fraction * Math.min(shape.capMs, shape.baseMs * 2 ** (attempt - 1))
  const asked = failure instanceof NodeError ? (failure.problem.retry_after_ms ?? 0) : 0
  return Math.ceil(asked + jittered)
}

function mayRepeat(failure: unknown, repeatable: Repeatable): boolean {
  if (repeatable === 'never') return false
  if (failure instanceof NodeError) {
    return nothingDone(failure) || (repeatable === 'always' && failure.problem.retryable)
  }
  return failure instanceof ConnectionError && (repeatable === 'always' || failure.untouched)
}

/** 429 is given before anything is done, by the node and by proxies alike; so are the two codes of the gateway. */
function nothingDone({ status, code }: NodeError): boolean {
  return status === 429 || code === 'NotReady' || code === 'Draining'
}
