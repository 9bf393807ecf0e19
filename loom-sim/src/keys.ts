/**
 * Exact keys of states: short strings that are equal when, and only when, the states are. A 64-bit hash would
 * be shorter still, but two states that share one would pass for one, and what lies behind the second would
 * never be looked at. A checker that is probably right is not worth that, and most of a key is one byte a value.
 *
 * A state is written in postfix order, so a key can be read back from its end in one way only:
 *
 *     0…127            this integer
 *     128…254          atom 128…254
 *     hi mid lo 255    atom 65 536 · hi + 256 · mid + lo
 *
 * Atoms are numbered from 128 as they are met: all other values, and the shapes of objects.
 * An object is its values and then the atom of its field names; a list is its items, their number, one atom.
 */

import assert from 'node:assert/strict'

const keyBytesMax = 64 * 1024
const atomsMax = 2 ** 24 - 128

/** Field names in order, as a path from the root; the node at its end stands for the shape. */
interface Shape {
  readonly next: Map<string, Shape>
}

const list = Symbol('list')

export class Keys {
  readonly #bytes = Buffer.alloc(keyBytesMax)
  readonly #atoms = new Map<unknown, number>()
  readonly #root: Shape = { next: new Map() }
  #length = 0

  /** Keys of one instance compare with each other only. Throws for a state of more than 64 KiB. */
  of(state: unknown): string {
    this.#length = 0
    this.#write(state)
    assert(this.#length < keyBytesMax, 'a state of a model must be small')
    return this.#bytes.toString('latin1', 0, this.#length)
  }

  #write(value: unknown): void {
    if (typeof value === 'number' && value >= 0 && value < 128 && Number.isInteger(value)) this.#byte(value)
    else if (typeof value !== 'object' || value === null) this.#atom(value)
    else if (Array.isArray(value)) this.#list(value)
    else this.#object(value)
  }

  #list(items: readonly unknown[]): void {
    for (const item of items) this.#write(item)
    this.#write(items.length)
    this.#atom(list)
  }

  #object(fields: object): void {
    let shape = this.#root
    for (const [name, value] of Object.entries(fields)) {
      this.#write(value)
      shape = shapeAfter(shape, name)
    }
    this.#atom(shape)
  }

  #atom(value: unknown): void {
    let code = this.#atoms.get(value)
    if (code === undefined) {
      code = 128 + this.#atoms.size
      assert(this.#atoms.size < atomsMax, 'a model must have few distinct values')
      this.#atoms.set(value, code)
    }
    if (code < 255) return this.#byte(code)
    this.#byte(code >> 16)
    this.#byte((code >> 8) & 255)
    this.#byte(code & 255)
    this.#byte(255)
  }

  /** Past the end nothing is written, and `of` sees the length. */
  #byte(value: number): void {
    this.#bytes[this.#length++] = value
  }
}

function shapeAfter(shape: Shape, name: string): Shape {
  const known = shape.next.get(name)
  if (known !== undefined) return known
  const next: Shape = { next: new Map() }
  shape.next.set(name, next)
  return next
}
