/**
 * What one tenant has: names, each pointing at content, and addresses, each held for a reason. It keeps the
 * books and decides when content is no longer needed; whoever calls it holds and releases that content.
 *
 *     name ──► address ──► holding { names: 2, parts: 1, pinned as text/plain }
 */

import { OrderedNames } from './ordered-names.ts'

/** What is known of stored content without reading it. */
export interface Found {
  readonly address: string
  readonly bytes: number
  /** A media type. */
  readonly type: string
}

export interface Listed extends Found {
  readonly name: string
}

/** Why a tenant holds an address: by how many names, as how many parts of media, and whether also by itself. */
interface Holding {
  readonly bytes: number
  names: number
  parts: number
  pinnedType: string | undefined
}

/** By how many names and parts of media an address is held, and whether it is pinned. */
export interface WhyHeld {
  readonly names: number
  readonly parts: number
  readonly pinned: boolean
}

export class Namespace {
  readonly #names = new Map<string, Found>()
  readonly #order = new OrderedNames()
  readonly #holdings = new Map<string, Holding>()
  #contentBytes = 0

  /** Of everything held, each content once. */
  get contentBytes(): number {
    return this.#contentBytes
  }

  /** Names and addresses. */
  get entries(): number {
    return this.#names.size + this.#holdings.size
  }

  get isEmpty(): boolean {
    return this.#holdings.size === 0
  }

  find(name: string): Found | undefined {
    return this.#names.get(name)
  }

  /** Content by address has the type it was pinned with; the type of a name belongs to the name. */
  findAddress(address: string): Found | undefined {
    const holding = this.#holdings.get(address)
    if (holding === undefined) return undefined
    return { address, bytes: holding.bytes, type: holding.pinnedType ?? 'application/octet-stream' }
  }

  whyHeld(address: string): WhyHeld | undefined {
    const holding = this.#holdings.get(address)
    if (holding === undefined) return undefined
    const { names, parts, pinnedType } = holding
    return { names, parts, pinned: pinnedType !== undefined }
  }

  /**
   * Points a name at content which the caller holds once for it. Returns the addresses to release: the hold
   * itself when the tenant had one already, and the content named before when nothing needs it now.
   */
  bind(name: string, found: Found): string[] {
    const before = this.#names.get(name)
    if (before === undefined) this.#order.add(name)
    this.#names.set(name, found)
    const { holding, spare } = this.#hold(found)
    holding.names++
    return before === undefined ? spare : [...spare, ...this.#dropName(before.address)]
  }

  /** Removes a name that is there. Returns its address when nothing needs the content now. */
  unbind(name: string): string[] {
    const before = this.#names.get(name)
    if (before === undefined) throw new Error('unbound a name that is not there')
    this.#names.delete(name)
    this.#order.delete(name)
    return this.#dropName(before.address)
  }

  /**
   * Pins content which the caller holds once for it, and returns the address when it was held already. The
   * first pin gives the type: what an address answers with does not change afterwards.
   */
  pin(found: Found): string[] {
    const { holding, spare } = this.#hold(found)
    holding.pinnedType ??= found.type
    return spare
  }

  /** Undoes a pin. Returns the address when nothing else needs the content. */
  unpin(address: string): string[] {
    const holding = this.#holding(address)
    holding.pinnedType = undefined
    return this.#dropIfUnneeded(address, holding)
  }

  /** Makes content a part of media, which the caller holds once for it; returns the address when it was held already. */
  addPart(found: Omit<Found, 'type'>): string[] {
    const { holding, spare } = this.#hold(found)
    holding.parts++
    return spare
  }

  /** Returns the address when nothing else needs the content. */
  dropPart(address: string): string[] {
    const holding = this.#holding(address)
    holding.parts--
    return this.#dropIfUnneeded(address, holding)
  }

  /** At most `limit` objects whose names begin with `prefix` and come after `after`, and whether there are more. */
  page(prefix: string, after: string, limit: number): { readonly items: Listed[]; readonly more: boolean } {
    const items: Listed[] = []
    for (const name of this.#order.from(after > prefix ? after : prefix)) {
      // Names that share a prefix stand together, so the first one without it ends the walk.
      if (!name.startsWith(prefix)) break
      if (name === after) continue
      if (items.length === limit) return { items, more: true }
      const found = this.#names.get(name)
      if (found !== undefined) items.push({ name, ...found })
    }
    return { items, more: false }
  }

  /** Every name with what it points at. */
  names(): Iterable<readonly [string, Found]> {
    return this.#names
  }

  /** Every pinned address, as it was pinned. */
  *pins(): Generator<Found> {
    for (const [address, { bytes, pinnedType }] of this.#holdings) {
      if (pinnedType !== undefined) yield { address, bytes, type: pinnedType }
    }
  }

  #hold({ address, bytes }: Omit<Found, 'type'>): { holding: Holding; spare: string[] } {
    const known = this.#holdings.get(address)
    if (known !== undefined) return { holding: known, spare: [address] }
    const holding = { bytes, names: 0, parts: 0, pinnedType: undefined }
    this.#holdings.set(address, holding)
    this.#contentBytes += bytes
    return { holding, spare: [] }
  }

  #dropName(address: string): string[] {
    const holding = this.#holding(address)
    holding.names--
    return this.#dropIfUnneeded(address, holding)
  }

  #dropIfUnneeded(address: string, holding: Holding): string[] {
    if (holding.names > 0 || holding.parts > 0 || holding.pinnedType !== undefined) return []
    this.#holdings.delete(address)
    this.#contentBytes -= holding.bytes
    return [address]
  }

  #holding(address: string): Holding {
    const holding = this.#holdings.get(address)
    if (holding === undefined) throw new Error(`${address} is not held`)
    return holding
  }
}
