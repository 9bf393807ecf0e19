/**
 * Content shared by everybody who holds it: stored when the first holder comes, freed when the last one
 * goes, and checked against its address when it is read. The vault knows no names and no tenants.
 *
 * Content that fails its check is set apart: it is refused from then on, until it is stored again or its
 * last holder lets go. A wrong byte is never served.
 */

import type { Blobs } from '@ron/kernel/ports/blobs'
import { addressOf } from './address.ts'

interface Stored {
  readonly bytes: number
  holders: number
  /** Settles when the engine has the content; everyone who holds it waits for the same one. */
  written: Promise<void>
}

export type Reading =
  | { readonly kind: 'content'; readonly content: Uint8Array }
  | { readonly kind: 'gone' }
  | { readonly kind: 'corrupt' }

const storedBefore = Promise.resolve()

export class Vault {
  readonly #blobs: Blobs
  readonly #verifyReads: boolean
  readonly #stored = new Map<string, Stored>()
  readonly #corrupt = new Set<string>()
  #contentBytes = 0
  #holders = 0

  constructor(blobs: Blobs, verifyReads: boolean) {
    this.#blobs = blobs
    this.#verifyReads = verifyReads
  }

  /** Bytes of everything held, counting content that many hold once. */
  get contentBytes(): number {
    return this.#contentBytes
  }

  /** Holders of all content together. */
  get holders(): number {
    return this.#holders
  }

  /** Addresses whose content failed its check. */
  get corrupt(): ReadonlySet<string> {
    return this.#corrupt
  }

  /**
   * Becomes a holder of the content. The hold counts at once; the promise resolves when the content is
   * stored. When storing fails, the hold is let go and the failure passed on.
   */
  async hold(address: string, content: Uint8Array): Promise<void> {
    const stored = this.#enter(address, content.length, () => this.#blobs.put(address, content))
    try {
      await stored.written
    } catch (cause) {
      await this.release(address)
      throw cause
    }
  }

  /** Becomes a holder of content that was stored before a crash. */
  adopt(address: string, bytes: number): void {
    this.#enter(address, bytes, () => storedBefore)
  }

  /** Stops holding. With the last holder the content goes; the promise resolves when it has. */
  async release(address: string): Promise<void> {
    if (this.abandon(address)) await this.#blobs.delete(address)
  }

  /** Stops holding and leaves the content where it is. True for the last holder. */
  abandon(address: string): boolean {
    const stored = this.#stored.get(address)
    if (stored === undefined) throw new Error(`released ${address}, which nobody holds`)
    stored.holders--
    this.#holders--
    if (stored.holders > 0) return false
    this.#stored.delete(address)
    this.#corrupt.delete(address)
    this.#contentBytes -= stored.bytes
    return true
  }

  /** Deletes all content that nobody holds. */
  sweep(): Promise<void> {
    return this.#blobs.keepOnly(this.#stored.keys())
  }

  /**
   * Reads held content, or the part of it from `start` to `end`, which is not included; all of it is checked all the
   * same. It is `gone` when the last holder let go before or during the read.
   */
  async read(address: string, start = 0, end = Number.POSITIVE_INFINITY): Promise<Reading> {
    const stored = this.#stored.get(address)
    if (stored === undefined) return { kind: 'gone' }
    if (this.#corrupt.has(address)) return { kind: 'corrupt' }

    const { written } = stored
    const isWhole = start === 0 && end >= stored.bytes
    const content = isWhole ? await this.#whole(address) : await this.#part(address, start, end)
    if (content !== undefined) return { kind: 'content', content }

    if (this.#stored.get(address) !== stored) return { kind: 'gone' }
    // Stored again since this read began: what was read is bad, what is there now is not.
    if (stored.written === written) this.#corrupt.add(address)
    return { kind: 'corrupt' }
  }

  /** Undefined unless it is there and intact. */
  async #whole(address: string): Promise<Uint8Array | undefined> {
    const content = await this.#blobs.get(address)
    return content !== undefined && this.#isIntact(address, content) ? content : undefined
  }

  #part(address: string, start: number, end: number): Promise<Uint8Array | undefined> {
    return this.#blobs.look(address, (content) =>
      this.#isIntact(address, content) ? content.slice(start, end) : undefined,
    )
  }

  #enter(address: string, bytes: number, write: () => Promise<void>): Stored {
    this.#holders++
    const known = this.#stored.get(address)
    if (known !== undefined) {
      known.holders++
      if (this.#corrupt.delete(address)) known.written = write()
      return known
    }
    const stored = { bytes, holders: 1, written: write() }
    this.#stored.set(address, stored)
    this.#contentBytes += stored.bytes
    return stored
  }

  #isIntact(address: string, content: Uint8Array): boolean {
    return !this.#verifyReads || addressOf(content) === address
  }
}
