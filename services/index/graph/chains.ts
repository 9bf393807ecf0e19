/**
 * Per node, a doubly linked list of edges, kept in flat arrays: adding and removing an edge is O(1) however
 * many edges the node has, and a walk touches nothing but the list. One `Chains` holds one direction.
 *
 *   first[node] ─► edge ─next─► edge ─next─► NONE
 *                   ◄──prev──────┘
 */

import { at, carried, NONE } from './typed.ts'

export class Chains {
  #first = new Uint32Array(0)
  #count = new Uint32Array(0)
  #next = new Uint32Array(0)
  #prev = new Uint32Array(0)

  first(node: number): number {
    return node < this.#first.length ? at(this.#first, node) : NONE
  }

  next(edge: number): number {
    return at(this.#next, edge)
  }

  prev(edge: number): number {
    return at(this.#prev, edge)
  }

  count(node: number): number {
    return at(this.#count, node)
  }

  push(node: number, edge: number): void {
    if (node >= this.#first.length) this.#seat(Math.max(16, 2 * this.#first.length, node + 1))
    const head = at(this.#first, node)
    this.#next[edge] = head
    this.#prev[edge] = NONE
    if (head !== NONE) this.#prev[head] = edge
    this.#first[node] = edge
    this.#count[node] = at(this.#count, node) + 1
  }

  drop(node: number, edge: number): void {
    const [prev, next] = [at(this.#prev, edge), at(this.#next, edge)]
    if (prev === NONE) this.#first[node] = next
    else this.#next[prev] = next
    if (next !== NONE) this.#prev[next] = prev
    this.#count[node] = at(this.#count, node) - 1
  }

  /** The edge known as `old` is from now on known as `edge`, at the same place in its list. */
  rename(node: number, old: number, edge: number): void {
    const [prev, next] = [at(this.#prev, old), at(this.#next, old)]
    this.#prev[edge] = prev
    this.#next[edge] = next
    if (prev === NONE) this.#first[node] = edge
    else this.#next[prev] = edge
    if (next !== NONE) this.#prev[next] = edge
  }

  /** Makes room for edges below `capacity`. */
  resize(capacity: number): void {
    this.#next = carried(this.#next, new Uint32Array(capacity))
    this.#prev = carried(this.#prev, new Uint32Array(capacity))
  }

  /** Gives every node its new id; `span` ids are in use afterwards. */
  renumber(ids: Uint32Array, span: number): void {
    const [first, count] = [this.#first, this.#count]
    this.#first = new Uint32Array(span).fill(NONE)
    this.#count = new Uint32Array(span)
    for (let old = 0; old < ids.length; old++) {
      if (at(count, old) === 0) continue
      this.#first[at(ids, old)] = at(first, old)
      this.#count[at(ids, old)] = at(count, old)
    }
  }

  #seat(nodes: number): void {
    this.#first = carried(this.#first, new Uint32Array(nodes).fill(NONE))
    this.#count = carried(this.#count, new Uint32Array(nodes))
  }
}
