/**
 * Whether privileged acts may go on, as a pure function: not while they could not be recorded. Ordinary requests
 * never ask.
 */

import type { RefusalCode } from '../contract/refusals.ts'

/** How it stands with what feeds the log. */
export interface FeedFacts {
  readonly waiting: number
  readonly capacity: number
  /** When the act that waits longest began to wait; null when none does. Steady time. */
  readonly oldestSinceMs: number | null
  /** What the log said when it last refused for want of room; null when it has room. */
  readonly full: string | null
}

export interface Closed {
  readonly code: Extract<RefusalCode, 'Full' | 'Unavailable'>
  readonly rule: 'audit.full' | 'audit.queue' | 'audit.stuck'
  readonly because: string
  readonly fix: string
}

/** An act that has waited this long says that the log takes none. */
export const stuckAfterMs = 2_000

/** Null when they may. */
export function closedBecause(facts: FeedFacts, nowMs: number): Closed | null {
  const { waiting, capacity, oldestSinceMs, full } = facts
  if (full !== null) {
    return {
      code: 'Full',
      rule: 'audit.full',
      because: `the audit log is full, so this act could not be recorded: ${full}`,
      fix: 'raise audit.journal_bytes_max and start the node anew, or make room on the disk of node.audit_directory',
    }
  }
  if (waiting >= capacity) {
    return {
      code: 'Unavailable',
      rule: 'audit.queue',
      because: `${waiting} acts wait to be recorded, the most there may be, so this one could not be`,
      fix: 'see what keeps the audit service, then try again',
    }
  }
  return oldestSinceMs !== null && nowMs - oldestSinceMs >= stuckAfterMs ? stuck : null
}

/** What is said when an act was not recorded in time. */
export const stuck: Closed = {
  code: 'Unavailable',
  rule: 'audit.stuck',
  because: 'the audit log takes no records, so this act could not be recorded',
  fix: 'see what keeps the audit service, then try again',
}
