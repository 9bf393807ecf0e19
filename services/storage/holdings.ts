/**
 * Who holds what: the namespace of every tenant over one vault, as the records of the journal make it. It is a
 * fold over changes, and touches content only where a caller lets go of it. It decides nothing.
 */

import type { Blobs } from '@ron/kernel/ports/blobs'
import type { ObjectChange } from './changes.ts'
import { Namespace, type Found, type Listed, type WhyHeld } from './namespace.ts'
import { Vault } from './vault.ts'

export type Leaving = Extract<ObjectChange, { readonly kind: 'unbind' | 'unpin' }>

export class Holdings {
  readonly vault: Vault
  readonly #spaces = new Map<string, Namespace>()
  /** Names there are, plus those that are on their way. */
  #names = 0

  constructor(blobs: Blobs, verifyReads: boolean) {
    this.vault = new Vault(blobs, verifyReads)
  }

  /** Names there are, plus one for every put on its way, since it may become a name. */
  get names(): number {
    return this.#names
  }

  /** A put begins; it may become a name. */
  expectName(): void {
    this.#names++
  }

  /** A put that was expected became no new name. */
  expectNoName(): void {
    this.#names--
  }

  /** What a tenant holds, counted as if nobody else held any of it. */
  heldBy(tenant: string): { readonly contentBytes: number; readonly entries: number } {
    return this.#spaces.get(tenant) ?? { contentBytes: 0, entries: 0 }
  }

  /** Tenants that hold anything. */
  tenants(): Iterable<string> {
    return this.#spaces.keys()
  }

  find(tenant: string, name: string): Found | undefined {
    return this.#spaces.get(tenant)?.find(name)
  }

  findAddress(tenant: string, address: string): Found | undefined {
    return this.#spaces.get(tenant)?.findAddress(address)
  }

  whyHeld(tenant: string, address: string): WhyHeld | undefined {
    return this.#spaces.get(tenant)?.whyHeld(address)
  }

  /** At most `limit` objects whose names begin with `prefix` and come after `after`, and whether there are more. */
  list(tenant: string, prefix: string, after: string, limit: number): { items: Listed[]; more: boolean } {
    return this.#spaces.get(tenant)?.page(prefix, after, limit) ?? { items: [], more: false }
  }

  /** Returns the holds to release, one for each. */
  bind(tenant: string, name: string, found: Found): string[] {
    return this.#space(tenant).bind(name, found)
  }

  /** Returns the holds to release, one for each. */
  pin(tenant: string, found: Found): string[] {
    return this.#space(tenant).pin(found)
  }

  /** Returns the holds to release, one for each. */
  addPart(tenant: string, found: Omit<Found, 'type'>): string[] {
    return this.#space(tenant).addPart(found)
  }

  /** Returns the holds to release, now that these are parts no longer, each of them once. */
  dropParts(tenant: string, addresses: Iterable<string>): string[] {
    const space = this.#space(tenant)
    const unneeded = [...addresses].flatMap((address) => space.dropPart(address))
    if (space.isEmpty) this.#spaces.delete(tenant)
    return unneeded
  }

  /** Returns the holds to release, now that the name or the pin is gone. */
  leave(change: Leaving): string[] {
    const space = this.#space(change.tenant)
    if (change.kind === 'unbind') this.#names--
    const unneeded = change.kind === 'unbind' ? space.unbind(change.name) : space.unpin(change.address)
    if (space.isEmpty) this.#spaces.delete(change.tenant)
    return unneeded
  }

  /** Does again what was recorded. The content is there already; what goes is swept up afterwards. */
  redo(change: ObjectChange): void {
    for (const address of this.#redone(change)) this.vault.abandon(address)
  }

  /** Changes that would make all of this again. */
  *snapshot(): Generator<ObjectChange> {
    for (const [tenant, space] of this.#spaces) {
      for (const [name, found] of space.names()) yield { kind: 'bind', tenant, name, found }
      for (const found of space.pins()) yield { kind: 'pin', tenant, found }
    }
  }

  #redone(change: ObjectChange): string[] {
    if (change.kind === 'unbind' || change.kind === 'unpin') return this.leave(change)
    const { tenant, found } = change
    this.vault.adopt(found.address, found.bytes)
    if (change.kind === 'pin') return this.pin(tenant, found)
    if (this.find(tenant, change.name) === undefined) this.#names++
    return this.bind(tenant, change.name, found)
  }

  #space(tenant: string): Namespace {
    const known = this.#spaces.get(tenant)
    if (known !== undefined) return known
    const space = new Namespace()
    this.#spaces.set(tenant, space)
    return space
  }
}
