/**
 * The tokens of deterministic CBOR, for cborg's decoder. cborg's strict mode already refuses long integers,
 * indefinite lengths and trailing bytes; this adds what it leaves open: key order, valid UTF-8, shortest
 * floats, depth, and the types that have no place in fields. It builds no values.
 */

import { encode, Token, Tokenizer, Type, type DecodeOptions } from 'cborg'
import { equalBytes } from './bytes.ts'

/** An array or a map whose items are not all read yet. */
interface Container {
  readonly map: boolean
  /** Items to come; each entry of a map counts as two. */
  left: number
  /** The last key, encoded. */
  key: Uint8Array | null
}

/** Text that is read as it stands: an ill-formed sequence is an error and a byte order mark is a character. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export class StrictTokens {
  readonly #bytes: Uint8Array
  readonly #tokens: Tokenizer
  readonly #depthMax: number
  readonly #open: Container[] = []

  constructor(bytes: Uint8Array, depthMax: number, options: DecodeOptions) {
    this.#bytes = bytes
    this.#tokens = new Tokenizer(bytes, { ...options, retainStringBytes: true })
    this.#depthMax = depthMax
  }

  done(): boolean {
    return this.#tokens.done()
  }

  pos(): number {
    return this.#tokens.pos()
  }

  next(): Token {
    const from = this.pos()
    const token = this.#tokens.next()
    const encoded = this.#bytes.subarray(from, this.pos())
    this.#place(token, encoded)
    this.#enter(token)
    if (Type.equals(token.type, Type.string)) return strictText(token)
    if (Type.equals(token.type, Type.float)) checkFloat(token, encoded)
    if (Type.equals(token.type, Type.bytes))
      throw new Error('byte strings are not fields; bytes travel in the body')
    return token
  }

  /** Counts the token in the container it stands in, and judges it when it is a key. */
  #place(token: Token, encoded: Uint8Array): void {
    while (this.#open.at(-1)?.left === 0) this.#open.pop()
    const container = this.#open.at(-1)
    if (container === undefined) return
    if (container.map && container.left % 2 === 0) {
      if (!Type.equals(token.type, Type.string)) throw new Error('map keys must be text')
      if (container.key !== null && comparedBytes(container.key, encoded) >= 0) {
        throw new Error(
          `the key ${JSON.stringify(token.value)} is repeated or out of order; sort keys by their bytes`,
        )
      }
      container.key = encoded
    }
    container.left -= 1
  }

  #enter(token: Token): void {
    const map = Type.equals(token.type, Type.map)
    if (!map && !Type.equals(token.type, Type.array)) return
    // Without this bound a peer fills the decoder's stack: an array head is one byte.
    if (this.#open.length === this.#depthMax) throw new Error(`nested deeper than ${this.#depthMax} levels`)
    const items = Number(token.value)
    this.#open.push({ map, left: map ? 2 * items : items, key: null })
  }
}

/** cborg replaces ill-formed UTF-8, which would let two different keys read alike. */
function strictText(token: Token): Token {
  const bytes = token.byteValue
  if (bytes === undefined || bytes.every((byte) => byte < 0x80)) return token
  try {
    return new Token(Type.string, utf8.decode(bytes), token.encodedLength)
  } catch {
    throw new Error('text is not valid UTF-8')
  }
}

function checkFloat(token: Token, encoded: Uint8Array): void {
  if (!equalBytes(encode(token.value), encoded)) {
    throw new Error(`the number ${String(token.value)} is not in its shortest form`)
  }
}

function comparedBytes(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length)
  for (let at = 0; at < shared; at++) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}
