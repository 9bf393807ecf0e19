/**
 * What can happen to the queues, as records. Each says what was decided, with every id, time and limit that
 * went into it, so applying it again gives the same state whatever the clock and the settings are by then.
 * What happens to many messages at once is one record. Ids and keys are four words each, leases two.
 *
 * The last three stand for state instead of change: a snapshot is made of them.
 */

export type QueueRecord =
  | SentRecord
  | LeasedRecord
  | AckedRecord
  | ReturnedRecord
  | DiedRecord
  | PassedRecord
  | RevivedRecord
  | LapsedRecord
  | KeptRecord
  | RecentRecord
  | RememberedRecord

export interface SentRecord extends InTopic {
  readonly kind: 'sent'
  readonly sentAtMs: number
  readonly expiresAtMs: number
  readonly recentUntilMs: number
  readonly ids: Uint32Array
  /** Under which repetitions of these sends are recognised. */
  readonly keys: Uint32Array
  /** One for each id, as `encodeLetter` writes them. */
  readonly letters: readonly Uint8Array[]
}

/** The front of a line goes to one receiver. How many that are follows from the line and the two limits. */
export interface LeasedRecord extends InTopic {
  readonly kind: 'leased'
  readonly dead: boolean
  readonly lease: Uint32Array
  readonly untilMs: number
  readonly messagesMax: number
  readonly bytesMax: number
}

/** None of them twice. */
export interface AckedRecord {
  readonly kind: 'acked'
  readonly ids: Uint32Array
}

/** Given back: ready again when the backoff is over. */
export interface ReturnedRecord {
  readonly kind: 'returned'
  readonly id: Uint32Array
  readonly dueAtMs: number
  readonly reason: string
}

/** Given back for the last time. */
export interface DiedRecord {
  readonly kind: 'died'
  readonly id: Uint32Array
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
  /** Of each of its two queues so many at most. */
  readonly messagesMax: number
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

/** Messages of one queue as they stand, in the order of the line. Columns of as many rows as there are letters. */
export interface KeptRecord extends InTopic {
  readonly kind: 'kept'
  readonly dead: boolean
  readonly ids: Uint32Array
  readonly states: Uint8Array
  readonly attempts: Uint32Array
  readonly leases: Uint32Array
  readonly sentAtMs: Float64Array
  readonly dueAtMs: Float64Array
  readonly expiresAtMs: Float64Array
  /** Deliveries that failed before it died, and why it last came back; null for a message that did not. */
  readonly deaths: Uint32Array
  readonly reasons: readonly (string | null)[]
  readonly letters: readonly Uint8Array[]
}

/** Sends that are recognised. */
export interface RecentRecord {
  readonly kind: 'recent'
  readonly keys: Uint32Array
  readonly ids: Uint32Array
  readonly untilMs: Float64Array
}

/** Acknowledgements that are remembered. */
export interface RememberedRecord {
  readonly kind: 'remembered'
  readonly tenant: string
  readonly ids: Uint32Array
}

interface InTopic {
  readonly tenant: string
  readonly topic: string
}
