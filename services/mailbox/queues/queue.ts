/**
 * One queue: messages in the order they came, each delivered under a lease until somebody acknowledges it.
 * It knows neither names nor clocks: every call says what time it is, and `advance` comes first. Nor does it
 * know limits: calls bring those too, so what was once decided comes out the same whenever it is done again.
 *
 * A message that was not delivered yet stands in a line, which costs the same however long it is. One that was is
 * in one of two heaps: `returned` by its place in the line, or `due` by the end of its lease or backoff. What
 * returns keeps its place, so it goes before what came later. Retention is one span for the whole queue, so the
 * front is always the first to expire, and no third heap is needed.
 */

import type { Budget } from '../bounds/budget.ts'
import { leaseWords } from './store/columns.ts'
import { noSlot } from './store/key-index.ts'
import { Line } from './store/line.ts'
import { state, type Messages } from './store/messages.ts'
import { ranOut } from './store/reason.ts'
import { SlotHeap } from './store/slot-heap.ts'

export interface Take {
  /** Names this delivery, two words; a later one of the same message has another. */
  readonly lease: Uint32Array
  readonly untilMs: number
  readonly messagesMax: number
  /** Of payload. The first message is taken even when it is larger, or nobody could ever receive it. */
  readonly bytesMax: number
}

/** Messages that left the queue by themselves. */
interface Fallen {
  /** Out of attempts. */
  readonly dead: readonly number[]
  /** Past retention. */
  readonly expired: readonly number[]
  /** How many became ready again. */
  readonly returned: number
}

export class Queue {
  /** Messages of this queue say that they are in it. */
  readonly number: number
  readonly #messages: Messages
  /** How many messages are leased in all queues of the node. */
  readonly #leases: Budget
  readonly #line: Line
  readonly #returned: SlotHeap
  readonly #due: SlotHeap
  #leased = 0
  #bytes = 0
  #nextOrder = 0

  constructor(number: number, messages: Messages, leases: Budget) {
    const before = () => messages.columns.before
    this.number = number
    this.#messages = messages
    this.#leases = leases
    this.#line = new Line({ before, after: () => messages.columns.after })
    this.#returned = new SlotHeap({ ranks: () => messages.columns.order, places: before })
    this.#due = new SlotHeap({ ranks: () => messages.columns.dueAtMs, places: before })
  }

  /** All messages, in whatever state. */
  get depth(): number {
    return this.ready + this.#due.size
  }

  get ready(): number {
    return this.#line.size + this.#returned.size
  }

  get leased(): number {
    return this.#leased
  }

  get waiting(): number {
    return this.#due.size - this.#leased
  }

  get bytes(): number {
    return this.#bytes
  }

  /** When `advance` next has something to do; Infinity when the queue is empty. */
  get dueAtMs(): number {
    const { dueAtMs, expiresAtMs } = this.#messages.columns
    const [due, front] = [this.#due.peek(), this.front()]
    return Math.min(
      due === noSlot ? Infinity : (dueAtMs[due] ?? Infinity),
      front === noSlot ? Infinity : (expiresAtMs[front] ?? Infinity),
    )
  }

  /** All messages, in the order of the line. */
  *inLine(): Generator<number> {
    const { order } = this.#messages.columns
    const byOrder = (a: number, b: number) => (order[a] ?? 0) - (order[b] ?? 0)
    const others = [...this.#returned.values(), ...this.#due.values()].sort(byOrder)
    let next = 0
    for (const slot of this.#line.values()) {
      for (let other = others[next]; other !== undefined && byOrder(other, slot) < 0; other = others[next]) {
        yield other
        next++
      }
      yield slot
    }
    yield* others.slice(next)
  }

  push(slot: number, expiresAtMs: number): void {
    const { columns } = this.#messages
    columns.attempt[slot] = 0
    columns.expiresAtMs[slot] = expiresAtMs
    columns.state[slot] = state.inLine
    this.#join(slot)
    this.#line.push(slot)
  }

  /** Puts a message behind all others, in the state it says it has. */
  restore(slot: number): void {
    const { columns } = this.#messages
    this.#join(slot)
    switch (columns.state[slot] ?? state.inLine) {
      case state.inLine:
        return this.#line.push(slot)
      case state.returned:
        return this.#returned.push(slot)
      case state.leased:
        this.#countLease()
        return this.#due.push(slot)
      default:
        return this.#due.push(slot)
    }
  }

  /**
   * Brings the queue to now, by `most` messages at most; what is left is due at once. A message whose lease ended
   * with its `attemptsMax`th delivery is given up.
   */
  advance(nowMs: number, attemptsMax: number, most: number): Fallen {
    const { attempt, state: states, order } = this.#messages.columns
    const dead: number[] = []
    const expired: number[] = []
    let returned = 0
    let moved = 0
    for (let slot = this.#ended(nowMs); slot !== noSlot && moved < most; slot = this.#ended(nowMs), moved++) {
      const wasLeased = states[slot] === state.leased
      this.#leave(slot)
      if (wasLeased) this.explain(slot, ranOut)
      if (wasLeased && (attempt[slot] ?? 0) >= attemptsMax) {
        this.#bytes -= this.#messages.chargedBytes(slot)
        dead.push(slot)
      } else {
        states[slot] = state.returned
        this.#returned.push(slot)
        returned++
      }
    }
    for (
      let front = this.#outlived(nowMs);
      front !== noSlot && moved < most;
      front = this.#outlived(nowMs), moved++
    ) {
      this.remove(front)
      expired.push(front)
    }
    // In the order of the line, so that what becomes of them does not hang on how a heap breaks ties.
    return { dead: dead.sort((a, b) => (order[a] ?? 0) - (order[b] ?? 0)), expired, returned }
  }

  take({ lease, untilMs, messagesMax, bytesMax }: Take): number[] {
    const { payloadBytes, state: states, attempt, lease: leases, dueAtMs } = this.#messages.columns
    const taken: number[] = []
    let bytes = 0
    while (taken.length < messagesMax) {
      const slot = this.front()
      if (slot === noSlot || (taken.length > 0 && bytes + (payloadBytes[slot] ?? 0) > bytesMax)) break
      this.#leave(slot)
      this.#countLease()
      states[slot] = state.leased
      attempt[slot] = (attempt[slot] ?? 0) + 1
      leases[slot * leaseWords] = lease[0] ?? 0
      leases[slot * leaseWords + 1] = lease[1] ?? 0
      dueAtMs[slot] = untilMs
      this.#due.push(slot)
      bytes += payloadBytes[slot] ?? 0
      taken.push(slot)
    }
    return taken
  }

  /** Ends a lease early: the message waits. */
  giveBack(slot: number, dueAtMs: number): void {
    const { columns } = this.#messages
    this.#leave(slot)
    columns.state[slot] = state.waiting
    columns.dueAtMs[slot] = dueAtMs
    this.#due.push(slot)
  }

  /** Says why a message of this queue came back. */
  explain(slot: number, text: string): void {
    this.#bytes += this.#messages.giveReason(slot, { text, deaths: 0 })
  }

  remove(slot: number): void {
    this.#leave(slot)
    this.#bytes -= this.#messages.chargedBytes(slot)
  }

  /** The front of the line, or `noSlot`. */
  front(): number {
    const [first, other] = [this.#line.peek(), this.#returned.peek()]
    if (first === noSlot || other === noSlot) return first === noSlot ? other : first
    const { order } = this.#messages.columns
    return (order[first] ?? 0) < (order[other] ?? 0) ? first : other
  }

  /** A message whose lease or backoff is over, or `noSlot`. */
  #ended(nowMs: number): number {
    const slot = this.#due.peek()
    return slot !== noSlot && (this.#messages.columns.dueAtMs[slot] ?? 0) <= nowMs ? slot : noSlot
  }

  /** A ready message past retention, or `noSlot`. */
  #outlived(nowMs: number): number {
    const slot = this.front()
    return slot !== noSlot && (this.#messages.columns.expiresAtMs[slot] ?? 0) <= nowMs ? slot : noSlot
  }

  #join(slot: number): void {
    const { columns } = this.#messages
    columns.queue[slot] = this.number
    columns.order[slot] = this.#nextOrder++
    this.#bytes += this.#messages.chargedBytes(slot)
  }

  #countLease(): void {
    this.#leased++
    this.#leases.charge(1)
  }

  /** Out of the line or the heap it is in. */
  #leave(slot: number): void {
    switch (this.#messages.columns.state[slot] ?? state.inLine) {
      case state.inLine:
        return this.#line.remove(slot)
      case state.returned:
        return this.#returned.remove(slot)
      case state.leased:
        this.#leased--
        this.#leases.give(1)
        return this.#due.remove(slot)
      default:
        return this.#due.remove(slot)
    }
  }
}
