/**
 * Objects that were read, kept by whoever asks for them so as to answer the next reader without asking: the
 * content, what was found, and the stamp under which that is still true. Content is immutable and a name is not,
 * so a kept answer goes with its stamp and with nothing else.
 */

import type { Stamps } from '@ron/kernel/ports/stamps'
import { LRUCache } from 'lru-cache'
import type { Found } from './namespace.ts'

export interface KeptRead {
  readonly found: Found
  /** The whole of it. Nobody changes it. */
  readonly content: Uint8Array
}

interface Entry extends KeptRead {
  readonly stamp: number
}

/** What an entry takes beside its key and content: objects, map slots. Measured generously. */
const entryBytes = 512
/** One object may take so much of all there is, so that it cannot drive everybody else out. */
const shareMax = 1 / 8

export class KeptReads {
  readonly #stamps: Pick<Stamps, 'of'>
  readonly #entries: LRUCache<string, Entry>

  /** `bytesMax` of content, keys and what is around them; at least 1. */
  constructor(stamps: Pick<Stamps, 'of'>, bytesMax: number) {
    this.#stamps = stamps
    this.#entries = new LRUCache({ maxSize: bytesMax, maxEntrySize: Math.max(1, bytesMax * shareMax) })
  }

  /** The stamp of a key: to be asked before the service is, and given to `keep` with its answer. */
  stampOf(key: string): number {
    return this.#stamps.of(key)
  }

  /** What is kept under a key that is one of `stampKey`, if it is still what the service would say. */
  find(key: string): KeptRead | undefined {
    const entry = this.#entries.get(key)
    if (entry === undefined || entry.stamp === this.#stamps.of(key)) return entry
    this.#entries.delete(key)
    return undefined
  }

  keep(key: string, stamp: number, found: Found, bytes: Uint8Array): void {
    // A part of a larger buffer would keep all of it.
    const content = bytes.length === bytes.buffer.byteLength ? bytes : bytes.slice()
    this.#entries.set(key, { stamp, found, content }, { size: entryBytes + 2 * key.length + content.length })
  }

  /** Overwrites all content. Nothing may be on its way to a client any more. */
  wipe(): void {
    for (const { content } of this.#entries.values()) content.fill(0)
    this.#entries.clear()
  }
}
