/**
 * The topics that hold messages, by tenant and name, and which of them next needs attention. A topic is
 * made by the first message and goes with the last, so nobody declares or deletes one. It knows where
 * queues are, not what is done with them.
 */

import { Heap, type HeapNode } from '@ron/kernel/tables/heap'
import type { Budget } from '../bounds/budget.ts'
import type { Queue } from './queue.ts'

export interface Topic {
  readonly tenant: string
  readonly name: string
  readonly live: Queue
  /** Letters that failed too often: `dlq/<name>`. */
  readonly dead: Queue
}

/** A topic's place among the others, and what it was ranked by. */
interface Ranked extends Topic {
  dueAtMs: number
  node: HeapNode<Ranked> | null
}

/** The topics of one tenant. */
interface Names {
  readonly topics: Map<string, Ranked>
  /** In alphabetical order; null since one came or went. */
  sorted: Ranked[] | null
}

/** A topic has two queues, and their numbers differ in the lowest bit. */
const queuesEach = 2

export class Topics {
  readonly #budget: Budget
  readonly #makeQueue: (number: number) => Queue
  readonly #tenants = new Map<string, Names>()
  readonly #due = new Heap<Ranked>((ranked) => ranked.dueAtMs)
  /** By the number of their queues. */
  readonly #numbered: (Ranked | null)[] = []
  readonly #freeNumbers: number[] = []

  constructor(budget: Budget, makeQueue: (number: number) => Queue) {
    this.#budget = budget
    this.#makeQueue = makeQueue
  }

  get(tenant: string, name: string): Topic | undefined {
    return this.#tenants.get(tenant)?.topics.get(name)
  }

  /** The one that has the queue of this number, which holds a message. */
  withQueue(number: number): Topic {
    const topic = this.#numbered[Math.floor(number / queuesEach)]
    if (topic === undefined || topic === null) throw new RangeError(`queue ${number} holds nothing`)
    return topic
  }

  /** Call `settle` once it holds a message. */
  open(tenant: string, name: string): Topic {
    const names = this.#tenants.get(tenant) ?? { topics: new Map<string, Ranked>(), sorted: null }
    const known = names.topics.get(name)
    if (known !== undefined) return known
    this.#budget.charge(1)
    const number = this.#freeNumbers.pop() ?? this.#numbered.length
    const live = this.#makeQueue(queuesEach * number)
    const dead = this.#makeQueue(queuesEach * number + 1)
    const topic: Ranked = { tenant, name, live, dead, dueAtMs: Infinity, node: null }
    topic.node = this.#due.push(topic)
    this.#numbered[number] = topic
    names.topics.set(name, topic)
    names.sorted = null
    this.#tenants.set(tenant, names)
    return topic
  }

  /** To be called after every change of a topic: it may be empty now, or due at another time. */
  settle({ live, dead }: Topic): void {
    const topic = this.#numbered[live.number / queuesEach]
    // Once it is closed its number may be another's.
    if (topic === undefined || topic === null || topic.node === null || topic.live !== live) return
    if (live.depth + dead.depth === 0) return this.#close(topic, topic.node)
    const dueAtMs = Math.min(live.dueAtMs, dead.dueAtMs)
    // Most changes of a queue leave its front as it was.
    if (dueAtMs === topic.dueAtMs) return
    topic.dueAtMs = dueAtMs
    this.#due.settle(topic.node)
  }

  /** When the first topic needs `advance`; Infinity when none does. */
  get dueAtMs(): number {
    return this.#due.peek()?.dueAtMs ?? Infinity
  }

  /** A topic that needs `advance` now. */
  overdue(nowMs: number): Topic | undefined {
    return this.dueAtMs <= nowMs ? this.#due.peek() : undefined
  }

  /** How many hold messages of this tenant. */
  countOf(tenant: string): number {
    return this.#tenants.get(tenant)?.topics.size ?? 0
  }

  /** So many tenants with how many hold messages of theirs, those with most first. */
  most(count: number): { readonly tenant: string; readonly topics: number }[] {
    const all = [...this.#tenants].map(([tenant, { topics }]) => ({ tenant, topics: topics.size }))
    return all.sort((one, other) => other.topics - one.topics).slice(0, count)
  }

  /** Those of all tenants. */
  *all(): Generator<Topic> {
    for (const { topics } of this.#tenants.values()) yield* topics.values()
  }

  /** In alphabetical order, those after `after`. */
  page(tenant: string, after: string, limit: number): Topic[] {
    const names = this.#tenants.get(tenant)
    if (names === undefined) return []
    names.sorted ??= [...names.topics.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
    const from = firstAfter(names.sorted, after)
    return names.sorted.slice(from, from + limit)
  }

  #close(topic: Ranked, node: HeapNode<Ranked>): void {
    const { tenant, name, live } = topic
    const number = live.number / queuesEach
    this.#due.remove(node)
    topic.node = null
    this.#numbered[number] = null
    this.#freeNumbers.push(number)
    this.#budget.give(1)
    const names = this.#tenants.get(tenant)
    if (names === undefined) return
    names.topics.delete(name)
    names.sorted = null
    if (names.topics.size === 0) this.#tenants.delete(tenant)
  }
}

/** Where the first name greater than `after` is. */
function firstAfter(sorted: readonly Topic[], after: string): number {
  let [from, end] = [0, sorted.length]
  while (from < end) {
    const middle = (from + end) >> 1
    if ((sorted[middle]?.name ?? '') > after) end = middle
    else from = middle + 1
  }
  return from
}
