/**
 * Reads what an `Encoder` wrote, and trusts none of it: every length is held against the bytes there are, and
 * each byte is read once, for in shared memory it may change between two looks. Throws `Garbled`.
 */

import type { Fields, Value } from '../ports/port.ts'
import { Garbled } from '../ring/ring-memory.ts'
import { depthMax, nameTag, tag } from './encoder.ts'
import type { NamesIn } from './names.ts'
import { Slab } from './slab.ts'

export class Decoder {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  readonly #text: Buffer
  readonly #names: NamesIn | null
  readonly #slab = new Slab()
  #at = 0
  #end = 0

  constructor(bytes: Uint8Array, names: NamesIn | null) {
    const { buffer, byteOffset, byteLength } = bytes
    this.#bytes = bytes
    this.#view = new DataView(buffer, byteOffset, byteLength)
    this.#text = Buffer.from(buffer, byteOffset, byteLength)
    this.#names = names
  }

  /** Starts over with the bytes from index `at` up to index `end`, which lie within what it was made for. */
  begin(at: number, end: number): void {
    this.#at = at
    this.#end = end
  }

  byte(): number {
    return this.#bytes[this.#take(1)] ?? 0
  }

  uint(): number {
    let value = this.byte()
    if (value < 0x80) return value
    value &= 0x7f
    for (let unit = 0x80; ; unit *= 0x80) {
      const byte = this.byte()
      value += (byte & 0x7f) * unit
      if (value > Number.MAX_SAFE_INTEGER) throw new Garbled('a count past 2⁵³')
      if (byte < 0x80) return value
    }
  }

  float(): number {
    return this.#view.getFloat64(this.#take(Float64Array.BYTES_PER_ELEMENT), true)
  }

  number(): number {
    const value = this.value()
    return typeof value === 'number' ? value : garbled('no number where one has to be')
  }

  string(): string {
    const head = this.uint()
    const length = Math.floor(head / 2)
    if (head % 2 === 1) return this.#wide(length)
    const at = this.#take(length)
    return this.#text.toString('latin1', at, at + length)
  }

  /** Null for the end of an object, where a name might be. */
  nameOrEnd(): string | null {
    const code = this.uint()
    if (code === nameTag.end) return null
    if (code === nameTag.plain) return this.string()
    if (code !== nameTag.numbered) return this.#numbered(code - nameTag.first)
    const name = this.string()
    if (this.#names?.introduce(name)) return name
    throw new Garbled('a number for a name that cannot have one')
  }

  name(): string {
    return this.nameOrEnd() ?? garbled('an end where a name has to be')
  }

  /** A copy. */
  bytes(): Uint8Array {
    const length = this.uint()
    const at = this.#take(length)
    return this.#slab.copy(this.#bytes, at, at + length)
  }

  fields(): Fields {
    if (this.byte() !== tag.object) throw new Garbled('fields that are no object')
    return this.#object(0)
  }

  value(depth = 0): Value | undefined {
    switch (this.byte()) {
      case tag.undefined:
        return undefined
      case tag.null:
        return null
      case tag.false:
        return false
      case tag.true:
        return true
      case tag.integer:
        return this.#integer()
      case tag.number:
        return this.float()
      case tag.string:
        return this.string()
      case tag.array:
        return this.#array(depth)
      case tag.object:
        return this.#object(depth)
      default:
        throw new Garbled('a value of no kind')
    }
  }

  /** Inverse of the encoder's zigzag: 0, −1, 1, −2, … */
  #integer(): number {
    const folded = this.uint()
    return (folded >>> 1) ^ -(folded & 1)
  }

  #array(depth: number): readonly Value[] {
    const count = this.uint()
    // More values than bytes: not made room for.
    if (depth >= depthMax || count > this.#end - this.#at) throw new Garbled(`${count} values, ${depth} deep`)
    const values: Value[] = []
    for (let i = 0; i < count; i++) {
      const value = this.value(depth + 1)
      if (value === undefined) throw new Garbled('an array with a hole')
      values.push(value)
    }
    return values
  }

  #object(depth: number): Fields {
    if (depth >= depthMax) throw new Garbled(`a value more than ${depthMax} deep`)
    const fields: Record<string, Value | undefined> = {}
    for (let name = this.nameOrEnd(); name !== null; name = this.nameOrEnd()) {
      const value = this.value(depth + 1)
      if (name !== '__proto__') fields[name] = value
      // An ordinary name like any other; assigned, it would change what the object inherits.
      else
        Object.defineProperty(fields, name, { value, enumerable: true, writable: true, configurable: true })
    }
    return fields
  }

  #numbered(number: number): string {
    return this.#names?.find(number) ?? garbled(`a name by the number ${number}, which it does not have`)
  }

  #wide(length: number): string {
    const at = this.#take(length * 2)
    return this.#text.toString('utf16le', at, at + length * 2)
  }

  /** The index of so many bytes. */
  #take(bytes: number): number {
    const at = this.#at
    if (bytes > this.#end - at) throw new Garbled(`${bytes} bytes where ${this.#end - at} are left`)
    this.#at = at + bytes
    return at
  }
}

function garbled(because: string): never {
  throw new Garbled(because)
}
