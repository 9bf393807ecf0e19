/**
 * A binary heap whose members know their place, so one can leave from the middle or change its rank:
 * an acknowledged message takes its deadline with it instead of leaving it behind for hours.
 *
 *     nodes   [ 0 | 1 2 | 3 4 5 6 | … ]     children of i at 2i+1 and 2i+2, parent at (i−1)/2
 *
 * Members of equal rank come out in the order they went in. Every change costs O(log n).
 */

export interface HeapNode<T> {
  readonly value: T
}

interface Node<T> extends HeapNode<T> {
  place: number
  readonly turn: number
}

export class Heap<T> {
  readonly #rank: (value: T) => number
  readonly #nodes: Node<T>[] = []
  #turn = 0

  /** The lowest rank comes first. A member's rank may change only together with a call of `settle`. */
  constructor(rank: (value: T) => number) {
    this.#rank = rank
  }

  get size(): number {
    return this.#nodes.length
  }

  peek(): T | undefined {
    return this.#nodes[0]?.value
  }

  /** All members, in no order. */
  *values(): Generator<T> {
    for (const { value } of this.#nodes) yield value
  }

  /** The node is the member's handle for `remove` and `settle`. */
  push(value: T): HeapNode<T> {
    const node: Node<T> = { value, place: this.#nodes.length, turn: this.#turn++ }
    this.#nodes.push(node)
    this.#rise(node)
    return node
  }

  pop(): T | undefined {
    const first = this.#nodes[0]
    if (first !== undefined) this.remove(first)
    return first?.value
  }

  remove(handle: HeapNode<T>): void {
    const node = this.#mine(handle)
    const last = this.#nodes.pop()
    if (last === undefined || last === node) return
    this.#put(last, node.place)
    this.#rise(last)
    this.#sink(last)
  }

  /** Finds the member's place again after its rank has changed. */
  settle(handle: HeapNode<T>): void {
    const node = this.#mine(handle)
    this.#rise(node)
    this.#sink(node)
  }

  #mine(handle: HeapNode<T>): Node<T> {
    // Handles are our own nodes seen through their public half; the next line makes sure of this one.
    const node = handle as Node<T>
    if (this.#nodes[node.place] !== node) throw new RangeError('the node is not in this heap')
    return node
  }

  #rise(node: Node<T>): void {
    while (node.place > 0) {
      const parent = this.#nodes[(node.place - 1) >> 1]
      if (parent === undefined || !this.#precedes(node, parent)) return
      this.#swap(node, parent)
    }
  }

  #sink(node: Node<T>): void {
    for (;;) {
      const left = this.#nodes[node.place * 2 + 1]
      const right = this.#nodes[node.place * 2 + 2]
      const child = left !== undefined && right !== undefined && this.#precedes(right, left) ? right : left
      if (child === undefined || !this.#precedes(child, node)) return
      this.#swap(child, node)
    }
  }

  #precedes(a: Node<T>, b: Node<T>): boolean {
    const [rankA, rankB] = [this.#rank(a.value), this.#rank(b.value)]
    return rankA < rankB || (rankA === rankB && a.turn < b.turn)
  }

  #swap(a: Node<T>, b: Node<T>): void {
    const place = a.place
    this.#put(a, b.place)
    this.#put(b, place)
  }

  #put(node: Node<T>, place: number): void {
    node.place = place
    this.#nodes[place] = node
  }
}
