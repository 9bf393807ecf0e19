/**
 * The libmacaroons V2 binary format: bytes in, a macaroon out, and back byte for byte. It knows no keys and no
 * caveat language; whether a macaroon is genuine is for `chain.ts`, what its caveats mean for `caveats.ts`.
 *
 *     0x02  [1 len location]  2 len identifier  0          header
 *           [1 len location]  2 len id  [4 len vid]  0     each caveat; a vid makes it third-party
 *           0  6 32 signature                              end
 *
 * Lengths are varints. Numbers in more bytes than they need, fields out of order and bytes after the signature
 * are refused, so every macaroon has exactly one encoding.
 */

import { fromBase64, toBase64Url } from './base64.ts'
import { MacaroonError } from './error.ts'

export interface Macaroon {
  /** A hint for people about where the token is good. Not covered by the signature; nothing is decided by it. */
  readonly location: Uint8Array | null
  /** Names the root key the chain starts from. Not secret. */
  readonly identifier: Uint8Array
  readonly caveats: readonly RawCaveat[]
  /** The end of the HMAC chain, 32 bytes. Who holds it holds the capability. */
  readonly signature: Uint8Array
}

export interface RawCaveat {
  /** The predicate, or what a third party is asked. */
  readonly id: Uint8Array
  /** Where the third party is; only with `vid`. */
  readonly location: Uint8Array | null
  /** The key the third party must prove, encrypted; null for a first-party caveat. */
  readonly vid: Uint8Array | null
}

/** Bytes of a whole token, before base64. */
export const tokenBytesMax = 4096
export const caveatsMax = 64
/** Discharges that a token may bring along. */
export const dischargesMax = 8
/** Bytes of one identifier, location, predicate or vid. */
export const fieldBytesMax = 1024
export const signatureBytes = 32

const tokenCharsMax = Math.ceil(tokenBytesMax / 3) * 4

const VERSION = 2
const END = 0
const LOCATION = 1
const IDENTIFIER = 2
const VID = 4
const SIGNATURE = 6
const FIX = 'mint or fetch the token again'

/** Text for a header or an environment variable: base64url without padding. */
export function encodeToken(macaroon: Macaroon): string {
  return toBase64Url(encode(macaroon))
}

/** A token as text, or as the raw bytes an OAP frame carries, which may themselves be the text in ASCII. */
export function decodeToken(token: string | Uint8Array): Macaroon {
  return decode(tokenBytes(token))
}

function tokenBytes(token: string | Uint8Array): Uint8Array {
  if (typeof token !== 'string' && token[0] === VERSION) return token
  if (token.length > tokenCharsMax) throw tooLarge('token', token.length, tokenCharsMax, 'characters')
  const text = typeof token === 'string' ? token : String.fromCharCode(...token)
  if (text.startsWith('{')) throw wrongVersion('V2 JSON')
  return fromBase64(text)
}

/**
 * The same for a token that brings discharges along, which stand behind it in the same bytes, as the slices of the Go
 * implementation do. The first is the token.
 */
export function decodeBundle(token: string | Uint8Array): readonly [Macaroon, ...Macaroon[]] {
  return wholeBundle(tokenBytes(token))
}

/** Text that `decodeBundle` reads back. */
export function encodeBundle(macaroons: readonly Macaroon[]): string {
  const parts = macaroons.map(encode)
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  if (bytes.length > tokenBytesMax) throw tooLarge('token', bytes.length, tokenBytesMax)
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return toBase64Url(bytes)
}

/** One macaroon and nothing behind it. */
export function decode(bytes: Uint8Array): Macaroon {
  const [macaroon, ...others] = wholeBundle(bytes)
  if (others.length > 0)
    throw new MacaroonError(
      'the token brings discharges along',
      'use the token by itself, before it is bound',
    )
  return macaroon
}

function wholeBundle(bytes: Uint8Array): readonly [Macaroon, ...Macaroon[]] {
  if (bytes.length > tokenBytesMax) throw tooLarge('token', bytes.length, tokenBytesMax)
  // A copy: a frame's bytes are reused by the socket, a macaroon is kept in a cache.
  const reader = new Reader(new Uint8Array(bytes))
  const first = next(reader)
  const others: Macaroon[] = []
  while (!reader.done) {
    if (reader.peek() !== VERSION) throw malformed('bytes follow the signature')
    if (others.length === dischargesMax) throw tooManyDischarges()
    others.push(next(reader))
  }
  return [first, ...others]
}

function next(reader: Reader): Macaroon {
  checkVersion(reader.peek())
  reader.skipVersion()
  const header = reader.section()
  if (header === null || header.vid !== null) throw malformed('the header is not one identifier')
  const caveats: RawCaveat[] = []
  for (let caveat = reader.section(); caveat !== null; caveat = reader.section()) {
    if (caveats.length === caveatsMax) throw tooManyCaveats()
    if (caveat.location !== null && caveat.vid === null)
      throw malformed('a first-party caveat has a location')
    caveats.push(caveat)
  }
  const signature = reader.last()
  return { location: header.location, identifier: header.id, caveats, signature }
}

/** Throws a `MacaroonError` for what `decode` would refuse, so nothing is minted that cannot be used. */
export function encode(macaroon: Macaroon): Uint8Array {
  if (macaroon.caveats.length > caveatsMax) throw tooManyCaveats()
  const bytes = [VERSION]
  put(bytes, LOCATION, macaroon.location)
  put(bytes, IDENTIFIER, macaroon.identifier)
  bytes.push(END)
  for (const { location, id, vid } of macaroon.caveats) {
    put(bytes, LOCATION, location)
    put(bytes, IDENTIFIER, id)
    put(bytes, VID, vid)
    bytes.push(END)
  }
  bytes.push(END)
  put(bytes, SIGNATURE, macaroon.signature)
  if (bytes.length > tokenBytesMax) throw tooLarge('token', bytes.length, tokenBytesMax)
  return Uint8Array.from(bytes)
}

function put(bytes: number[], type: number, field: Uint8Array | null): void {
  if (field === null) return
  if (field.length > fieldBytesMax) throw tooLarge('field', field.length, fieldBytesMax)
  bytes.push(type)
  if (field.length > 0x7f) bytes.push((field.length & 0x7f) | 0x80, field.length >> 7)
  else bytes.push(field.length)
  bytes.push(...field)
}

class Reader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get done(): boolean {
    return this.#at === this.#bytes.length
  }

  /** The byte that comes next. */
  peek(): number | undefined {
    return this.#bytes[this.#at]
  }

  skipVersion(): void {
    this.#at++
  }

  /** Fields in ascending order up to an end marker; null when the marker comes at once. */
  section(): RawCaveat | null {
    let type = this.#number()
    if (type === END) return null
    const location = type === LOCATION ? this.#field() : null
    if (location !== null) type = this.#number()
    if (type !== IDENTIFIER) throw malformed(`field ${type} stands where an identifier belongs`)
    const id = this.#field()
    type = this.#number()
    const vid = type === VID ? this.#field() : null
    if (vid !== null) type = this.#number()
    if (vid?.length === 0) throw malformed('a verification id is empty')
    if (type !== END) throw malformed(`field ${type} is unknown, repeated or out of order`)
    return { id, location, vid }
  }

  /** The signature, with which a macaroon ends. */
  last(): Uint8Array {
    const type = this.#number()
    if (type !== SIGNATURE) throw malformed(`field ${type} stands where the signature belongs`)
    const signature = this.#field()
    if (signature.length !== signatureBytes)
      throw malformed(`the signature has ${signature.length} bytes, not 32`)
    return signature
  }

  #field(): Uint8Array {
    const length = this.#number()
    if (length > fieldBytesMax) throw tooLarge('field', length, fieldBytesMax)
    const end = this.#at + length
    if (end > this.#bytes.length) throw malformed('it ends inside a field')
    const field = this.#bytes.subarray(this.#at, end)
    this.#at = end
    return field
  }

  /** A varint of one or two bytes: no number in a token of 4096 bytes needs a third. */
  #number(): number {
    const low = this.#byte()
    if (low < 0x80) return low
    const high = this.#byte()
    if (high === 0 || high >= 0x80) throw malformed('a number is out of range or longer than it needs to be')
    return (low & 0x7f) | (high << 7)
  }

  #byte(): number {
    const byte = this.#bytes[this.#at++]
    if (byte === undefined) throw malformed('it is cut off')
    return byte
  }
}

function checkVersion(first: number | undefined): void {
  if (first === VERSION) return
  if (first === undefined) throw new MacaroonError('the token is empty', FIX)
  const character = String.fromCharCode(first)
  // A V1 token opens with the length of its first packet in hex.
  if (/[0-9a-f]/.test(character)) throw wrongVersion('V1')
  if (character === '{') throw wrongVersion('V2 JSON')
  throw malformed(`version ${first} is unknown`)
}

function wrongVersion(found: string): MacaroonError {
  return new MacaroonError(
    `this is a ${found} macaroon; only the V2 binary format is accepted`,
    'serialize it as V2 binary, then base64url',
  )
}

function malformed(what: string): MacaroonError {
  return new MacaroonError(`the token is not a macaroon: ${what}`, FIX)
}

function tooLarge(what: string, size: number, sizeMax: number, unit = 'bytes'): MacaroonError {
  return new MacaroonError(
    `the ${what} has ${size} ${unit}; at most ${sizeMax} are accepted`,
    `shorten the ${what}`,
  )
}

function tooManyDischarges(): MacaroonError {
  return new MacaroonError(
    `the token brings more than ${dischargesMax} discharges`,
    'send those alone that it needs',
  )
}

function tooManyCaveats(): MacaroonError {
  return new MacaroonError(
    `the token has more than ${caveatsMax} caveats`,
    'merge caveats, or mint a narrower token',
  )
}
