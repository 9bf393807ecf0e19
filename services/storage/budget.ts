/**
 * What storage may keep, and what counts: the content, once however many hold it, and a fixed amount for every
 * name, every address a tenant holds and every entry of media, which take room beside it. A tenant may have a limit of its
 * own, for which content counts that others hold as well.
 */

import { formatSize } from '@ron/kernel/contract/units'
import type { Holdings } from './holdings.ts'
import type { Shelf } from './media/shelf.ts'
import type { Found } from './namespace.ts'

/** What an entry counts beyond the content: keys, map slots, headers. */
export const ENTRY_BYTES = 512

export interface Full {
  readonly refused: 'Full'
  readonly because: string
}

export class Budget {
  readonly #held: Holdings
  readonly #shelf: Shelf
  readonly #bytesMax: number
  readonly #tenantBytesMax: number

  /** A `tenantBytesMax` of 0 is no limit. */
  constructor(held: Holdings, shelf: Shelf, bytesMax: number, tenantBytesMax = 0) {
    this.#held = held
    this.#shelf = shelf
    this.#bytesMax = bytesMax
    this.#tenantBytesMax = tenantBytesMax
  }

  get bytesUsed(): number {
    const { vault, names } = this.#held
    return vault.contentBytes + ENTRY_BYTES * (vault.holders + names + this.#shelf.entries)
  }

  /**
   * The refusal of content that does not fit, with so many new entries. Content new to a tenant needs room as if
   * it were new to the node: otherwise a full node would tell one tenant, by what it accepts, what another one keeps.
   */
  refusal(tenant: string, contents: readonly Omit<Found, 'type'>[], entries: number): Full | undefined {
    return (
      this.refusalOfTenant(tenant, contents, entries) ??
      this.refusalOf(this.#needed(tenant, contents, entries))
    )
  }

  /** Bytes that count for a tenant. */
  bytesOf(tenant: string): number {
    const { contentBytes, entries } = this.#held.heldBy(tenant)
    return contentBytes + entries * ENTRY_BYTES
  }

  /** So many tenants with what counts for them, those with most first. */
  most(count: number): { readonly tenant: string; readonly bytes: number }[] {
    const all = [...this.#held.tenants()].map((tenant) => ({ tenant, bytes: this.bytesOf(tenant) }))
    return all.sort((one, other) => other.bytes - one.bytes).slice(0, count)
  }

  /** The same for the limit of the tenant alone; to be asked again when storing has taken a moment. */
  refusalOfTenant(
    tenant: string,
    contents: readonly Omit<Found, 'type'>[],
    entries: number,
  ): Full | undefined {
    if (this.#tenantBytesMax === 0) return undefined
    const [used, needed] = [this.bytesOf(tenant), this.#needed(tenant, contents, entries)]
    if (used + needed <= this.#tenantBytesMax) return undefined
    const because =
      `this tenant uses ${used} of its ${this.#tenantBytesMax} bytes and this needs ${needed} more; delete objects or ` +
      `raise storage.tenant_bytes_max, now ${formatSize(this.#tenantBytesMax)}`
    return { refused: 'Full', because }
  }

  /** The refusal of so many more bytes. */
  refusalOf(needed: number): Full | undefined {
    const used = this.bytesUsed
    if (used + needed <= this.#bytesMax) return undefined
    const because =
      `${used} of ${this.#bytesMax} bytes are used and this needs ${needed} more; delete objects or ` +
      `raise storage.bytes_max, now ${formatSize(this.#bytesMax)}`
    return { refused: 'Full', because }
  }

  #needed(tenant: string, contents: readonly Omit<Found, 'type'>[], entries: number): number {
    const known = ({ address }: Omit<Found, 'type'>) => this.#held.findAddress(tenant, address) !== undefined
    const bytes = contents.reduce((sum, content) => sum + (known(content) ? 0 : content.bytes), 0)
    return bytes + entries * ENTRY_BYTES
  }
}
