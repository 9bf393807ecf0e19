/**
 * Which part of the content a `Range` header asks for (RFC 9110 §14.1.2, §14.2). One range of bytes is
 * served; everything the RFC lets a server ignore is ignored, and the whole content answers: other units,
 * several ranges, and a header that does not parse.
 */

export type Selection =
  | { readonly kind: 'whole' }
  /** `end` is one past the last byte. */
  | { readonly kind: 'part'; readonly start: number; readonly end: number }
  | { readonly kind: 'unsatisfiable' }

const WHOLE: Selection = { kind: 'whole' }
const UNSATISFIABLE: Selection = { kind: 'unsatisfiable' }

export function selectRange(header: string | undefined, length: number): Selection {
  const [, firstDigits, lastDigits] = /^\s*bytes=\s*(\d*)-(\d*)\s*$/i.exec(header ?? '') ?? []
  if (firstDigits === undefined || lastDigits === undefined) return WHOLE
  if (firstDigits === '') return lastDigits === '' ? WHOLE : suffix(Number(lastDigits), length)

  const first = Number(firstDigits)
  const last = lastDigits === '' ? Number.POSITIVE_INFINITY : Number(lastDigits)
  if (lastDigits !== '' && isLess(lastDigits, firstDigits)) return WHOLE
  if (first >= length) return UNSATISFIABLE
  return { kind: 'part', start: first, end: Math.min(last, length - 1) + 1 }
}

/** Of whole numbers as they are written, which may be past those that are exact. */
function isLess(one: string, other: string): boolean {
  const [a, b] = [one, other].map((digits) => digits.replace(/^0+/, ''))
  if (a === undefined || b === undefined) return false
  return a.length === b.length ? a < b : a.length < b.length
}

/** The last `wanted` bytes. Of empty content there is no last byte to name, so the whole of it answers. */
function suffix(wanted: number, length: number): Selection {
  if (wanted === 0) return UNSATISFIABLE
  if (length === 0) return WHOLE
  return { kind: 'part', start: Math.max(0, length - wanted), end: length }
}
