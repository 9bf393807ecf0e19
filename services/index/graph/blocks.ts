/**
 * Blocks of one size, each with room for so many halves of edges: the node at the other end, the type and the
 * weight, 14 bytes that lie together in one piece of memory. The blocks in use are always 0 to `count` - 1:
 * freeing one moves the last one into its place and tells the owner, so memory follows content and nothing
 * has to be searched for.
 *
 *   a block of 4     weights [ 1.0  0.5  1.0  ·  ]  nodes [ 9  7  2  · ]  kinds [ 0 1 0 · ]
 *   as bytes                 0                  32        32          48        48       56
 */

import { Pages } from './pages.ts'
import { Rows } from './rows.ts'

const PAGE_BITS = 12
const HALF_BYTES = 8 + 4 + 2

/** An edge as one of its two nodes has it. */
export interface Half {
  /** The node at the other end. */
  other: number
  kind: number
  weight: number
}

export function emptyHalf(): Half {
  return { other: 0, kind: 0, weight: 0 }
}

/** The same memory, seen as what may lie in it. */
class Page {
  readonly weights: Float64Array
  readonly nodes: Uint32Array
  readonly kinds: Uint16Array

  constructor(bytes: number, before: Page | undefined) {
    const buffer = new ArrayBuffer(bytes)
    this.weights = new Float64Array(buffer)
    this.nodes = new Uint32Array(buffer)
    this.kinds = new Uint16Array(buffer)
    if (before !== undefined) this.nodes.set(before.nodes.subarray(0, this.nodes.length))
  }
}

const NO_PAGE = new Page(0, undefined)

/** Where the content of one block lies: entry `i` is `nodes[firstNode + i]`, and so on. */
export class Span {
  weights: Float64Array = NO_PAGE.weights
  nodes: Uint32Array = NO_PAGE.nodes
  kinds: Uint16Array = NO_PAGE.kinds
  firstWeight = 0
  firstNode = 0
  firstKind = 0
}

export class Blocks {
  /** Halves of edges in a block. */
  readonly size: number
  readonly #bytes: number
  readonly #moved: (blocks: Blocks, from: number, to: number) => void
  readonly #owners = new Rows(1)
  readonly #pages: Pages<Page>
  /** What `#open` gives, twice: for the block written to and for the one read. */
  readonly #here = new Span()
  readonly #there = new Span()
  #count = 0

  /** `size` is even. `moved` is told that a block has another number; it may still be read at the old one. */
  constructor(size: number, moved: (blocks: Blocks, from: number, to: number) => void) {
    this.size = size
    this.#bytes = 8 * Math.ceil((size * HALF_BYTES) / 8)
    this.#moved = moved
    this.#pages = new Pages(PAGE_BITS, (blocks, before) => new Page(blocks * this.#bytes, before))
  }

  allot(owner: number): number {
    const block = this.#count++
    this.#fit()
    this.#owners.set(block, 0, owner)
    return block
  }

  free(block: number): void {
    const last = --this.#count
    if (last !== block) {
      this.#owners.set(block, 0, this.owner(last))
      this.copy(this, last, 0, block, 0, this.size)
      this.#moved(this, last, block)
    }
    this.#fit()
  }

  owner(block: number): number {
    return this.#owners.get(block, 0)
  }

  /** Lets `span` be the content of a block, until the next block is allotted or freed. */
  open(block: number, span: Span): Span {
    const page = this.#pages.page(block)
    if (page === undefined) throw new RangeError(`block ${block} of ${this.size} is not in use`)
    const bytes = this.#pages.inPage(block) * this.#bytes
    span.weights = page.weights
    span.nodes = page.nodes
    span.kinds = page.kinds
    span.firstWeight = bytes / 8
    span.firstNode = bytes / 4 + 2 * this.size
    span.firstKind = bytes / 2 + 6 * this.size
    return span
  }

  /** Fills `half` with one entry of a block, and returns it. */
  read(block: number, offset: number, half: Half): Half {
    const span = this.open(block, this.#here)
    half.other = span.nodes[span.firstNode + offset] ?? 0
    half.kind = span.kinds[span.firstKind + offset] ?? 0
    half.weight = span.weights[span.firstWeight + offset] ?? 0
    return half
  }

  setWeight(block: number, offset: number, weight: number): void {
    const { weights, firstWeight } = this.open(block, this.#here)
    weights[firstWeight + offset] = weight
  }

  write(block: number, offset: number, node: number, kind: number, weight: number): void {
    const span = this.open(block, this.#here)
    span.nodes[span.firstNode + offset] = node
    span.kinds[span.firstKind + offset] = kind
    span.weights[span.firstWeight + offset] = weight
  }

  /** The offset of an edge among the first `used` of a block, or -1. */
  offsetOf(block: number, used: number, node: number, kind: number): number {
    const { nodes, firstNode, kinds, firstKind } = this.open(block, this.#here)
    for (let i = 0; i < used; i++) {
      if (nodes[firstNode + i] === node && kinds[firstKind + i] === kind) return i
    }
    return -1
  }

  /** Copies `count` entries, from the first to the last, out of blocks of any size. */
  copy(source: Blocks, from: number, fromOffset: number, block: number, offset: number, count: number): void {
    const there = source.open(from, this.#there)
    const here = this.open(block, this.#here)
    const weight = here.firstWeight + offset
    const node = here.firstNode + offset
    const kind = here.firstKind + offset
    const fromWeight = there.firstWeight + fromOffset
    const fromNode = there.firstNode + fromOffset
    const fromKind = there.firstKind + fromOffset
    for (let i = 0; i < count; i++) here.weights[weight + i] = there.weights[fromWeight + i] ?? 0
    for (let i = 0; i < count; i++) here.nodes[node + i] = there.nodes[fromNode + i] ?? 0
    for (let i = 0; i < count; i++) here.kinds[kind + i] = there.kinds[fromKind + i] ?? 0
  }

  #fit(): void {
    this.#owners.fit(this.#count)
    this.#pages.fit(this.#count)
  }
}
