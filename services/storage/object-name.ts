/**
 * What an object may be called: a path of segments, as in `photos/2025/cat.jpg`. Names are compared code
 * point by code point; nothing is normalised, so a name comes back exactly as it was given.
 */

export const NAME_BYTES_MAX = 512

const utf8 = new TextEncoder()

/** The sentence to refuse a name with, or undefined for a good one. */
export function nameFault(name: string): string | undefined {
  if (name === '') return 'an object name is empty; give it at least one character'
  const shown = JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}…` : name)
  if (name.length > NAME_BYTES_MAX || utf8.encode(name).length > NAME_BYTES_MAX) {
    return `the object name ${shown} is longer than ${NAME_BYTES_MAX} bytes of UTF-8; use a shorter one`
  }
  if (/\p{Cc}/u.test(name)) return `the object name ${shown} has a control character; leave it out`
  // With the u flag a surrogate matches only where its other half is missing.
  if (/\p{Cs}/u.test(name))
    return `the object name ${shown} is not well-formed Unicode; it has half a character`
  if (name.includes('\\')) return `the object name ${shown} has a backslash; separate segments with /`
  for (const segment of name.split('/')) {
    if (segment === '') {
      return `the object name ${shown} has an empty segment; use single slashes, none at the start or end`
    }
    if (segment === '.' || segment === '..') {
      return `the object name ${shown} has the segment ${segment}; name the object by its full path`
    }
  }
  return undefined
}
