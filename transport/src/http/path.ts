/**
 * A request path as its decoded segments, or why it is not one. Two readers must never understand a path
 * differently, so whatever is ambiguous is refused rather than repaired: dot segments, empty segments,
 * backslashes, encoded slashes, control characters and bytes that are not UTF-8.
 */

export type PathReading =
  | { readonly ok: true; readonly segments: readonly string[]; /** decoded, for the wall */ readonly path: string }
  | { readonly ok: false; readonly because: string }

export const pathBytesMax = 2048
export const segmentsMax = 64

/** Anything but the printable ASCII that a path may hold raw, and `%` only before two hex digits. */
const strange = /[^\x21-\x7e]|[\\?#]|%(?![0-9A-Fa-f]{2})/
const controls = /[\u0000-\u001f\u007f-\u009f\\/]/

export function readPath(raw: string): PathReading {
  if (raw.length > pathBytesMax) return no(`the path is longer than ${pathBytesMax} bytes`)
  if (!raw.startsWith('/')) return no('the path must begin with "/"')
  if (strange.test(raw)) return no('the path has a character that must be percent-encoded')
  if (raw === '/') return { ok: true, segments: [], path: '/' }
  const segments = raw.slice(1).split('/')
  if (segments.length > segmentsMax) return no(`the path has more than ${segmentsMax} segments`)
  for (const [at, segment] of segments.entries()) {
    const decoded = segment.includes('%') ? decode(segment) : segment
    if (decoded === null) return no('the path is not UTF-8 under its percent-encoding')
    if (decoded === '') return no('the path has an empty segment')
    if (decoded === '.' || decoded === '..') return no('the path has a "." or ".." segment')
    if (controls.test(decoded)) return no('a segment of the path has a slash, a backslash or a control character')
    segments[at] = decoded
  }
  return { ok: true, segments, path: `/${segments.join('/')}` }
}

function decode(segment: string): string | null {
  try {
    return decodeURIComponent(segment)
  } catch {
    return null
  }
}

function no(because: string): PathReading {
  return { ok: false, because }
}
