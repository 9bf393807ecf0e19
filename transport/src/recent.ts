/**
 * What was worked out lately, by key. Two generations, of which the older goes when the younger is full: a look costs
 * a map or two and puts nothing in order, which is what most caches spend their time on.
 */

export class Recent<Key, Value extends object> {
  readonly #max: number
  #young = new Map<Key, Value>()
  #old: ReadonlyMap<Key, Value> = new Map()

  /** Keeps the last `max` keys at least, and never more than twice as many. */
  constructor(max: number) {
    if (!(max >= 1)) throw new RangeError(`a memory of ${max} keys; at least 1 is needed`)
    this.#max = max
  }

  get size(): number {
    return this.#young.size + this.#old.size
  }

  get(key: Key): Value | undefined {
    const young = this.#young.get(key)
    if (young !== undefined) return young
    const old = this.#old.get(key)
    if (old !== undefined) this.set(key, old)
    return old
  }

  /** The value of a key, made and kept when there is none. */
  of(key: Key, make: () => Value): Value {
    const known = this.get(key)
    if (known !== undefined) return known
    const made = make()
    this.set(key, made)
    return made
  }

  set(key: Key, value: Value): void {
    if (this.#young.size >= this.#max && !this.#young.has(key)) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(key, value)
  }

  clear(): void {
    this.#young = new Map()
    this.#old = new Map()
  }
}
