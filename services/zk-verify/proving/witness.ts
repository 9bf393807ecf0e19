/** A witness as data from outside, read field by field. What nobody asks for is refused, and so is what is no number. */

import { order } from './field.ts'
import type { Place } from './tree.ts'

/** The witness cannot be used; the message names the field and says what it has to be. */
export class WitnessFault extends Error {
  override readonly name = 'WitnessFault'
}

export interface Leaves {
  readonly leaves: readonly bigint[]
  /** Which of them is the witness's own. */
  readonly index: number
}

export class Witness {
  readonly #fields: ReadonlyMap<string, unknown>
  readonly #unread: Set<string>

  constructor(witness: unknown) {
    if (typeof witness !== 'object' || witness === null || Array.isArray(witness))
      throw new WitnessFault('a witness is a JSON object')
    this.#fields = new Map(Object.entries(witness))
    this.#unread = new Set(this.#fields.keys())
  }

  /** Field elements, in the order of their names. */
  numbers<Names extends readonly string[]>(...names: Names): { readonly [At in keyof Names]: bigint }
  numbers(...names: readonly string[]): readonly bigint[] {
    return names.map((name) => numberFrom(name, this.#take(name)))
  }

  /** The halves of a hash of 32 bytes in hex, which may say before it how it was made. */
  hash(name: string): readonly [first: bigint, last: bigint] {
    const text = hashFrom(name, this.#take(name))
    return [BigInt(`0x${text.slice(0, 32)}`), BigInt(`0x${text.slice(32)}`)]
  }

  /** The last to be read: hashes of events, 32 bytes each, and which of them is shown. */
  events(eventsMax: number): { readonly events: readonly Uint8Array[]; readonly index: number } {
    const [index] = this.numbers('index')
    const events = this.#take('events')
    this.#end()
    if (!Array.isArray(events) || events.length > eventsMax)
      throw new WitnessFault(`events are a list of at most ${eventsMax} hashes`)
    if (index >= BigInt(events.length))
      throw new WitnessFault(`there are ${events.length} events, and no event ${index}`)
    const bytes = events.map((event) => Uint8Array.from(Buffer.from(hashFrom('an event', event), 'hex')))
    return { events: bytes, index: Number(index) }
  }

  /**
   * Where its leaf lies: the leaf's number, and for each level from the leaves up the other one of two. Null where the
   * witness has no field `place`; else the last to be read.
   */
  place(depth: number): Place | null {
    if (!this.#fields.has('place')) return null
    const place = new Witness(this.#take('place'))
    if (this.#fields.has('tree')) throw new WitnessFault('a witness has a tree or a place in one, not both')
    this.#end()
    const [index] = place.numbers('index')
    const others = place.#take('others')
    place.#end()
    if (!Array.isArray(others) || others.length !== depth || index >= 2n ** BigInt(depth))
      throw new WitnessFault(`a place is index, below ${2 ** depth}, and others, a list of ${depth} numbers`)
    return {
      isRight: others.map((_, height) => ((index >> BigInt(height)) & 1n) === 1n),
      others: others.map((other) => numberFrom('one of others', other)),
    }
  }

  /** The last to be read. Null where the witness has no field `tree`. */
  tree(leavesMax: number): Leaves | null {
    const tree = this.#fields.has('tree') ? new Witness(this.#take('tree')) : null
    this.#end()
    if (tree === null) return null
    const leaves = tree.#take('leaves')
    const [index] = tree.numbers('index')
    if (!Array.isArray(leaves) || leaves.length > leavesMax)
      throw new WitnessFault(`leaves are a list of at most ${leavesMax} numbers`)
    tree.#end()
    if (index >= BigInt(leaves.length))
      throw new WitnessFault(`there are ${leaves.length} leaves, and no leaf ${index}`)
    return { leaves: leaves.map((leaf) => numberFrom('a leaf', leaf)), index: Number(index) }
  }

  #end(): void {
    const [unknown] = this.#unread
    if (unknown !== undefined) throw new WitnessFault(`the circuit asks for no field ${unknown}`)
  }

  #take(name: string): unknown {
    if (!this.#unread.delete(name)) throw new WitnessFault(`the witness lacks ${name}`)
    return this.#fields.get(name)
  }
}

function hashFrom(name: string, written: unknown): string {
  const text = String(written).replace(/^[a-z0-9]+:/, '')
  if (!/^[0-9a-f]{64}$/i.test(text)) throw new WitnessFault(`${name} is a hash of 32 bytes in hex`)
  return text
}

function numberFrom(name: string, written: unknown): bigint {
  const isWhole = typeof written === 'number' && Number.isSafeInteger(written) && written >= 0
  const isText = typeof written === 'string' && /^(\d{1,80}|0x[0-9a-f]{1,64})$/i.test(written)
  const value = isWhole || isText ? BigInt(written) : order
  if (value >= order) {
    throw new WitnessFault(`${name} is a whole number below r, or a text of its digits or 0x…`)
  }
  return value
}
