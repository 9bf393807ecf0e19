/**
 * What changes in a namespace, as records of the journal. Each says all that is needed to do it again; content
 * itself is never in one, for it lies with the blobs under its address. After the version and the kind:
 *
 *     bind    = tenant length, type length, size, tenant address type name
 *     unbind  = tenant length, tenant name
 *     pin     = tenant length, type length, size, tenant address type
 *     unpin   = tenant length, tenant address
 *
 * The texts of a record are one text, because a restart reads a hundred thousand records and turning bytes into
 * text is most of the work. Lengths are in characters.
 */

import { RecordReader, unknownKind } from '../record-reader.ts'
import { RecordWriter } from '../record-writer.ts'
import type { Found } from './namespace.ts'

export type Change =
  | { readonly kind: 'bind'; readonly tenant: string; readonly name: string; readonly found: Found }
  | { readonly kind: 'unbind'; readonly tenant: string; readonly name: string }
  | { readonly kind: 'pin'; readonly tenant: string; readonly found: Found }
  | { readonly kind: 'unpin'; readonly tenant: string; readonly address: string }

const kinds = { bind: 1, unbind: 2, pin: 3, unpin: 4 } as const
/** `b3:` and 64 hex digits. */
const addressLength = 67

export class ChangeRecords {
  readonly #writer = new RecordWriter()
  readonly #reader = new RecordReader()

  /** The bytes are valid until the next call. */
  encode(change: Change): Uint8Array {
    const { kind, tenant } = change
    this.#writer.begin(kinds[kind])
    this.#writer.count(tenant.length)
    switch (kind) {
      case 'bind':
        this.#writeFound(tenant, change.found, change.name)
        break
      case 'unbind':
        this.#writer.text(tenant + change.name)
        break
      case 'pin':
        this.#writeFound(tenant, change.found, '')
        break
      case 'unpin':
        this.#writer.text(tenant + change.address)
    }
    return this.#writer.end()
  }

  /** Throws for what `encode` did not write. */
  decode(record: Uint8Array): Change {
    const kind = this.#reader.begin(record)
    const tenantEnd = this.#reader.count()
    const change = this.#read(kind, tenantEnd)
    this.#reader.end()
    return change
  }

  #writeFound(tenant: string, { address, bytes, type }: Found, name: string): void {
    this.#writer.count(type.length)
    this.#writer.count(bytes)
    this.#writer.text(tenant + address + type + name)
  }

  #read(kind: number, tenantEnd: number): Change {
    switch (kind) {
      case kinds.bind:
      case kinds.pin: {
        const addressEnd = tenantEnd + addressLength
        const typeEnd = addressEnd + this.#reader.count()
        const bytes = this.#reader.count()
        const text = this.#reader.text()
        const tenant = text.slice(0, tenantEnd)
        const found = {
          address: text.slice(tenantEnd, addressEnd),
          bytes,
          type: text.slice(addressEnd, typeEnd),
        }
        return kind === kinds.pin
          ? { kind: 'pin', tenant, found }
          : { kind: 'bind', tenant, found, name: text.slice(typeEnd) }
      }
      case kinds.unbind: {
        const text = this.#reader.text()
        return { kind: 'unbind', tenant: text.slice(0, tenantEnd), name: text.slice(tenantEnd) }
      }
      case kinds.unpin: {
        const text = this.#reader.text()
        return { kind: 'unpin', tenant: text.slice(0, tenantEnd), address: text.slice(tenantEnd) }
      }
      default:
        throw unknownKind(kind)
    }
  }
}
