/**
 * The trees that inclusion is proven in (`event-tree.ts` of the services) over the entries of the log: the first 16,384 are
 * in one tree, the next in another. A hash takes a quarter of a millisecond, which no append should wait for: a tree is
 * made when somebody asks for a place in it, a few leaves in a turn, and kept until others were asked for. It knows
 * neither journal nor signatures.
 */

import type { Clock } from '@ron/kernel/ports/clock'
import { eventRootEntries as treeLeaves } from '@ron/kernel/tlog/event-root'
import { eventLeafOf, eventTree } from '../event-tree.ts'
import { hash } from '../poseidon.ts'

/** Trees that are kept: some two megabytes each. */
const treesMax = 2
/** Leaves that are made in one turn: some eight hashes, for two milliseconds. */
const leavesAtOnce = 4
/** How long one who asks waits for the tree to grow. */
const waitMs = 500
/** So many wait at a time; a service that has its hands full of them would record nothing. */
const waitersMax = 4

/** Where an entry lies in its tree, and the root over it. */
export interface EventPlace {
  readonly root: bigint
  /** The entry's leaf, within its tree. */
  readonly index: number
  /** For each level from the leaves up, the other one of two. */
  readonly others: readonly bigint[]
}

/** How far a tree is that has not as many leaves yet as were asked for. */
export interface Growing {
  readonly leaves: number
  readonly wanted: number
}

interface Parts {
  readonly clock: Clock
  /** The hash of an entry that the log has. */
  readonly leaf: (index: number) => Uint8Array
}

export class EventTrees {
  readonly #parts: Parts
  /** By number; the one that was asked for last comes last. */
  readonly #trees = new Map<number, EventTree>()
  #growing: Promise<void> | null = null
  #waiting = 0

  constructor(parts: Parts) {
    this.#parts = parts
  }

  get count(): number {
    return this.#trees.size
  }

  /**
   * The place of entry `index` when the log had `size` entries, which it has at least and of which this is one. Waits for
   * the tree to grow, but not long, and not at all where enough others wait; one tree grows at a time.
   */
  async place(index: number, size: number): Promise<EventPlace | Growing> {
    const number = Math.floor(index / treeLeaves)
    const first = number * treeLeaves
    const wanted = Math.min(size - first, treeLeaves)
    const tree = this.#tree(number)
    if (tree.size < wanted && this.#waiting < waitersMax) await this.#wait(tree, first, wanted)
    if (tree.size < wanted) return { leaves: tree.size, wanted }
    return tree.place(index - first, wanted)
  }

  #tree(number: number): EventTree {
    const tree = this.#trees.get(number) ?? new EventTree()
    this.#trees.delete(number)
    this.#trees.set(number, tree)
    for (const oldest of this.#trees.keys()) {
      if (this.#trees.size <= treesMax) break
      this.#trees.delete(oldest)
    }
    return tree
  }

  /** Until the tree has as many leaves, or has been waited for. */
  async #wait(tree: EventTree, first: number, wanted: number): Promise<void> {
    const { clock } = this.#parts
    const endMs = clock.monotonic() + waitMs
    this.#waiting++
    while (tree.size < wanted && clock.monotonic() < endMs) {
      // Whoever asked before may have asked for another tree, or for less of this one.
      this.#growing ??= this.#grow(tree, first, wanted).finally(() => {
        this.#growing = null
      })
      await this.#inTime(this.#growing, endMs - clock.monotonic())
    }
    this.#waiting--
  }

  async #grow(tree: EventTree, first: number, wanted: number): Promise<void> {
    const { clock, leaf } = this.#parts
    while (tree.size < wanted) {
      for (const end = Math.min(tree.size + leavesAtOnce, wanted); tree.size < end;)
        tree.append(eventLeafOf(leaf(first + tree.size)))
      await new Promise<void>((resolve) => void clock.after(0, resolve))
    }
  }

  async #inTime(work: Promise<void>, ms: number): Promise<void> {
    let cancel = () => {}
    const enough = new Promise<void>((resolve) => {
      cancel = this.#parts.clock.after(ms, resolve)
    })
    await Promise.race([work, enough]).finally(() => cancel())
  }
}

/** One tree. It only grows, so it can say what it was at any smaller size. */
class EventTree {
  /** By height, the nodes whose leaves are all there. */
  readonly #levels: bigint[][] = [[]]

  get size(): number {
    return this.#levels[0]?.length ?? 0
  }

  append(leaf: bigint): void {
    let node = leaf
    for (let height = 0; ; height++) {
      const level = (this.#levels[height] ??= [])
      level.push(node)
      const left = level.at(-2)
      if (level.length % 2 === 1 || left === undefined) return
      node = hash(eventTree.tag, left, node)
    }
  }

  place(index: number, size: number): EventPlace {
    const others: bigint[] = []
    let root = this.#node(0, index, size)
    for (let height = 0, at = index; height < eventTree.depth; height++, at >>= 1) {
      const other = this.#node(height, at ^ 1, size)
      others.push(other)
      root = at % 2 === 1 ? hash(eventTree.tag, other, root) : hash(eventTree.tag, root, other)
    }
    return { root, index, others }
  }

  /** What it was at `size` leaves; one node of each height at most is made anew for it. */
  #node(height: number, at: number, size: number): bigint {
    const width = 2 ** height
    if ((at + 1) * width <= size) return this.#levels[height]?.[at] ?? 0n
    if (at * width >= size) return emptyNodes[height] ?? 0n
    return hash(eventTree.tag, this.#node(height - 1, 2 * at, size), this.#node(height - 1, 2 * at + 1, size))
  }
}

/** By height, a node that has no leaves below it. */
const emptyNodes = Array.from({ length: eventTree.depth }).reduce<bigint[]>(
  (nodes) => [...nodes, hash(eventTree.tag, nodes.at(-1) ?? 0n, nodes.at(-1) ?? 0n)],
  [0n],
)
