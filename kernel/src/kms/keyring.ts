/**
 * The versions of one purpose's key, without the key: which one is used, which ones are still good and until when.
 * Every step is a pure function; `kms.ts` holds the secrets to it.
 *
 *     active ──rotate──▶ retiring, until its grace ends ──▶ gone
 */

export interface KeyVersion {
  /** 1, 2, 3, …; never used twice. */
  readonly version: number
  readonly madeAtMs: number
  /** When it is gone; null while it is the active one. */
  readonly goneAtMs: number | null
}

/** The active version last, those that retire before it, oldest first. */
export type Keyring = readonly KeyVersion[]

/** Versions of one purpose that may be good at once. */
export const versionsMax = 8

export function newKeyring(nowMs: number): Keyring {
  return [{ version: 1, madeAtMs: nowMs, goneAtMs: null }]
}

/**
 * A further version becomes the active one, and no earlier one is good for longer than `graceMs` from now. Null when
 * too many would be good at once.
 */
export function rotated(ring: Keyring, nowMs: number, graceMs: number): Keyring | null {
  const goneAtMs = nowMs + graceMs
  const retiring = ring
    .map((key) => ({ ...key, goneAtMs: Math.min(key.goneAtMs ?? goneAtMs, goneAtMs) }))
    .filter((key) => key.goneAtMs > nowMs)
  if (retiring.length >= versionsMax) return null
  const version = (ring.at(-1)?.version ?? 0) + 1
  return [...retiring, { version, madeAtMs: nowMs, goneAtMs: null }]
}

/** Whether these can be what is left of one: in order, at most so many, and the last one alone is active. */
export function isKeyring(ring: Keyring): boolean {
  const ordered = ring.every(
    ({ version, madeAtMs, goneAtMs }, at) =>
      Number.isSafeInteger(version) &&
      version > (ring[at - 1]?.version ?? 0) &&
      Number.isFinite(madeAtMs) &&
      (goneAtMs === null) === (at === ring.length - 1),
  )
  return ring.length > 0 && ring.length <= versionsMax && ordered
}

/** Without those whose grace has ended. */
export function withoutGone(ring: Keyring, nowMs: number): Keyring {
  return ring.filter(({ goneAtMs }) => goneAtMs === null || goneAtMs > nowMs)
}

/** When the next one is gone; null when none retires. */
export function nextGoneMs(ring: Keyring): number | null {
  const times = ring.flatMap(({ goneAtMs }) => (goneAtMs === null ? [] : [goneAtMs]))
  return times.length === 0 ? null : Math.min(...times)
}
