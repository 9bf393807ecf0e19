/**
 * What services keep, on its way over a channel: everything is sent once and checked by one hash, and counts on the
 * other side only when all of it is there and right.
 */

import { createHash } from 'node:crypto'
import type { SignedLog } from '../audit/notary.ts'
import { carriedFrom, carriedInto } from '../arena/carried.ts'
import type { StatePlace } from '../arena/arena.ts'
import type { KeptRevocation } from '../kms/kept.ts'
import type { Channel } from './channel.ts'
import {
  bytesIn,
  bytesRecord,
  messageIn,
  messageRecord,
  partBytesMax,
  revokedPerMessage,
} from './messages.ts'
import { SealError } from './sealed.ts'

/** By the name of the service. */
export type Places = ReadonlyMap<string, StatePlace>

/** What a node keeps that is in no place. */
export interface Beside {
  readonly revoked: readonly KeptRevocation[]
  /** Null for a node without an audit log. */
  readonly log: SignedLog | null
}

/** What was said in how many bytes. */
export interface Transferred {
  readonly bytes: number
  /** SHA-256 over all of them, in hex. */
  readonly digest: string
}

/** Rejects when the other side takes nothing for `stepMs`. */
export async function sendState(
  channel: Channel,
  places: Places,
  { revoked, log }: Beside,
  stepMs: number,
): Promise<Transferred> {
  const hashing = createHash('sha256')
  let bytes = 0
  for (const [service, place] of places) {
    const { shape, pieces } = carriedFrom(place)
    await channel.send(messageRecord({ kind: 'place', service, ...shape }), stepMs)
    for (const piece of pieces) {
      for (let at = 0; at < piece.length; at += partBytesMax) {
        // A copy, for ciphers take no shared memory.
        const part = Uint8Array.from(piece.subarray(at, at + partBytesMax))
        hashing.update(part)
        bytes += part.length
        await channel.send(bytesRecord(part), stepMs)
        part.fill(0)
      }
    }
  }
  for (let at = 0; at < revoked.length; at += revokedPerMessage) {
    const entries = revoked.slice(at, at + revokedPerMessage)
    await channel.send(messageRecord({ kind: 'revoked', entries }), stepMs)
  }
  if (log !== null) await channel.send(messageRecord({ kind: 'log', ...log }), stepMs)
  const digest = hashing.digest('hex')
  await channel.send(messageRecord({ kind: 'end', digest }), stepMs)
  return { bytes, digest }
}

/**
 * Puts it where it belongs. `firstMs` is how long the other side may take until it begins. Rejects with a `SealError`
 * for what is not as it was sent, and with a sentence for what does not fit; nothing counts then.
 */
export async function receiveState(
  channel: Channel,
  places: Places,
  firstMs: number,
  stepMs: number,
): Promise<Transferred & Beside> {
  const hashing = createHash('sha256')
  const finishes: (() => void)[] = []
  const revoked: KeptRevocation[] = []
  let log: SignedLog | null = null
  const open = new Set(places.keys())
  let bytes = 0
  for (let withinMs = firstMs; ; withinMs = stepMs) {
    const message = messageIn(await channel.receive(withinMs))
    if (message.kind === 'revoked') {
      revoked.push(...message.entries)
      continue
    }
    if (message.kind === 'log') {
      log = { origin: message.origin, size: message.size, root: message.root }
      continue
    }
    if (message.kind === 'end') {
      const digest = hashing.digest('hex')
      if (digest !== message.digest) throw new SealError('sent something else than it says it did')
      for (const finish of finishes) finish()
      return { bytes, digest, revoked, log }
    }
    if (message.kind !== 'place') throw new SealError(`says ${message.kind} in the middle of what it keeps`)
    const place = open.delete(message.service) ? places.get(message.service) : undefined
    if (place === undefined)
      throw new SealError(`keeps something for ${message.service}, which has no place here`)
    const { pieces, finish } = carriedInto(place, message)
    finishes.push(finish)
    for (const piece of pieces) {
      for (let at = 0; at < piece.length;) {
        const part = bytesIn(await channel.receive(stepMs))
        if (part.length === 0 || part.length > piece.length - at)
          throw new SealError('sends other bytes than it announced')
        hashing.update(part)
        piece.set(part, at)
        at += part.length
        bytes += part.length
      }
    }
  }
}
