/**
 * Fields as deterministic CBOR and back (RFC 8949 §4.2.1): definite lengths, shortest integers and floats,
 * keys in byte order, none twice, no tags, no byte strings. The same fields always have the same bytes, so
 * anything else is refused rather than tolerated. What the fields mean is for a schema to say, not here.
 *
 * JavaScript has one kind of number. A whole number therefore travels as an integer, and a float that is
 * whole is refused; outside ±(2^53 − 1) integers are refused and floats carry what they can.
 */

import { Refusal } from '@ron/kernel/contract/refusals'
import type { Fields, Value } from '@ron/kernel/ports/port'
import { decode, encode, type EncodeOptions } from 'cborg'
import { StrictTokens } from './cbor-tokens.ts'

/** Containers within containers. Contracts stay far below; a stack must not be filled by a peer. */
export const depthMax = 16

/** Fields that are `undefined` are left out. Throws a RangeError for values no peer could read back. */
export function encodeFields(fields: Fields): Uint8Array {
  checkEncodable(fields, 'fields', 1)
  return encode(fields, encodeOptions)
}

/** Throws a `Refusal` (BadRequest) that says what is wrong with the bytes. */
export function decodeFields(bytes: Uint8Array): Fields {
  if (bytes.length === 0)
    throw new Refusal('BadRequest', 'the fields are missing; no fields are the one byte a0')
  let value: unknown
  try {
    value = decode(bytes, { ...decodeOptions, tokenizer: new StrictTokens(bytes, depthMax, decodeOptions) })
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.replace(/^CBOR decode error: /, '') : 'unknown'
    throw new Refusal('BadRequest', `the fields are not deterministic CBOR: ${reason}`)
  }
  if (!isFields(value)) throw new Refusal('BadRequest', 'the fields must be a CBOR map')
  return value
}

const encodeOptions: EncodeOptions = { ignoreUndefinedProperties: true }

const decodeOptions = {
  strict: true,
  allowIndefinite: false,
  allowUndefined: false,
  allowInfinity: false,
  allowNaN: false,
  allowBigInt: false,
  rejectDuplicateMapKeys: true,
}

/** The tokens allow no bytes, tags or undefined, so a map of the decoder holds values of the port and nothing else. */
function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function checkEncodable(value: Value | undefined, path: string, depth: number): void {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new RangeError(`${path} is ${value}; only finite numbers have a place in fields`)
  }
  if (typeof value !== 'object' || value === null) return
  if (depth > depthMax) throw new RangeError(`${path} is nested deeper than ${depthMax} levels`)
  for (const [name, inner] of Object.entries(value)) checkEncodable(inner, `${path}.${name}`, depth + 1)
}
