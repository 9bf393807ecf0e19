/**
 * A posting says that a word stands so many times in one field of one document. It is packed into a single
 * number, so that a list of postings is a flat array of doubles: 8 bytes each, read in one sweep, and
 * nothing else has to be looked up to score it.
 *
 *   52        32 31    26 25        16 15                  0
 *   [ slot : 21 ][field:6][ times : 10 ][ length of field : 16 ]
 *
 * A list is sorted by slot, then field. Counts past their width stay at its largest value, where they no
 * longer change a score by a visible amount.
 */

const SLOT = 2 ** 32

/** Documents one index can number, and field names it can tell apart: the widths above. */
export const SLOTS_MAX = 2 ** 21
export const FIELDS_MAX = 2 ** 6

export function posting(slot: number, field: number, times: number, length: number): number {
  return slot * SLOT + field * 2 ** 26 + Math.min(times, 1023) * 2 ** 16 + Math.min(length, 65_535)
}

export function slotOf(posting: number): number {
  return Math.floor(posting / SLOT)
}

export function fieldOf(posting: number): number {
  return (posting >>> 26) & 63
}

export function timesOf(posting: number): number {
  return (posting >>> 16) & 1023
}

export function lengthOf(posting: number): number {
  return posting & 65_535
}

/** Adds a posting where it belongs; at the end, mostly. */
export function insert(postings: number[], added: number): void {
  const last = postings.at(-1)
  if (last === undefined || last < added) postings.push(added)
  else postings.splice(lowerBound(postings, added), 0, added)
}

/** Removes every posting of a document. */
export function removeSlot(postings: number[], slot: number): void {
  const start = lowerBound(postings, slot * SLOT)
  const end = lowerBound(postings, (slot + 1) * SLOT)
  if (end > start) postings.splice(start, end - start)
}

/** The index of the first posting that is not below `bound`. */
function lowerBound(postings: readonly number[], bound: number): number {
  let [low, high] = [0, postings.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((postings[middle] ?? 0) < bound) low = middle + 1
    else high = middle
  }
  return low
}
