/**
 * Gives short integers to strings that are mentioned many times, and takes them back when the last mention
 * goes. It does not know what the strings stand for.
 */
export class Interner {
  readonly #ids = new Map<string, number>()
  #names: (string | undefined)[] = []
  #mentions: number[] = []
  #free: number[] = []

  /** Strings held. */
  get size(): number {
    return this.#ids.size
  }

  find(name: string): number | undefined {
    return this.#ids.get(name)
  }

  name(id: number): string {
    const name = this.#names[id]
    if (name === undefined) throw new RangeError(`id ${id} is not in use`)
    return name
  }

  /** Counts one more mention and returns the id. */
  hold(name: string): number {
    const known = this.#ids.get(name)
    if (known !== undefined) {
      this.#mentions[known] = (this.#mentions[known] ?? 0) + 1
      return known
    }
    const id = this.#free.pop() ?? this.#names.length
    this.#ids.set(name, id)
    this.#names[id] = name
    this.#mentions[id] = 1
    return id
  }

  /** Counts one mention less; with the last one the id is free for another string. */
  release(id: number): void {
    const left = (this.#mentions[id] ?? 0) - 1
    this.#mentions[id] = left
    if (left > 0) return
    this.#ids.delete(this.name(id))
    this.#names[id] = undefined
    this.#free.push(id)
  }
}
