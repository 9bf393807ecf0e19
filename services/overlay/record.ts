/**
 * What operators set, as text for the journal. It says when it was written by the wall clock, because the
 * monotonic one begins anew with every thread: a peer stays in the tarpit as long as it was sent there for.
 */

import type { Fields } from '@ron/kernel/ports/port'
import type { Snapshot } from './ceilings.ts'
import { snapshotOf, wireLimits, wireTarpit } from './wire.ts'

/** `nowMs` is wall clock time, here and below. */
export function recordOf({ limits, flags }: Snapshot, nowMs: number): string {
  return JSON.stringify({
    written_ms: nowMs,
    ceilings: wireLimits(limits),
    tarpits: flags.map(wireTarpit),
  })
}

/** The same, with what has run out since left out. Throws when the text is no such record. */
export function readRecord(text: string, nowMs: number): Snapshot {
  const { written_ms: writtenMs, ...event }: Fields = JSON.parse(text)
  if (typeof writtenMs !== 'number') throw new TypeError('the record does not say when it was written')
  const { limits, flags } = snapshotOf(event)
  // A wall clock may be set back; nobody stays longer for that than was left when it was written.
  const elapsedMs = Math.max(0, nowMs - writtenMs)
  const left = flags.map((flag) => ({ ...flag, remainingMs: flag.remainingMs - elapsedMs }))
  return { limits, flags: left.filter(({ remainingMs }) => remainingMs > 0) }
}
