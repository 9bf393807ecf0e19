/**
 * The log itself: its entries as they are served, and the tree over them. It only grows. A full bundle is one
 * piece of memory; the entries of the last one stand apart until it is full. It knows no journal and no clock.
 */

import { firstLink } from '@ron/kernel/tlog/chain'
import { bundleOf, entriesOf } from '@ron/kernel/tlog/entries'
import { leafHash } from '@ron/kernel/tlog/hash'
import { tileWidth, type Tile } from '@ron/kernel/tlog/tile'
import { Tree } from '@ron/kernel/tlog/tree'
import type { Appended } from './record.ts'

export class AuditLog {
  readonly #tree = new Tree()
  readonly #bundles: Uint8Array[] = []
  #last: Uint8Array[] = []
  #link = firstLink
  #number = 0

  get size(): number {
    return this.#tree.size
  }

  /** How many acts of the sender are in it; what it sends again is known by that. */
  get number(): number {
    return this.#number
  }

  /** The leaf hash of the last entry: what the next one names. */
  get link(): Uint8Array {
    return this.#link
  }

  get tree(): Pick<Tree, 'root' | 'leaf' | 'inclusion' | 'consistency'> {
    return this.#tree
  }

  apply({ number, entries }: Appended): void {
    for (const entry of entries) this.#append(entry)
    this.#number = number
  }

  /** Null when the log has no such tile. */
  tile(tile: Tile): Uint8Array | null {
    return this.#tree.tile(tile)
  }

  /** Null when the log has no such bundle. */
  bundle(index: number, width: number): Uint8Array | null {
    const entries = this.#entries(index)
    if (width > entries.length) return null
    return this.#bundles[index] !== undefined && width === tileWidth
      ? this.#bundles[index]
      : bundleOf(entries.slice(0, width))
  }

  /** The entries from `first` to before `end`, in one bundle. */
  slice(first: number, end: number): Uint8Array {
    const found: Uint8Array[] = []
    for (let index = Math.floor(first / tileWidth); index * tileWidth < end; index++) {
      const from = index * tileWidth
      found.push(...this.#entries(index).slice(Math.max(0, first - from), end - from))
    }
    return bundleOf(found)
  }

  #entries(index: number): readonly Uint8Array[] {
    const full = this.#bundles[index]
    if (full !== undefined) return entriesOf(full)
    return index === this.#bundles.length ? this.#last : []
  }

  #append(entry: Uint8Array): void {
    this.#link = leafHash(entry)
    this.#tree.append(this.#link)
    this.#last.push(entry)
    if (this.#last.length < tileWidth) return
    this.#bundles.push(bundleOf(this.#last))
    this.#last = []
  }
}
