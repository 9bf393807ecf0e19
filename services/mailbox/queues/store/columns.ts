/**
 * The columns of the messages: one place in each for a message, its slot. Slot 0 is nobody's.
 *
 * They are as long as the settings allow messages, in memory that is committed page by page (`reserve.ts`), so they
 * take what is in them, and nothing moves because there are more messages than before.
 */

import { keyWords } from './key-index.ts'
import { Reserve } from './reserve.ts'

export type Columns = ReturnType<typeof columnsFor>

/** Two words, as the 16 hexadecimal digits of a lease. */
export const leaseWords = 2

/** What a slot takes in all columns, and a word more, as some begin later than the one before them ends. */
const slotBytes = 96

/** Without any message, for slots below `slots`. */
export function columnsFor(slots: number) {
  const reserve = new Reserve(slotBytes * (slots + 1))
  return {
    /** Its id. */
    words: reserve.uint32(keyWords * slots),
    /** The number of the queue it is in. */
    queue: reserve.uint32(slots),
    /** Where its letter lies, how long that is, and how long the payload in it. */
    letter: reserve.uint32(slots),
    letterBytes: reserve.uint32(slots),
    payloadBytes: reserve.uint32(slots),
    sentAtMs: reserve.float64(slots),
    state: reserve.uint8(slots),
    /** Deliveries so far in this queue. */
    attempt: reserve.uint32(slots),
    /** The latest delivery's lease, also after it ended; zeros until the first delivery. */
    lease: reserve.uint32(leaseWords * slots),
    /** Place in the line of its queue. */
    order: reserve.float64(slots),
    /** When its lease or its backoff ends. */
    dueAtMs: reserve.float64(slots),
    /** When retention ends, if it is ready then. */
    expiresAtMs: reserve.float64(slots),
    /** Neighbours in a line; in a heap `before` is its place. */
    before: reserve.uint32(slots),
    after: reserve.uint32(slots),
    /** Where the reason why it last came back lies. */
    reason: reserve.uint32(slots),
  }
}

/** The same with room for more. */
export function longer(columns: Columns, slots: number): Columns {
  const long = columnsFor(slots)
  const before = Object.values(columns)
  for (const [n, column] of Object.values(long).entries()) column.set(before[n] ?? [])
  return long
}
