/**
 * The topics that hold messages, by tenant and name, and which of them next needs attention. A topic is
 * made by the first message and goes with the last, so nobody declares or deletes one. It knows where
 * queues are, not what is done with them.
 */

import type { Budget } from '../bounds/budget.ts'
import { Heap, type HeapNode } from '../bounds/heap.ts'
import type { Queue } from './queue.ts'

export interface Topic {
  readonly tenant: string
  readonly name: string
  readonly live: Queue
  /** Letters that failed too often: `dlq/<name>`. */
  readonly dead: Queue
}

type Queues = Pick<Topic, 'live' | 'dead'>

/** A topic's place among the others, and what it was ranked by. */
interface Ranked {
  readonly topic: Topic
  dueAtMs: number
}

export class Topics {
  readonly #budget: Budget
  readonly #makeQueues: () => Queues
  readonly #tenants = new Map<string, Map<string, Topic>>()
  readonly #due = new Heap<Ranked>((ranked) => ranked.dueAtMs)
  readonly #nodes = new Map<Topic, HeapNode<Ranked>>()

  constructor(budget: Budget, makeQueues: () => Queues) {
    this.#budget = budget
    this.#makeQueues = makeQueues
  }

  get(tenant: string, name: string): Topic | undefined {
    return this.#tenants.get(tenant)?.get(name)
  }

  /** Call `settle` once it holds a message. */
  open(tenant: string, name: string): Topic {
    const known = this.get(tenant, name)
    if (known !== undefined) return known
    this.#budget.charge(1)
    const topic = { tenant, name, ...this.#makeQueues() }
    const names = this.#tenants.get(tenant) ?? new Map<string, Topic>()
    this.#tenants.set(tenant, names.set(name, topic))
    this.#nodes.set(topic, this.#due.push({ topic, dueAtMs: Infinity }))
    return topic
  }

  /** To be called after every change of a topic: it may be empty now, or due at another time. */
  settle(topic: Topic): void {
    const node = this.#nodes.get(topic)
    if (node === undefined) return
    if (topic.live.depth + topic.dead.depth === 0) return this.#close(topic, node)
    const dueAtMs = Math.min(topic.live.dueAtMs, topic.dead.dueAtMs)
    // Most changes are at the end of a line and leave its front as it was.
    if (dueAtMs === node.value.dueAtMs) return
    node.value.dueAtMs = dueAtMs
    this.#due.settle(node)
  }

  /** When the first topic needs `advance`; Infinity when none does. */
  get dueAtMs(): number {
    return this.#due.peek()?.dueAtMs ?? Infinity
  }

  /** A topic that needs `advance` now. */
  overdue(nowMs: number): Topic | undefined {
    return this.dueAtMs <= nowMs ? this.#due.peek()?.topic : undefined
  }

  /** Those of all tenants. */
  *all(): Generator<Topic> {
    for (const names of this.#tenants.values()) yield* names.values()
  }

  /** In alphabetical order, those after `after`. */
  page(tenant: string, after: string, limit: number): Topic[] {
    const topics = [...(this.#tenants.get(tenant)?.values() ?? [])].filter(({ name }) => name > after)
    return topics.sort((a, b) => (a.name < b.name ? -1 : 1)).slice(0, limit)
  }

  #close(topic: Topic, node: HeapNode<Ranked>): void {
    this.#due.remove(node)
    this.#nodes.delete(topic)
    this.#budget.give(1)
    const names = this.#tenants.get(topic.tenant)
    names?.delete(topic.name)
    if (names?.size === 0) this.#tenants.delete(topic.tenant)
  }
}
