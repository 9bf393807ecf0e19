/** The `Retry-After` header (RFC 9110 §10.2.3): seconds, or a date. */

/**
 * Milliseconds to wait, or null when the header is absent or unreadable. A date is taken relative to the
 * `Date` of the same answer, so the clock of this machine does not matter.
 */
export function retryAfterMs(header: string | null, date: string | null): number | null {
  if (header === null) return null
  const value = header.trim()
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1_000
  const waitMs = Date.parse(value) - Date.parse(date ?? '')
  return Number.isNaN(waitMs) ? null : Math.max(0, waitMs)
}
