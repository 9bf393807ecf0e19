/**
 * The exchange of all queues: send, receive, acknowledge, refuse, reprocess. What it accepted stays until a
 * receiver acknowledges it or retention ends; its bounds refuse new messages and never drop one. A tenant's
 * messages do not exist for another.
 *
 * Messages come and go many at a time: what is decided about them is one record, and one is many of one.
 */

import { ulidText } from '@ron/kernel/contract/packed/ulid'
import type { Clock } from '@ron/kernel/ports/clock'
import type { Random } from '@ron/kernel/ports/random'
import type { Refuses } from '../bounds/refuses.ts'
import type { Ulids } from '../ids/ulid.ts'
import type { Room } from '../journal/room.ts'
import { Acks, whyNotHeld, type AckOutcome, type Receipts } from './acks.ts'
import { backoffMs, type BackoffShape } from './backoff.ts'
import { originOf } from './dead-letters.ts'
import type { Budgets, Depot } from './depot.ts'
import { Passing, type Commit, type Lifetimes, type QueueEvents } from './passing.ts'
import type { Queue } from './queue.ts'
import { Sends, spent, tooDeep, type Kept, type Shipment } from './sends.ts'
import { leaseWords } from './store/columns.ts'
import { noSlot } from './store/key-index.ts'
import { state } from './store/messages.ts'

export interface ExchangeParts {
  readonly clock: Clock
  readonly random: Random
  readonly ulids: Ulids
  readonly depot: Depot
  readonly commit: Commit
  readonly budgets: Budgets
  readonly room: Room
  readonly limits: ExchangeLimits
  readonly events: QueueEvents
}

interface ExchangeLimits extends Lifetimes {
  /** Messages a topic may hold, dead letters not counted. */
  readonly depthMax: number
  /** Topics of one tenant that hold messages; none, as 0, for no limit. */
  readonly tenantTopicsMax?: number
  /** How long a repeated send is recognised. */
  readonly dedupeMs: number
  readonly backoff: BackoffShape
}

export interface Wish {
  readonly tenant: string
  readonly topic: string
  readonly visibilityMs: number
  readonly messagesMax: number
  readonly bytesMax: number
}

/** One message as its receiver names it. With a lease, only the holder of the latest one is heard. */
export interface Receipt {
  readonly tenant: string
  readonly id: Uint32Array
  readonly lease: Uint32Array | null
}

interface TopicCounts {
  readonly topic: string
  readonly ready: number
  readonly leased: number
  readonly waiting: number
  readonly dead: number
  readonly bytes: number
}

export class Exchange {
  readonly #parts: ExchangeParts
  readonly #passing: Passing
  readonly #sends: Sends
  readonly #acks: Acks

  constructor(parts: ExchangeParts) {
    this.#parts = parts
    this.#passing = new Passing(parts)
    this.#sends = new Sends(parts, this.#passing)
    this.#acks = new Acks(parts.depot, this.#passing)
  }

  /**
   * Keeps letters, or names those that were sent before under the same topic, key and payload. Refuses when
   * there is no room for the first of them; when there is for some, the answer says which.
   */
  send(shipment: Shipment, call: Refuses<'Busy' | 'Full' | 'BadRequest'>): Kept {
    const { topic } = shipment
    if (originOf(topic) !== null)
      call.refuse('BadRequest', `${topic} holds dead letters; send to ${originOf(topic)}`)
    const kept = this.#sends.send(shipment)
    if (kept.refused !== null && kept.duplicates.length === 0) {
      call.refuse(kept.refused.code, kept.refused.detail, kept.refused.more)
    }
    return kept
  }

  /** Leases what is ready, oldest first, under one lease; nothing when nothing is. Slots are good in this turn. */
  receive({ tenant, topic: name, visibilityMs, ...wish }: Wish, call: Refuses<'Busy'>): readonly number[] {
    const { clock, random } = this.#parts
    const { leases } = this.#parts.budgets
    const dead = originOf(name) !== null
    const topic = this.#passing.topic(tenant, originOf(name) ?? name)
    const queue = dead ? topic?.dead : topic?.live
    if (topic === undefined || queue === undefined || queue.ready === 0) return []
    if (leases.free <= 0) call.refuse('Busy', spent(leases, 'acknowledge what was received'))
    return this.#passing.commit({
      kind: 'leased',
      tenant,
      topic: topic.name,
      dead,
      lease: newLease(random),
      untilMs: clock.monotonic() + visibilityMs,
      messagesMax: Math.min(wish.messagesMax, leases.free),
      bytesMax: wish.bytesMax,
    }).messages
  }

  /**
   * Done with messages. Without a lease any receiver of one may say so, even late; with one, a receiver whose
   * message was delivered again since is told.
   */
  ackAll(receipts: Receipts): AckOutcome[] {
    return this.#acks.ack(receipts)
  }

  /** The same for one, which refuses what `ackAll` tells. */
  ack(receipt: Receipt, call: Refuses<'NotFound' | 'Conflict'>): void {
    const { tenant, id, lease } = receipt
    const [outcome] = this.#acks.ack({ tenant, ids: id, lease })
    if (outcome === 'unknown') call.refuse('NotFound', unknown(id))
    if (outcome === 'conflict') this.#mustHold(this.#parts.depot.find(tenant, id, 0), lease, call)
  }

  /** Back to the queue after a backoff, or to the dead letters. That it is back already is fine. */
  nack({ tenant, id, lease }: Receipt, reason: string, call: Refuses<'NotFound' | 'Conflict'>): void {
    const { depot } = this.#parts
    const slot = this.#passing.find(tenant, id, 0)
    if (slot === noSlot && depot.acked.has(tenant, id, 0)) {
      call.refuse('Conflict', `message ${idText(id)} is acknowledged already`)
    }
    if (slot === noSlot) return call.refuse('NotFound', unknown(id))
    this.#mustHold(slot, lease, call)
    if (depot.messages.columns.state[slot] === state.leased) this.#giveBack(slot, reason)
  }

  /** Moves up to `limit` dead letters back to their topic, oldest first, and says how many. */
  reprocess(tenant: string, name: string, limit: number, call: Refuses<'Busy'>): number {
    const { clock, events, limits } = this.#parts
    const topic = this.#passing.topic(tenant, originOf(name) ?? name)
    if (topic === undefined || topic.dead.ready === 0) return 0
    const room = limits.depthMax - topic.live.depth
    if (room <= 0) call.refuse('Busy', tooDeep(topic.name, limits.depthMax))
    const count = Math.min(limit, topic.dead.ready, room)
    const expireAtMs = clock.monotonic() + limits.retentionMs
    this.#passing.commit({ kind: 'revived', tenant, topic: topic.name, count, expireAtMs })
    events.ready(tenant, topic.name)
    return count
  }

  /** Counts of one topic; zeros for one that holds nothing. */
  counts(tenant: string, name: string): TopicCounts {
    const topic = this.#passing.topic(tenant, originOf(name) ?? name)
    if (originOf(name) !== null) return countsOf(name, topic?.dead, 0)
    return countsOf(name, topic?.live, topic?.dead.depth ?? 0)
  }

  /** The tenant's topics that hold messages, those after `after` in alphabetical order. */
  page(tenant: string, after: string, limit: number): TopicCounts[] {
    return this.#parts.depot.page(tenant, after, limit).map(({ name }) => this.counts(tenant, name))
  }

  /** Ends every timer. */
  stop(): void {
    this.#passing.stop()
  }

  #giveBack(slot: number, given: string): void {
    const { budgets, clock, depot, limits, random, room } = this.#parts
    const { columns } = depot.messages
    const attempt = columns.attempt[slot] ?? 0
    const id = depot.messages.id(slot)
    const topic = depot.topicOf(slot)
    const nowMs = clock.monotonic()
    // Somebody's words are not paid for yet. Without room for them the message comes back all the same.
    const reason = 2 * given.length <= Math.min(budgets.bytes.free, room.free) ? given : ''
    // A dead letter does not die again.
    if (columns.queue[slot] === topic.dead.number || attempt < limits.attemptsMax) {
      const dueAtMs = nowMs + backoffMs(limits.backoff, attempt, random.fraction())
      this.#passing.commit({ kind: 'returned', id, dueAtMs, reason })
      return
    }
    const expiresAtMs = nowMs + limits.deadRetentionMs
    const { dead } = this.#passing.commit({ kind: 'died', id, reason, expiresAtMs })
    this.#passing.announceDead(topic, dead)
  }

  /** Refuses a receipt for a message that was never delivered, or was delivered to somebody else since. */
  #mustHold(slot: number, lease: Uint32Array | null, call: Refuses<'Conflict'>): void {
    const because = whyNotHeld(this.#parts.depot.messages, slot, lease)
    if (because !== null) call.refuse('Conflict', because)
  }
}

function newLease(random: Random): Uint32Array {
  const lease = new Uint32Array(leaseWords)
  new Uint8Array(lease.buffer).set(random.bytes(lease.byteLength))
  // Zeros stand for no lease.
  if (lease[0] === 0 && lease[1] === 0) lease[1] = 1
  return lease
}

function countsOf(topic: string, queue: Queue | undefined, dead: number): TopicCounts {
  if (queue === undefined) return { topic, ready: 0, leased: 0, waiting: 0, dead, bytes: 0 }
  const { ready, leased, waiting, bytes } = queue
  return { topic, ready, leased, waiting, dead, bytes }
}

function unknown(id: Uint32Array): string {
  return `no message ${idText(id)}: unknown, expired, or acknowledged long ago`
}

function idText(id: Uint32Array): string {
  return ulidText(new Uint8Array(id.buffer, id.byteOffset, id.byteLength), 0)
}
