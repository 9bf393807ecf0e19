/**
 * One queue: messages in the order they came, each delivered under a lease until somebody acknowledges it.
 * It knows neither names nor clocks: every call says what time it is, and `advance` comes first. Nor does it
 * know limits: calls bring those too, so what was once decided comes out the same whenever it is done again.
 *
 * A message is in exactly one heap: `ready` by its place in the line, or `due` by the end of its lease or
 * backoff. What returns keeps its place, so it goes before what came later. Retention is one span for the
 * whole queue, so the front of the line is always the first to expire, and no third heap is needed.
 */

import type { Budget } from '../bounds/budget.ts'
import { Heap } from '../bounds/heap.ts'
import type { Message } from './message.ts'

export interface Take {
  /** Names this delivery; a later one of the same message has another. */
  readonly lease: string
  readonly untilMs: number
  readonly messagesMax: number
  /** Of payload. The first message is taken even when it is larger, or nobody could ever receive it. */
  readonly bytesMax: number
}

/** Messages that left the queue by themselves. */
interface Fallen {
  /** Out of attempts. */
  readonly dead: readonly Message[]
  /** Past retention. */
  readonly expired: readonly Message[]
  /** How many became ready again. */
  readonly returned: number
}

export class Queue {
  /** How many messages are leased in all queues of the node. */
  readonly #leases: Budget
  readonly #ready = new Heap<Message>((message) => message.order)
  readonly #due = new Heap<Message>((message) => message.dueAtMs)
  #leased = 0
  #bytes = 0
  #nextOrder = 0

  constructor(leases: Budget) {
    this.#leases = leases
  }

  /** All messages, in whatever state. */
  get depth(): number {
    return this.#ready.size + this.#due.size
  }

  get ready(): number {
    return this.#ready.size
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
    return Math.min(this.#due.peek()?.dueAtMs ?? Infinity, this.#ready.peek()?.expiresAtMs ?? Infinity)
  }

  /** All messages, in the order of the line. */
  inLine(): Message[] {
    return [...this.#ready.values(), ...this.#due.values()].sort(byOrder)
  }

  push(message: Message, expiresAtMs: number): void {
    message.attempt = 0
    message.expiresAtMs = expiresAtMs
    this.#join(message)
    this.#makeReady(message)
  }

  /** Puts a message behind all others, in the state it says it has. */
  restore(message: Message): void {
    this.#join(message)
    if (message.state === 'ready') return this.#makeReady(message)
    if (message.state === 'leased') this.#countLease()
    this.#makeDue(message, message.dueAtMs)
  }

  /** Brings the queue to now. A message whose lease ended with its `attemptsMax`th delivery is given up. */
  advance(nowMs: number, attemptsMax: number): Fallen {
    const dead: Message[] = []
    const expired: Message[] = []
    let returned = 0
    for (let message = this.#ended(nowMs); message !== undefined; message = this.#ended(nowMs)) {
      const ranOut = message.state === 'leased'
      if (ranOut) message.reason = 'the lease ran out'
      this.#leaveHeap(message)
      if (ranOut && message.attempt >= attemptsMax) {
        this.#bytes -= message.chargedBytes
        dead.push(message)
      } else {
        this.#makeReady(message)
        returned++
      }
    }
    for (let front = this.#outlived(nowMs); front !== undefined; front = this.#outlived(nowMs)) {
      this.remove(front)
      expired.push(front)
    }
    // In the order of the line, so that what becomes of them does not hang on how a heap breaks ties.
    return { dead: dead.sort(byOrder), expired, returned }
  }

  take({ lease, untilMs, messagesMax, bytesMax }: Take): Message[] {
    const taken: Message[] = []
    let bytes = 0
    while (taken.length < messagesMax) {
      const next = this.#ready.peek()
      if (next === undefined || (taken.length > 0 && bytes + next.payload.length > bytesMax)) break
      this.#leaveHeap(next)
      this.#countLease()
      next.state = 'leased'
      next.attempt++
      next.lease = lease
      this.#makeDue(next, untilMs)
      bytes += next.payload.length
      taken.push(next)
    }
    return taken
  }

  /** Ends a lease early: the message waits. */
  giveBack(message: Message, dueAtMs: number): void {
    this.#leaveHeap(message)
    message.state = 'waiting'
    this.#makeDue(message, dueAtMs)
  }

  remove(message: Message): void {
    this.#leaveHeap(message)
    this.#bytes -= message.chargedBytes
  }

  /** The front of the line, for somebody who will remove it. */
  front(): Message | undefined {
    return this.#ready.peek()
  }

  /** A message whose lease or backoff is over. */
  #ended(nowMs: number): Message | undefined {
    const first = this.#due.peek()
    return first !== undefined && first.dueAtMs <= nowMs ? first : undefined
  }

  /** A ready message past retention. */
  #outlived(nowMs: number): Message | undefined {
    const front = this.#ready.peek()
    return front !== undefined && front.expiresAtMs <= nowMs ? front : undefined
  }

  #join(message: Message): void {
    message.order = this.#nextOrder++
    this.#bytes += message.chargedBytes
  }

  #makeReady(message: Message): void {
    message.state = 'ready'
    message.node = this.#ready.push(message)
  }

  #makeDue(message: Message, dueAtMs: number): void {
    message.dueAtMs = dueAtMs
    message.node = this.#due.push(message)
  }

  #countLease(): void {
    this.#leased++
    this.#leases.charge(1)
  }

  #leaveHeap(message: Message): void {
    if (message.node !== null) (message.state === 'ready' ? this.#ready : this.#due).remove(message.node)
    message.node = null
    if (message.state === 'leased') {
      this.#leased--
      this.#leases.give(1)
    }
    message.state = 'ready'
  }
}

function byOrder(a: Message, b: Message): number {
  return a.order - b.order
}
