/**
 * The columns of the messages: one place in each for a message, its slot. Slot 0 is nobody's.
 *
 * They are as long as the settings allow messages. The system commits a page of memory when it is first written,
 * so they take what is in them, and nothing moves because there are more messages than before.
 */

import { keyWords } from './key-index.ts'

export type Columns = ReturnType<typeof columnsFor>

/** Two words, as the 16 hexadecimal digits of a lease. */
export const leaseWords = 2

/** Without any message, for slots below `slots`. */
export function columnsFor(slots: number) {
  return {
    /** Its id. */
    words: new Uint32Array(keyWords * slots),
    /** The number of the queue it is in. */
    queue: new Uint32Array(slots),
    /** Where its letter lies, how long that is, and how long the payload in it. */
    letter: new Uint32Array(slots),
    letterBytes: new Uint32Array(slots),
    payloadBytes: new Uint32Array(slots),
    sentAtMs: new Float64Array(slots),
    state: new Uint8Array(slots),
    /** Deliveries so far in this queue. */
    attempt: new Uint32Array(slots),
    /** The latest delivery's lease, also after it ended; zeros until the first delivery. */
    lease: new Uint32Array(leaseWords * slots),
    /** Place in the line of its queue. */
    order: new Float64Array(slots),
    /** When its lease or its backoff ends. */
    dueAtMs: new Float64Array(slots),
    /** When retention ends, if it is ready then. */
    expiresAtMs: new Float64Array(slots),
    /** Neighbours in a line; in a heap `before` is its place. */
    before: new Uint32Array(slots),
    after: new Uint32Array(slots),
    /** Where the reason why it last came back lies. */
    reason: new Uint32Array(slots),
  }
}

/** The same with room for more. */
export function longer(columns: Columns, slots: number): Columns {
  const long = columnsFor(slots)
  const before = Object.values(columns)
  for (const [n, column] of Object.values(long).entries()) column.set(before[n] ?? [])
  return long
}
