/**
 * What changes in a namespace, as records of the journal. Each says all that is needed to do it again; content
 * itself is never in one, for it lies with the blobs under its address.
 *
 *     0      1               2             3    4 … 12    12
 *     │ kind │ tenant length │ type length │ 0  │ size    │ tenant, address, type and name as one text │
 *
 * One text, because a restart reads a hundred thousand of them and turning bytes into text is most of the work.
 * Lengths are in characters; what a kind has no use for is empty.
 */

import type { Found } from './namespace.ts'

export type Change =
  | { readonly kind: 'bind'; readonly tenant: string; readonly name: string; readonly found: Found }
  | { readonly kind: 'unbind'; readonly tenant: string; readonly name: string }
  | { readonly kind: 'pin'; readonly tenant: string; readonly found: Found }
  | { readonly kind: 'unpin'; readonly tenant: string; readonly address: string }

const kinds = ['bind', 'unbind', 'pin', 'unpin'] as const
const headBytes = 12
const sizeAt = 4
const lengthMax = 0xff
/** `b3:` and 64 hex digits. */
const addressLength = 67

export function encodeChange(change: Change): Uint8Array {
  const { kind, tenant } = change
  switch (kind) {
    case 'bind':
      return record(kind, tenant, change.found.address, change.found, change.name)
    case 'unbind':
      return record(kind, tenant, '', nothing, change.name)
    case 'pin':
      return record(kind, tenant, change.found.address, change.found, '')
    case 'unpin':
      return record(kind, tenant, change.address, nothing, '')
  }
}

/** Throws for what `encodeChange` did not write. */
export function decodeChange({ buffer, byteOffset, length }: Uint8Array): Change {
  const bytes = Buffer.from(buffer, byteOffset, length)
  const kind = kinds[bytes.readUInt8(0)]
  if (kind === undefined)
    throw new Error(`a record of storage begins with ${bytes[0]}, which is no kind of change`)
  const tenantEnd = bytes.readUInt8(1)
  const text = bytes.toString('utf8', headBytes)
  const tenant = text.slice(0, tenantEnd)
  const addressEnd = tenantEnd + addressLength
  const address = text.slice(tenantEnd, addressEnd)
  switch (kind) {
    case 'bind':
    case 'pin': {
      const typeEnd = addressEnd + bytes.readUInt8(2)
      const found = { address, bytes: bytes.readDoubleLE(sizeAt), type: text.slice(addressEnd, typeEnd) }
      return kind === 'pin' ? { kind, tenant, found } : { kind, tenant, found, name: text.slice(typeEnd) }
    }
    case 'unbind':
      return { kind, tenant, name: text.slice(tenantEnd) }
    case 'unpin':
      return { kind, tenant, address }
  }
}

const nothing = { bytes: 0, type: '' }

function record(
  kind: Change['kind'],
  tenant: string,
  address: string,
  { bytes, type }: Pick<Found, 'bytes' | 'type'>,
  name: string,
): Uint8Array {
  if (tenant.length > lengthMax || type.length > lengthMax) {
    throw new RangeError(`a tenant or a type is longer than ${lengthMax} characters`)
  }
  const text = tenant + address + type + name
  const made = Buffer.allocUnsafe(headBytes + Buffer.byteLength(text))
  made.writeUInt32LE(kinds.indexOf(kind) | (tenant.length << 8) | (type.length << 16), 0)
  made.writeDoubleLE(bytes, sizeAt)
  made.write(text, headBytes)
  return made
}
