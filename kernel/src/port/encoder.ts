/**
 * Writes plain values as bytes, into memory it is lent, ring or buffer. A value that runs past the end of
 * the room is measured to its end and not written any further, so that one attempt tells how much room it takes.
 *
 *     value    0 undefined   1 null   2 false   3 true   4 integer: zigzag   5 number: float64, little-endian
 *              6 string   7 array: count, values   8 object: pairs of name and value, end
 *     string   length × 2, one byte for each code unit  or  length × 2 + 1, two bytes for each
 *     name     0 end   1 string, numbered from here on   2 string   3 + number
 *     count, length, zigzag, number: LEB128, seven bits a byte, the lowest first
 */

import type { Value } from '../ports/port.ts'
import type { NamesOut } from './names.ts'

export const tag = {
  undefined: 0,
  null: 1,
  false: 2,
  true: 3,
  integer: 4,
  number: 5,
  string: 6,
  array: 7,
  object: 8,
} as const

export const nameTag = { end: 0, numbered: 1, plain: 2, first: 3 } as const

/** Deeper than any schema of a contract goes; a value that contains itself is deeper than this. */
export const depthMax = 64

/** Up to here a loop is faster than the way to C++ and back. */
const loopedMax = 24
const beyondOneByte = /[^\0-\xff]/

export class Encoder {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  readonly #text: Buffer
  readonly #names: NamesOut | null
  #at = 0
  #end = 0

  /** Without a table, names are strings. */
  constructor(bytes: Uint8Array, names: NamesOut | null) {
    const { buffer, byteOffset, byteLength } = bytes
    this.#names = names
    this.#bytes = bytes
    this.#view = new DataView(buffer, byteOffset, byteLength)
    this.#text = Buffer.from(buffer, byteOffset, byteLength)
  }

  /** Starts over at index `at`, with room up to index `end`. What was written before is not sent, unless `sent` said so. */
  begin(at: number, end: number): void {
    this.#names?.withdraw()
    this.#at = at
    this.#end = end
  }

  /** Where the next byte goes, or would. */
  get at(): number {
    return this.#at
  }

  /** What was written since `begin` is on its way. */
  sent(): void {
    this.#names?.sent()
  }

  byte(value: number): void {
    const at = this.#reserve(1)
    if (at >= 0) this.#bytes[at] = value
  }

  /** An integer from 0 to 2⁵³ − 1. */
  uint(value: number): void {
    if (!(Number.isSafeInteger(value) && value >= 0)) throw new RangeError(`${value} is not a count`)
    this.#count(value)
  }

  #count(value: number): void {
    let rest = value
    while (rest >= 0x80) {
      this.byte((rest & 0x7f) | 0x80)
      rest = Math.floor(rest / 0x80)
    }
    this.byte(rest)
  }

  float(value: number): void {
    const at = this.#reserve(Float64Array.BYTES_PER_ELEMENT)
    if (at >= 0) this.#view.setFloat64(at, value, true)
  }

  number(value: number): void {
    // Not −0, which no integer says.
    if ((value | 0) === value && !Object.is(value, -0)) {
      this.byte(tag.integer)
      return this.#count(((value << 1) ^ (value >> 31)) >>> 0)
    }
    this.byte(tag.number)
    this.float(value)
  }

  string(text: string): void {
    const { length } = text
    if (isWide(text)) {
      this.#count(length * 2 + 1)
      const at = this.#reserve(length * 2)
      if (at >= 0) this.#text.write(text, at, 'utf16le')
      return
    }
    this.#count(length * 2)
    const at = this.#reserve(length)
    if (at < 0) return
    if (length > loopedMax) this.#text.write(text, at, 'latin1')
    else for (let i = 0; i < length; i++) this.#bytes[at + i] = text.charCodeAt(i)
  }

  /** A string that comes again and again. */
  name(name: string): void {
    const number = this.#names?.find(name)
    if (number !== undefined) return this.#count(nameTag.first + number)
    this.byte(this.#names?.introduce(name) ? nameTag.numbered : nameTag.plain)
    this.string(name)
  }

  /** Throws for bytes whose buffer was transferred away, whether there is room for them or not. */
  bytes(bytes: Uint8Array): void {
    this.#count(bytes.length)
    const at = this.#reserve(bytes.length)
    // Bytes that are gone have a length of 0, so setting them costs nothing where they would not fit.
    if (at >= 0 || bytes.length === 0) this.#bytes.set(bytes, Math.max(at, 0))
  }

  /** Throws a TypeError for what is no plain value, naming what it is. */
  value(value: Value | undefined, depth = 0): void {
    switch (typeof value) {
      case 'string':
        this.byte(tag.string)
        return this.string(value)
      case 'number':
        return this.number(value)
      case 'boolean':
        return this.byte(value ? tag.true : tag.false)
      case 'undefined':
        return this.byte(tag.undefined)
      case 'object':
        return value === null ? this.byte(tag.null) : this.#nested(value, depth)
      case 'bigint':
      case 'function':
      case 'symbol':
        throw new TypeError(`a ${typeof value} cannot cross between threads`)
    }
  }

  #nested(value: readonly Value[] | { readonly [name: string]: Value | undefined }, depth: number): void {
    if (depth >= depthMax)
      throw new TypeError(`a value more than ${depthMax} deep cannot cross between threads`)
    if (isArray(value)) {
      this.byte(tag.array)
      this.#count(value.length)
      for (const item of value) {
        if (item === undefined) throw new TypeError('an array with a hole cannot cross between threads')
        this.value(item, depth + 1)
      }
      return
    }
    const prototype: unknown = Object.getPrototypeOf(value)
    if (prototype !== Object.prototype && prototype !== null) {
      const kind = Object.prototype.toString.call(value)
      throw new TypeError(`${kind} is no plain value and cannot cross between threads`)
    }
    this.byte(tag.object)
    for (const name in value) {
      this.name(name)
      this.value(value[name], depth + 1)
    }
    this.byte(nameTag.end)
  }

  /** The index of so many bytes, or −1 when they are only counted. */
  #reserve(bytes: number): number {
    const at = this.#at
    this.#at = at + bytes
    return this.#at <= this.#end ? at : -1
  }
}

const isArray: (value: object) => value is readonly (Value | undefined)[] = Array.isArray

function isWide(text: string): boolean {
  if (text.length > loopedMax) return beyondOneByte.test(text)
  let all = 0
  for (let i = 0; i < text.length; i++) all |= text.charCodeAt(i)
  return all > 0xff
}
