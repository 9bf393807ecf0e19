/** The naive twin of `Runs`: one list of everything, searched from end to end. Its places are the edges themselves. */

export interface Half {
  readonly node: number
  readonly other: number
  readonly kind: number
  readonly weight: number
}

export class RunsOracle {
  #halves: Half[] = []

  push(half: Half): void {
    this.#halves.push(half)
  }

  remove(half: Half): void {
    this.#halves = this.#halves.filter((each) => each !== half)
  }

  setWeight(half: Half, weight: number): void {
    this.#halves = this.#halves.map((each) => (each === half ? { ...half, weight } : each))
  }

  /** Of one node, in the order they came. */
  of(node: number): Half[] {
    return this.#halves.filter((half) => half.node === node)
  }
}
