/** `did you mean`: the known name closest to a mistyped one. Knows nothing of settings. */

import { distance } from 'fastest-levenshtein'

/** Longer names are nobody's typing error, and comparing them would cost more than it helps. */
const LENGTH_MAX = 100

/**
 * The candidate that a reader most likely meant, or null when none is close. A dotted name whose last part
 * exists under another section counts as a slip in the section.
 */
export function nearest(name: string, candidates: Iterable<string>): string | null {
  if (name.length > LENGTH_MAX) return null
  const typed = name.toLowerCase()
  const allowance = Math.max(2, Math.floor(typed.length / 3))
  let best: string | null = null
  let bestDistance = allowance + 1
  for (const candidate of candidates) {
    const known = candidate.toLowerCase()
    const apart = known.includes('.') && lastPart(known) === lastPart(typed) ? 1 : distance(typed, known)
    if (apart < bestDistance) [best, bestDistance] = [candidate, apart]
  }
  return best
}

/** `; did you mean limits.max_conns?`, or nothing. */
export function didYouMean(name: string, candidates: Iterable<string>): string {
  const known = nearest(name, candidates)
  return known === null ? '' : `; did you mean ${known}?`
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1)
}
