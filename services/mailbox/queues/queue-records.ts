/**
 * What can happen to the queues, as records. Each says what was decided, with every id, time and limit that
 * went into it, so applying it again gives the same state whatever the clock and the settings are by then.
 *
 * The last three stand for state instead of change: a snapshot is made of them.
 */

import type { Message, Sent } from './message.ts'

/** What was sent, without what follows from it. */
export type Sending = Omit<Sent, 'chargedBytes'>

export type QueueRecord =
  | SentRecord
  | LeasedRecord
  | AckedRecord
  | ReturnedRecord
  | DiedRecord
  | PassedRecord
  | RevivedRecord
  | LapsedRecord
  | MessageRecord
  | RecentRecord
  | RememberedRecord

export interface SentRecord {
  readonly kind: 'sent'
  readonly sending: Sending
  readonly expiresAtMs: number
  /** Under which a repetition of this send is recognised, and until when. */
  readonly key: string
  readonly recentUntilMs: number
}

/** The front of a line goes to one receiver. How many that are follows from the line and the two limits. */
export interface LeasedRecord extends InTopic {
  readonly kind: 'leased'
  readonly dead: boolean
  readonly lease: string
  readonly untilMs: number
  readonly messagesMax: number
  readonly bytesMax: number
}

export interface AckedRecord {
  readonly kind: 'acked'
  readonly id: string
}

/** Given back: ready again when the backoff is over. */
export interface ReturnedRecord {
  readonly kind: 'returned'
  readonly id: string
  readonly dueAtMs: number
  readonly reason: string
}

/** Given back for the last time. */
export interface DiedRecord {
  readonly kind: 'died'
  readonly id: string
  readonly reason: string
  readonly expiresAtMs: number
}

/** Time has passed in a topic: leases and backoffs ended, attempts ran out, retention did. */
export interface PassedRecord extends InTopic {
  readonly kind: 'passed'
  readonly nowMs: number
  readonly attemptsMax: number
  /** For the letters that die now. */
  readonly deadExpireAtMs: number
}

/** Dead letters went back to their topic. */
export interface RevivedRecord extends InTopic {
  readonly kind: 'revived'
  readonly count: number
  readonly expireAtMs: number
}

/** Sends past their window are recognised no more. */
export interface LapsedRecord {
  readonly kind: 'lapsed'
  readonly count: number
}

/** A message as it stands. */
export interface MessageRecord extends Pick<
  Message,
  'state' | 'attempt' | 'lease' | 'reason' | 'dueAtMs' | 'expiresAtMs'
> {
  readonly kind: 'message'
  readonly sending: Sending
  readonly dead: boolean
}

/** A send that is recognised. */
export interface RecentRecord {
  readonly kind: 'recent'
  readonly key: string
  readonly id: string
  readonly untilMs: number
}

/** An acknowledgement that is remembered. */
export interface RememberedRecord {
  readonly kind: 'remembered'
  readonly tenant: string
  readonly id: string
}

interface InTopic {
  readonly tenant: string
  readonly topic: string
}
