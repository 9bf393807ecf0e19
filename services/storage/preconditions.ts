/**
 * Entity tags and the questions asked about them (RFC 9110 §8.8.3, §13.1). A tag here is always strong, since
 * it is made from the content's address; the tags a caller sends may be weak. A list that does not parse
 * simply matches nothing.
 */

/** The entity tag of the content at `address`. */
export function etagOf(address: string): string {
  return `"${address}"`
}

/** What a caller wants to hold before something is read or changed. */
export interface Preconditions {
  readonly if_match?: string | undefined
  readonly if_none_match?: string | undefined
}

/**
 * Why a change may not go ahead, or undefined when it may. `current` is the address of what is there now,
 * undefined for nothing.
 */
export function brokenPrecondition(wanted: Preconditions, current: string | undefined): string | undefined {
  const { if_match: ifMatch, if_none_match: ifNoneMatch } = wanted
  const found = current === undefined ? 'nothing is stored here' : `what is stored here is ${etagOf(current)}`
  if (ifMatch !== undefined && !matches(ifMatch, current, 'strong')) return `if-match does not hold: ${found}`
  if (ifNoneMatch !== undefined && matches(ifNoneMatch, current, 'weak')) {
    return `if-none-match does not hold: ${found}`
  }
  return undefined
}

/** Whether a read may be answered with "you have it": one of the caller's tags is the current one. */
export function isUnchanged(ifNoneMatch: string | undefined, current: string): boolean {
  return ifNoneMatch !== undefined && matches(ifNoneMatch, current, 'weak')
}

/**
 * Whether a range may be served (RFC 9110 §13.1.5): without the condition, or when it names the current tag.
 * A date never does, since nothing here has a modification date to compare it with.
 */
export function rangeStillFits(ifRange: string | undefined, current: string): boolean {
  return ifRange === undefined || ifRange.trim() === etagOf(current)
}

/** A strong comparison wants two strong tags; a weak one looks past the `W/`. */
function matches(list: string, current: string | undefined, comparison: 'strong' | 'weak'): boolean {
  if (current === undefined) return false
  if (list.trim() === '*') return true
  const item = /\s*(?:(W\/)?("[^"]*")\s*)?(?:,|$)/y
  let found = false
  while (item.lastIndex < list.length) {
    const [, weak, tag] = item.exec(list) ?? [null]
    if (item.lastIndex === 0) return false
    found ||= tag === etagOf(current) && (comparison === 'weak' || weak === undefined)
  }
  return found
}
