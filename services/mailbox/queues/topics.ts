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

export class Topics {
  readonly #budget: Budget
  readonly #makeQueues: () => Queues
  readonly #tenants = new Map<string, Map<string, Topic>>()
  readonly #due = new Heap<Topic>(dueAtMs)
  readonly #nodes = new Map<Topic, HeapNode<Topic>>()

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
    this.#nodes.set(topic, this.#due.push(topic))
    return topic
  }

  /** To be called after every change of a topic: it may be empty now, or due at another time. */
  settle(topic: Topic): void {
    const node = this.#nodes.get(topic)
    if (node === undefined) return
    if (topic.live.depth + topic.dead.depth > 0) this.#due.settle(node)
    else this.#close(topic, node)
  }

  /** When the first topic needs `advance`; Infinity when none does. */
  get dueAtMs(): number {
    const first = this.#due.peek()
    return first === undefined ? Infinity : dueAtMs(first)
  }

  /** A topic that needs `advance` now. */
  overdue(nowMs: number): Topic | undefined {
    return this.dueAtMs <= nowMs ? this.#due.peek() : undefined
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

  #close(topic: Topic, node: HeapNode<Topic>): void {
    this.#due.remove(node)
    this.#nodes.delete(topic)
    this.#budget.give(1)
    const names = this.#tenants.get(topic.tenant)
    names?.delete(topic.name)
    if (names?.size === 0) this.#tenants.delete(topic.tenant)
  }
}

function dueAtMs({ live, dead }: Topic): number {
  return Math.min(live.dueAtMs, dead.dueAtMs)
}
