/**
 * The key schedule of HPKE (RFC 9180 §5.1) in base mode with HKDF-SHA256, and its export of secrets (§5.3). What a KEM
 * agreed on goes in, and keys for any number of ends come out; sealing is done elsewhere, so the AEAD of the suite is
 * the export-only one (§7.3).
 */

import { concatBytes, noBytes } from '../oap/bytes.ts'
import type { Primitives } from './primitives.ts'

type Hmac = Pick<Primitives, 'hmacSha256'>

export interface Suite {
  /** Numbers of the registry "Hybrid Public Key Encryption (HPKE)" of IANA. */
  readonly kem: number
  readonly kdf: number
  readonly aead: number
}

/** X-Wing, HKDF-SHA256, export only. */
export const xWingExport: Suite = { kem: 0x647a, kdf: 0x0001, aead: 0xffff }

const modeBase = 0x00
const hashBytes = 32
const text = new TextEncoder()
const versionLabel = text.encode('HPKE-v1')

/** The exporter secret, 32 bytes. `shared` is what the KEM agreed on, `info` what both sides know of each other. */
export function exporterSecret(
  { kem, kdf, aead }: Suite,
  shared: Uint8Array,
  info: Uint8Array,
  primitives: Hmac,
): Uint8Array {
  const id = suiteId({ kem, kdf, aead })
  const extract = (salt: Uint8Array, label: string, key: Uint8Array) =>
    primitives.hmacSha256(salt, concatBytes([versionLabel, id, text.encode(label), key]))
  const context = concatBytes([
    Uint8Array.of(modeBase),
    // Without a pre-shared key its id is empty, and so is the key.
    extract(noBytes, 'psk_id_hash', noBytes),
    extract(noBytes, 'info_hash', info),
  ])
  const secret = extract(shared, 'secret', noBytes)
  try {
    return labelledExpand(id, secret, 'exp', context, hashBytes, primitives)
  } finally {
    secret.fill(0)
  }
}

/** `length` bytes for the end that `context` names. */
export function exported(
  suite: Suite,
  secret: Uint8Array,
  context: Uint8Array,
  length: number,
  primitives: Hmac,
): Uint8Array {
  return labelledExpand(suiteId(suite), secret, 'sec', context, length, primitives)
}

function labelledExpand(
  id: Uint8Array,
  secret: Uint8Array,
  label: string,
  info: Uint8Array,
  length: number,
  primitives: Hmac,
): Uint8Array {
  const labelled = concatBytes([u16(length), versionLabel, id, text.encode(label), info])
  return expand(secret, labelled, length, primitives)
}

/** HKDF-Expand (RFC 5869 §2.3). */
function expand(secret: Uint8Array, info: Uint8Array, length: number, { hmacSha256 }: Hmac): Uint8Array {
  const blocks = Math.ceil(length / hashBytes)
  if (blocks > 255) throw new RangeError(`at most ${255 * hashBytes} bytes are made of one secret`)
  const made = new Uint8Array(blocks * hashBytes)
  let block = noBytes
  for (let nth = 1; nth <= blocks; nth++) {
    block = hmacSha256(secret, concatBytes([block, info, Uint8Array.of(nth)]))
    made.set(block, (nth - 1) * hashBytes)
  }
  return made.slice(0, length)
}

function suiteId({ kem, kdf, aead }: Suite): Uint8Array {
  return concatBytes([text.encode('HPKE'), u16(kem), u16(kdf), u16(aead)])
}

function u16(value: number): Uint8Array {
  return Uint8Array.of(value >> 8, value & 0xff)
}
