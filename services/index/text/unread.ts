/** Slots of documents whose words are still to be read, in the order they came. */

import { Column } from './column.ts'

const WAITS = 1
const QUEUED = 2

export class Unread {
  /** A slot stands here once, whatever happens to it meanwhile. */
  #queue: number[] = []
  #head = 0
  /** By slot: whether its document waits to be read, and whether it stands in the queue. */
  readonly #states = new Column()
  #size = 0

  get size(): number {
    return this.#size
  }

  /** Slots that stand in the queue, also those that do not wait any more: as many as there are at most. */
  get queued(): number {
    return this.#queue.length - this.#head
  }

  add(slot: number): void {
    const state = this.#states.get(slot)
    if ((state & QUEUED) === 0) this.#queue.push(slot)
    if ((state & WAITS) === 0) this.#size++
    this.#states.set(slot, WAITS | QUEUED)
  }

  /** False when it was not there. */
  delete(slot: number): boolean {
    const state = this.#states.get(slot)
    if ((state & WAITS) === 0) return false
    this.#states.set(slot, state & ~WAITS)
    this.#size--
    return true
  }

  /** Takes out the first. */
  next(): number | undefined {
    while (this.#head < this.#queue.length) {
      const slot = this.#queue[this.#head++] ?? 0
      const waits = (this.#states.get(slot) & WAITS) !== 0
      this.#states.set(slot, 0)
      if (!waits) continue
      this.#size--
      return slot
    }
    this.#queue = []
    this.#head = 0
    return undefined
  }
}
