/**
 * Objects as their owners see them: content under names and under addresses, each tenant in a namespace of
 * its own, the content itself stored once however many hold it. A name holds its content; content stored by
 * address alone is pinned, and held until it is unpinned. Nothing acknowledged is ever dropped to make room:
 * full is refused. It knows no HTTP; a precondition is a question it asks about the current address.
 *
 * Content is stored first and recorded second, released by a record first and deleted second. A crash between
 * the two leaves content that no record speaks of, and that is deleted when the records are replayed.
 */

import { formatSize } from '@ron/kernel/contract/units'
import type { Blobs } from '@ron/kernel/ports/blobs'
import type { Journal } from '@ron/kernel/ports/journal'
import type { Log } from '@ron/kernel/ports/log'
import type { Stamps } from '@ron/kernel/ports/stamps'
import { journaled, rebuild, type Journaled } from '../journaled.ts'
import { addressOf } from './address.ts'
import { ChangeRecords, type Change } from './changes.ts'
import { Holdings, type Leaving } from './holdings.ts'
import type { Found, Listed } from './namespace.ts'
import { stampKey } from './reading.ts'
import type { Reading } from './vault.ts'

/** What a name, or an address a tenant holds, counts beyond the content: keys, map slots, headers. */
export const ENTRY_BYTES = 512

export interface ObjectsLimits {
  /** Content bytes plus `ENTRY_BYTES` for every name and every address a tenant holds. */
  readonly bytesMax: number
  readonly namesMax: number
}

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
  readonly #limits: ObjectsLimits
  readonly #held: Holdings
  readonly #journal: Journaled
  readonly #stamps: Stamps
  readonly #records = new ChangeRecords()

  /** Resolves when the content of what was not recorded is gone. */
  readonly swept: Promise<void>

  /** Takes over what was recorded; the content of what was not is freed meanwhile. */
  static async open(
    blobs: Blobs,
    journal: Journal,
    stamps: Stamps,
    limits: ObjectsLimits & { readonly verifyReads: boolean },
    log: Log,
  ): Promise<Objects> {
    const records = new ChangeRecords()
    const held = await rebuild(journal, log, () => {
      const projection = new Holdings(blobs, limits.verifyReads)
      return { projection, apply: (record) => projection.redo(records.decode(record)) }
    })
    return new Objects(held, journal, stamps, limits)
  }

  private constructor(held: Holdings, journal: Journal, stamps: Stamps, limits: ObjectsLimits) {
    this.#limits = limits
    this.#stamps = stamps
    this.#held = held
    this.#journal = journaled(journal, () => held.snapshot())
    this.swept = held.vault.sweep()
  }

  /** What the budget counts now. */
  get bytesUsed(): number {
    return this.#held.vault.contentBytes + ENTRY_BYTES * (this.#held.vault.holders + this.#held.names)
  }

  /** Addresses whose content failed its check. */
  get corrupt(): ReadonlySet<string> {
    return this.#held.vault.corrupt
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
      this.#spaceRefusal(tenant, found, 2)
    if (refused !== undefined) return refused

    this.#held.expectName()
    try {
      await this.#held.vault.hold(found.address, incoming.content)
    } catch (cause) {
      this.#held.expectNoName()
      throw cause
    }

    // Storing took a moment, in which another put may have come first: ask again, and bind without waiting.
    const current = this.find(tenant, name)
    const late = preconditionRefusal(precondition(current?.address))
    try {
      if (late === undefined)
        this.#journal.record(this.#records.encode({ kind: 'bind', tenant, name, found }))
    } catch (cause) {
      this.#held.expectNoName()
      await this.#held.vault.release(found.address)
      throw cause
    }
    if (late !== undefined || current !== undefined) this.#held.expectNoName()
    await this.#release(late === undefined ? this.#bind(tenant, name, found, current) : [found.address])
    return this.#journal.acknowledge(
      late ?? { outcome: current === undefined ? 'created' : 'replaced', ...found },
    )
  }

  /** Stores content under its address alone. `known` when the tenant could read it there before. */
  async pin(
    tenant: string,
    incoming: Incoming,
  ): Promise<Written<'created' | 'known'> | Refused<'DigestMismatch' | 'Full'>> {
    const found = foundOf(incoming)
    const refused = digestRefusal(incoming, found) ?? this.#spaceRefusal(tenant, found, 1)
    if (refused !== undefined) return refused

    await this.#held.vault.hold(found.address, incoming.content)
    const before = this.#held.whyHeld(tenant, found.address)
    try {
      if (before?.pinned !== true) this.#journal.record(this.#records.encode({ kind: 'pin', tenant, found }))
    } catch (cause) {
      await this.#held.vault.release(found.address)
      throw cause
    }
    const unneeded = this.#held.pin(tenant, found)
    this.#changed(tenant, null, [found])
    await this.#release(unneeded)
    return this.#journal.acknowledge({ outcome: before === undefined ? 'created' : 'known', ...found })
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
    const held = this.#held.whyHeld(tenant, address)
    const found = this.findAddress(tenant, address)
    if (held === undefined || found === undefined)
      return { refused: 'NotFound', because: `no content is stored under ${address}` }
    if (!held.pinned) {
      const names = held.names === 1 ? '1 name' : `${held.names} names`
      return {
        refused: 'Conflict',
        because: `${address} is held by ${names}; delete the named objects instead`,
      }
    }
    return this.#leave({ kind: 'unpin', tenant, address }, { kind: 'pin', tenant, found })
  }

  find(tenant: string, name: string): Found | undefined {
    return this.#held.find(tenant, name)
  }

  findAddress(tenant: string, address: string): Found | undefined {
    return this.#held.findAddress(tenant, address)
  }

  /** Content that was found, checked against its address. The bytes are the caller's own. */
  read(found: Found): Promise<Reading> {
    return this.#held.vault.read(found.address)
  }

  /** At most `limit` objects whose names begin with `prefix` and come after `after`, and whether there are more. */
  list(tenant: string, prefix: string, after: string, limit: number): { items: Listed[]; more: boolean } {
    return this.#held.list(tenant, prefix, after, limit)
  }

  /** `undone` is what a snapshot no longer says afterwards. */
  async #leave(change: Leaving, undone: Exclude<Change, Leaving>): Promise<undefined> {
    const { length: freedBytes } = this.#records.encode(undone)
    this.#journal.release(this.#records.encode(change), freedBytes)
    const unneeded = this.#held.leave(change)
    this.#changed(undone.tenant, undone.kind === 'bind' ? undone.name : null, [undone.found])
    await this.#release(unneeded)
    return this.#journal.acknowledge(undefined)
  }

  /** Points a name that pointed at `before` at what was found. Returns the holds to release. */
  #bind(tenant: string, name: string, found: Found, before: Found | undefined): string[] {
    const unneeded = this.#held.bind(tenant, name, found)
    this.#changed(tenant, name, before === undefined ? [found] : [found, before])
    return unneeded
  }

  /** Whoever keeps an answer about any of these asks again. Before anybody is told of the change. */
  #changed(tenant: string, name: string | null, contents: readonly Found[]): void {
    if (name !== null) this.#stamps.advance(stampKey.name(tenant, name))
    for (const { address } of contents) this.#stamps.advance(stampKey.address(tenant, address))
  }

  async #release(addresses: readonly string[]): Promise<void> {
    await Promise.all(addresses.map((address) => this.#held.vault.release(address)))
  }

  #namesRefusal(tenant: string, name: string): Refused<'Full'> | undefined {
    const { namesMax } = this.#limits
    if (this.#held.names < namesMax || this.find(tenant, name) !== undefined) return undefined
    const because = `${this.#held.names} names are in use, the limit storage.names_max; delete objects or raise it`
    return { refused: 'Full', because }
  }

  /**
   * Content new to a tenant needs room as if it were new to the node: otherwise a full node would tell one
   * tenant, by what it accepts, what another one keeps.
   */
  #spaceRefusal(tenant: string, { address, bytes }: Found, entries: number): Refused<'Full'> | undefined {
    const { bytesMax } = this.#limits
    const known = this.findAddress(tenant, address) !== undefined
    const needed = (known ? 0 : bytes) + entries * ENTRY_BYTES
    if (this.bytesUsed + needed <= bytesMax) return undefined
    const because =
      `${this.bytesUsed} of ${bytesMax} bytes are used and this needs ${needed} more; delete objects or ` +
      `raise storage.bytes_max, now ${formatSize(bytesMax)}`
    return { refused: 'Full', because }
  }
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
