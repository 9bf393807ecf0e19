/**
 * What `Objects` means, without its bookkeeping: a flat list of entries, searched and counted from scratch
 * every time, one change after another.
 */

import { addressOf } from './address.ts'
import { ENTRY_BYTES } from './budget.ts'

interface ObjectsLimits {
  readonly bytesMax: number
  readonly namesMax: number
}

interface Entry {
  readonly tenant: string
  /** undefined for a pin */
  readonly name: string | undefined
  readonly address: string
  readonly content: string
}

export class NaiveObjects {
  readonly #limits: ObjectsLimits
  #entries: Entry[] = []

  constructor(limits: ObjectsLimits) {
    this.#limits = limits
  }

  get bytesUsed(): number {
    const contents = new Set(this.#entries.map((entry) => entry.content))
    const held = new Set(this.#entries.map((entry) => `${entry.tenant} ${entry.address}`))
    const bytes = [...contents].reduce((sum, content) => sum + content.length, 0)
    return bytes + ENTRY_BYTES * (held.size + this.#names.length)
  }

  put(tenant: string, name: string, content: string): string {
    const before = this.#named(tenant, name)
    if (before === undefined && this.#names.length >= this.#limits.namesMax) return 'Full'
    if (!this.#fits(tenant, content, 2)) return 'Full'
    this.#entries = this.#entries.filter((entry) => entry !== before)
    this.#entries.push({ tenant, name, address: addressOfText(content), content })
    return before === undefined ? 'created' : 'replaced'
  }

  pin(tenant: string, content: string): string {
    if (!this.#fits(tenant, content, 1)) return 'Full'
    const address = addressOfText(content)
    const known = this.#holds(tenant, content)
    if (!this.#isPinned(tenant, address)) this.#entries.push({ tenant, name: undefined, address, content })
    return known ? 'known' : 'created'
  }

  remove(tenant: string, name: string): string {
    const before = this.#named(tenant, name)
    this.#entries = this.#entries.filter((entry) => entry !== before)
    return before === undefined ? 'NotFound' : 'removed'
  }

  unpin(tenant: string, content: string): string {
    const address = addressOfText(content)
    if (!this.#holds(tenant, content)) return 'NotFound'
    if (!this.#isPinned(tenant, address)) return 'Conflict'
    this.#entries = this.#entries.filter(
      (entry) => entry.tenant !== tenant || entry.name !== undefined || entry.address !== address,
    )
    return 'removed'
  }

  /** Every name of a tenant with its content, in order. */
  list(tenant: string): [string, string][] {
    return this.#names
      .filter((entry) => entry.tenant === tenant)
      .map((entry): [string, string] => [entry.name ?? '', entry.content])
      .sort(([a], [b]) => (a < b ? -1 : 1))
  }

  contentAt(tenant: string, address: string): string | undefined {
    return this.#entries.find((entry) => entry.tenant === tenant && entry.address === address)?.content
  }

  get #names(): Entry[] {
    return this.#entries.filter((entry) => entry.name !== undefined)
  }

  #named(tenant: string, name: string): Entry | undefined {
    return this.#entries.find((entry) => entry.tenant === tenant && entry.name === name)
  }

  #isPinned(tenant: string, address: string): boolean {
    return this.#entries.some(
      (entry) => entry.tenant === tenant && entry.name === undefined && entry.address === address,
    )
  }

  #holds(tenant: string, content: string): boolean {
    return this.#entries.some((entry) => entry.tenant === tenant && entry.content === content)
  }

  #fits(tenant: string, content: string, entries: number): boolean {
    const bytes = this.#holds(tenant, content) ? 0 : content.length
    return this.bytesUsed + bytes + entries * ENTRY_BYTES <= this.#limits.bytesMax
  }
}

function addressOfText(content: string): string {
  return addressOf(new TextEncoder().encode(content))
}
