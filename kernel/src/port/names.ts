/**
 * Names that come with every message, of operations, fields and callers, cross once and are numbers from then
 * on. Both sides number them in the order in which they cross, so they never speak of the numbers; when all
 * are given, the oldest is given anew.
 */

/** A power of two. A node has a few hundred names in all, and some hundred callers at a time. */
const namesMax = 1024
/** Longer ones cross as they are, or the table would hold what is large. */
const lengthMax = 64

/** The sender's table. What an attempt introduced counts only once its message is sent. */
export class NamesOut {
  readonly #numbers = new Map<string, number>()
  readonly #names: (string | undefined)[] = []
  #given = 0
  #sent = 0

  /** The number of a name that crossed before. */
  find(name: string): number | undefined {
    return this.#numbers.get(name)
  }

  /** Gives a new name the next number, unless it is too long for one. */
  introduce(name: string): boolean {
    if (name.length > lengthMax) return false
    const number = this.#given % namesMax
    this.#forget(number)
    this.#names[number] = name
    this.#numbers.set(name, number)
    this.#given++
    return true
  }

  /** The message that introduced the last names is on its way. */
  sent(): void {
    this.#sent = this.#given
  }

  /** It is not: the other side will never hear of them, nor have they taken any numbers. */
  withdraw(): void {
    while (this.#given > this.#sent) this.#forget(--this.#given % namesMax)
  }

  #forget(number: number): void {
    const name = this.#names[number]
    if (name === undefined) return
    this.#names[number] = undefined
    this.#numbers.delete(name)
  }
}

/** The receiver's table. */
export class NamesIn {
  readonly #names: string[] = []
  #given = 0

  find(number: number): string | undefined {
    return this.#names[number]
  }

  /** False for a name that is too long to be in the table. */
  introduce(name: string): boolean {
    if (name.length > lengthMax) return false
    this.#names[this.#given % namesMax] = name
    this.#given++
    return true
  }
}
