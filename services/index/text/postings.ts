/**
 * A posting says that a word stands so many times in one field of one document. All postings of a list are
 * of one word and one field, and a block of them covers one span of 2^16 slots, so that 32 bits are enough:
 *
 *   31                     16 15       10 9            0
 *   [ slot within its span : 16 ][ times : 6 ][ length : 10 ]
 *
 * The lower half, times and length, is what a score depends on; it is called the weight of the posting.
 * Times past 63 stay there, where they no longer change a score by a visible amount. Lengths are exact below
 * 512 words and have six significant bits from there on, rounded down, which is a score within 2 %.
 */

/** Documents one index can number. Sooner than that its budget is full, or the memory of any machine. */
export const SLOTS_MAX = 2 ** 31 - 1

/** Slots of one span. */
export const SPAN = 2 ** 16

/** Different lengths a posting can tell apart. */
export const LENGTHS = 2 ** 10
const TIMES_MAX = 63

const EXACT = 512
const STEPS = 32
const LENGTH_MAX = 2 ** 25 - 1

export function posting(slot: number, times: number, length: number): number {
  return (((slot % SPAN) << 16) | (Math.min(times, TIMES_MAX) << 10) | shortened(length)) >>> 0
}

/** The slot, counted from the beginning of its span. */
export function offsetOf(posting: number): number {
  return posting >>> 16
}

export function timesOf(posting: number): number {
  return (posting >>> 10) & TIMES_MAX
}

/** The length as it is kept, below `LENGTHS`. */
export function shortLengthOf(posting: number): number {
  return posting & (LENGTHS - 1)
}

/** A weight that scores at least as much as each of two does: the more times, the shorter length. */
export function better(a: number, b: number): number {
  return (Math.max(timesOf(a), timesOf(b)) << 10) | Math.min(shortLengthOf(a), shortLengthOf(b))
}

/** From 512 on: the number of bits cut off, and the six that are left, of which the first is always 1. */
function shortened(length: number): number {
  if (length < EXACT) return length
  const whole = Math.min(length, LENGTH_MAX)
  const cut = 26 - Math.clz32(whole)
  return EXACT + (cut - 4) * STEPS + (whole >>> cut) - STEPS
}

export function lengthened(short: number): number {
  if (short < EXACT) return short
  const [cut, rest] = [4 + Math.floor((short - EXACT) / STEPS), (short - EXACT) % STEPS]
  return (STEPS + rest) * 2 ** cut
}
