/**
 * How far along each of many runs somebody has gone, and which edge is next there. What is next is kept beside
 * the place, so that asking many nodes in turn reads memory once for each.
 */

import { emptyHalf } from './blocks.ts'
import type { Runs } from './runs.ts'
import { NONE } from './typed.ts'

/** Fields of a node's row. */
const [PLACE, OTHER, KIND, WIDTH] = [0, 1, 2, 4]

export class Fronts {
  readonly #runs: Runs
  readonly #next: Uint32Array
  readonly #half = emptyHalf()

  /** Begins with the oldest edge of each node below `span`. The runs must not change meanwhile. */
  constructor(runs: Runs, span: number) {
    this.#runs = runs
    this.#next = new Uint32Array(span * WIDTH)
    for (let node = 0; node < span; node++) this.#put(node, runs.oldest(node))
  }

  /** Whether there is no next edge. */
  isDone(node: number): boolean {
    return (this.#next[node * WIDTH + PLACE] ?? 0) === NONE
  }

  /** The node at the other end of the next edge. */
  other(node: number): number {
    return this.#next[node * WIDTH + OTHER] ?? 0
  }

  kind(node: number): number {
    return this.#next[node * WIDTH + KIND] ?? 0
  }

  weight(node: number): number {
    return this.#runs.read(node, this.#next[node * WIDTH + PLACE] ?? 0, this.#half).weight
  }

  advance(node: number): void {
    this.#put(node, this.#runs.after(node, this.#next[node * WIDTH + PLACE] ?? 0))
  }

  #put(node: number, place: number): void {
    this.#next[node * WIDTH + PLACE] = place
    if (place === NONE) return
    const { other, kind } = this.#runs.read(node, place, this.#half)
    this.#next[node * WIDTH + OTHER] = other
    this.#next[node * WIDTH + KIND] = kind
  }
}
