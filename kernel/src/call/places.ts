/** Who gets a place where, as pure decisions: in the table of open calls, and in an inbox. */

import type { InboxShape } from '../contract/contract.ts'

export interface Occupied {
  readonly running: number
  readonly waiting: number
}

/** Whether a caller with `open` calls may have one more. */
export function mayAsk(open: number, callsMax: number): boolean {
  return open < callsMax
}

/** A turn while there is one, else a place to wait, else neither. */
export function placeFor(
  { running, waiting }: Occupied,
  { capacity, concurrency }: InboxShape,
): 'run' | 'wait' | 'full' {
  if (running < concurrency) return 'run'
  return waiting < capacity ? 'wait' : 'full'
}

/** How many subscriptions may be open at one time. */
export function subscriptionsMax({ capacity, subscriptions }: InboxShape): number {
  return subscriptions ?? capacity
}

/** How a call ends for its caller. */
export type CallEnd = 'answer' | 'deadline' | 'given-up' | 'receiver-failed' | 'port'

/** Whether the service must be told that nobody waits any more: not when it has answered, or is gone. */
export function tellsService(end: CallEnd): boolean {
  return end !== 'answer' && end !== 'port'
}
