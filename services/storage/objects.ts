/**
 * Objects as their owners see them: content under names and under addresses, each tenant in a namespace of
 * its own, the content itself stored once however many hold it. A name holds its content; content stored by
 * address alone is pinned, and held until it is unpinned. Nothing acknowledged is ever dropped to make room:
 * full is refused. It knows no HTTP; a precondition is a question it asks about the current address.
 */

import { addressOf } from './address.ts'
import type { ObjectChange } from './changes.ts'
import type { Leaving } from './holdings.ts'
import type { Found, Listed, WhyHeld } from './namespace.ts'
import type { State } from './state.ts'
import type { Reading } from './vault.ts'

/** Content on its way in. `expected` is the address the sender computed, when it did. */
export interface Incoming {
  readonly content: Uint8Array
  readonly type: string
  readonly expected: string | undefined
}

/** The sentence to refuse a change with, given the address under the name now; undefined lets it pass. */
type Precondition = (current: string | undefined) => string | undefined

interface Refused<Code extends string> {
  readonly refused: Code
  readonly because: string
}

export type Written<Outcome extends string> = Found & { readonly outcome: Outcome }

export class Objects {
  readonly #state: State
  readonly #namesMax: number

  constructor(state: State, { namesMax }: { readonly namesMax: number }) {
    this.#state = state
    this.#namesMax = namesMax
  }

  /** What the budget counts now. */
  get bytesUsed(): number {
    return this.#state.budget.bytesUsed
  }

  /** Addresses whose content failed its check. */
  get corrupt(): ReadonlySet<string> {
    return this.#state.held.vault.corrupt
  }

  /** Stores content and points a name at it. Of two overlapping puts, the one that finishes last names it. */
  async put(
    tenant: string,
    name: string,
    incoming: Incoming,
    precondition: Precondition,
  ): Promise<Written<'created' | 'replaced'> | Refused<'DigestMismatch' | 'PreconditionFailed' | 'Full'>> {
    const found = foundOf(incoming)
    const refused =
      digestRefusal(incoming, found) ??
      preconditionRefusal(precondition(this.find(tenant, name)?.address)) ??
      this.#namesRefusal(tenant, name) ??
      this.#state.budget.refusal(tenant, [found], 2)
    if (refused !== undefined) return refused

    this.#state.held.expectName()
    try {
      await this.#state.held.vault.hold(found.address, incoming.content)
    } catch (cause) {
      this.#state.held.expectNoName()
      throw cause
    }

    // Storing took a moment, in which another put may have come first: ask again, and bind without waiting.
    const current = this.find(tenant, name)
    const late =
      preconditionRefusal(precondition(current?.address)) ??
      this.#state.budget.refusalOfTenant(tenant, [found], current === undefined ? 2 : 1)
    try {
      if (late === undefined) this.#state.record({ kind: 'bind', tenant, name, found })
    } catch (cause) {
      this.#state.held.expectNoName()
      await this.#state.held.vault.release(found.address)
      throw cause
    }
    if (late !== undefined || current !== undefined) this.#state.held.expectNoName()
    await this.#state.release(late === undefined ? this.#bind(tenant, name, found, current) : [found.address])
    return this.#state.journal.acknowledge(
      late ?? { outcome: current === undefined ? 'created' : 'replaced', ...found },
    )
  }

  /** Stores content under its address alone. `known` when the tenant could read it there before. */
  async pin(
    tenant: string,
    incoming: Incoming,
  ): Promise<Written<'created' | 'known'> | Refused<'DigestMismatch' | 'Full'>> {
    const found = foundOf(incoming)
    const refused = digestRefusal(incoming, found) ?? this.#state.budget.refusal(tenant, [found], 1)
    if (refused !== undefined) return refused

    await this.#state.held.vault.hold(found.address, incoming.content)
    const before = this.#state.held.whyHeld(tenant, found.address)
    const late = this.#state.budget.refusalOfTenant(tenant, [found], 1)
    if (late !== undefined) {
      await this.#state.release([found.address])
      return late
    }
    try {
      if (before?.pinned !== true) this.#state.record({ kind: 'pin', tenant, found })
    } catch (cause) {
      await this.#state.held.vault.release(found.address)
      throw cause
    }
    const unneeded = this.#state.held.pin(tenant, found)
    this.#state.changed(tenant, null, [found.address])
    await this.#state.release(unneeded)
    return this.#state.journal.acknowledge({ outcome: before === undefined ? 'created' : 'known', ...found })
  }

  /** Removes a name, and with the last name of content that is not pinned the content. */
  async remove(
    tenant: string,
    name: string,
    precondition: Precondition,
  ): Promise<Refused<'NotFound' | 'PreconditionFailed'> | undefined> {
    const current = this.find(tenant, name)
    if (current === undefined) {
      return { refused: 'NotFound', because: `no object is named ${JSON.stringify(name)}` }
    }
    const refused = preconditionRefusal(precondition(current.address))
    if (refused !== undefined) return refused
    return this.#leave({ kind: 'unbind', tenant, name }, { kind: 'bind', tenant, name, found: current })
  }

  /** Undoes a pin. Content that names hold as well stays, under them and under its address. */
  async unpin(tenant: string, address: string): Promise<Refused<'NotFound' | 'Conflict'> | undefined> {
    const held = this.#state.held.whyHeld(tenant, address)
    const found = this.findAddress(tenant, address)
    if (held === undefined || found === undefined)
      return { refused: 'NotFound', because: `no content is stored under ${address}` }
    if (!held.pinned) {
      return { refused: 'Conflict', because: `${address} is held by ${holdersOf(held)}` }
    }
    return this.#leave({ kind: 'unpin', tenant, address }, { kind: 'pin', tenant, found })
  }

  find(tenant: string, name: string): Found | undefined {
    return this.#state.held.find(tenant, name)
  }

  findAddress(tenant: string, address: string): Found | undefined {
    return this.#state.held.findAddress(tenant, address)
  }

  /** Content that was found, or a part of it, all of it checked against its address. The bytes are the caller's own. */
  read({ address }: Found, start?: number, end?: number): Promise<Reading> {
    return this.#state.held.vault.read(address, start, end)
  }

  /** At most `limit` objects whose names begin with `prefix` and come after `after`, and whether there are more. */
  list(tenant: string, prefix: string, after: string, limit: number): { items: Listed[]; more: boolean } {
    return this.#state.held.list(tenant, prefix, after, limit)
  }

  /** `undone` is what a snapshot no longer says afterwards. */
  async #leave(change: Leaving, undone: Exclude<ObjectChange, Leaving>): Promise<undefined> {
    this.#state.recordRelease(change, [undone])
    const unneeded = this.#state.held.leave(change)
    const { tenant, found } = undone
    this.#state.changed(tenant, undone.kind === 'bind' ? undone.name : null, [found.address])
    await this.#state.release(unneeded)
    return this.#state.journal.acknowledge(undefined)
  }

  /** Points a name that pointed at `before` at what was found. Returns the holds to release. */
  #bind(tenant: string, name: string, found: Found, before: Found | undefined): string[] {
    const unneeded = this.#state.held.bind(tenant, name, found)
    const addresses = before === undefined ? [found.address] : [found.address, before.address]
    this.#state.changed(tenant, name, addresses)
    return unneeded
  }

  #namesRefusal(tenant: string, name: string): Refused<'Full'> | undefined {
    const { names } = this.#state.held
    if (names < this.#namesMax || this.find(tenant, name) !== undefined) return undefined
    const because = `${names} names are in use, the limit storage.names_max; delete objects or raise it`
    return { refused: 'Full', because }
  }
}

function holdersOf({ names, parts }: WhyHeld): string {
  if (names === 0) return 'media; delete the object that is made of it instead'
  const named = names === 1 ? '1 name' : `${names} names`
  return parts === 0
    ? `${named}; delete the named objects instead`
    : `${named} and by media; delete the named objects and the media instead`
}

function foundOf({ content, type }: Incoming): Found {
  return { address: addressOf(content), bytes: content.length, type }
}

function digestRefusal({ expected }: Incoming, { address }: Found): Refused<'DigestMismatch'> | undefined {
  if (expected === undefined || expected === address) return undefined
  const because = `the content hashes to ${address}, not to ${expected}; send it again, or the address it has`
  return { refused: 'DigestMismatch', because }
}

function preconditionRefusal(broken: string | undefined): Refused<'PreconditionFailed'> | undefined {
  return broken === undefined ? undefined : { refused: 'PreconditionFailed', because: broken }
}
