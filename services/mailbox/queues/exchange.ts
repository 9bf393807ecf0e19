/**
 * The exchange of all queues: send, receive, acknowledge, refuse, reprocess. What it accepted stays until a
 * receiver acknowledges it or retention ends; its bounds refuse new messages and never drop one. A tenant's
 * messages do not exist for another.
 */

import type { Clock } from '@ron/kernel/ports/clock'
import type { Random } from '@ron/kernel/ports/random'
import type { Budget } from '../bounds/budget.ts'
import type { Refuses } from '../bounds/refuses.ts'
import { digest, fingerprint } from '../ids/digest.ts'
import type { Ulids } from '../ids/ulid.ts'
import type { Room } from '../journal/room.ts'
import { backoffMs, type BackoffShape } from './backoff.ts'
import { originOf } from './dead-letters.ts'
import type { Budgets, Depot, Held } from './depot.ts'
import { chargeOf, type Message, type Sent } from './message.ts'
import { Passing, type Commit, type Lifetimes, type QueueEvents } from './passing.ts'
import type { Queue } from './queue.ts'
import { recentBytes } from './recent-sends.ts'

interface ExchangeParts {
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
  /** How long a repeated send is recognised. */
  readonly dedupeMs: number
  readonly backoff: BackoffShape
}

export type Letter = Pick<Sent, 'tenant' | 'topic' | 'idemKey' | 'payload' | 'attrs'>

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
  readonly id: string
  readonly lease: string | undefined
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

  constructor(parts: ExchangeParts) {
    this.#parts = parts
    this.#passing = new Passing(parts)
  }

  /**
   * Keeps a message, or names the one that was sent before under the same topic, key and payload. Another
   * payload under the same key is another message.
   */
  send(letter: Letter, call: Refuses<'Busy' | 'Full' | 'BadRequest'>): { id: string; duplicate: boolean } {
    const { clock, depot, events, limits, ulids } = this.#parts
    const { tenant, topic, idemKey, payload, attrs } = letter
    if (originOf(topic) !== null)
      call.refuse('BadRequest', `${topic} holds dead letters; send to ${originOf(topic)}`)
    const payloadHash = digest(payload)
    const key = fingerprint(tenant, topic, idemKey, payloadHash)
    const before = depot.recent.find(key, clock.monotonic())
    if (before !== undefined) return { id: before, duplicate: true }

    this.#admit(letter, call)
    const nowMs = clock.monotonic()
    const id = ulids.next()
    const { messages } = this.#passing.commit({
      kind: 'sent',
      sending: { id, tenant, topic, sentAtMs: clock.now(), idemKey, payload, payloadHash, attrs },
      expiresAtMs: nowMs + limits.retentionMs,
      key,
      recentUntilMs: nowMs + limits.dedupeMs,
    })
    for (const message of messages) events.arrived(message, topic)
    events.ready(tenant, topic)
    return { id, duplicate: false }
  }

  /** Leases what is ready, oldest first; nothing when nothing is. */
  receive({ tenant, topic: name, visibilityMs, ...wish }: Wish, call: Refuses<'Busy'>): readonly Message[] {
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
      lease: Buffer.from(random.bytes(8)).toString('hex'),
      untilMs: clock.monotonic() + visibilityMs,
      messagesMax: Math.min(wish.messagesMax, leases.free),
      bytesMax: wish.bytesMax,
    }).messages
  }

  /**
   * Done with a message. Without a lease any receiver of it may say so, even late; with one, a receiver whose
   * message was delivered again since is told.
   */
  ack(receipt: Receipt, call: Refuses<'NotFound' | 'Conflict'>): void {
    const held = this.#passing.find(receipt.tenant, receipt.id)
    if (held === undefined && this.#parts.depot.acked.has(receipt.tenant, receipt.id)) return
    if (held === undefined) return call.refuse('NotFound', unknown(receipt.id))
    mustHold(held.message, receipt, call)
    this.#passing.commit({ kind: 'acked', id: receipt.id })
  }

  /** Back to the queue after a backoff, or to the dead letters. That it is back already is fine. */
  nack(receipt: Receipt, reason: string, call: Refuses<'NotFound' | 'Conflict'>): void {
    const held = this.#passing.find(receipt.tenant, receipt.id)
    if (held === undefined && this.#parts.depot.acked.has(receipt.tenant, receipt.id)) {
      call.refuse('Conflict', `message ${receipt.id} is acknowledged already`)
    }
    if (held === undefined) return call.refuse('NotFound', unknown(receipt.id))
    mustHold(held.message, receipt, call)
    if (held.message.state === 'leased') this.#giveBack(held, reason)
  }

  /** Moves up to `limit` dead letters back to their topic, oldest first, and says how many. */
  reprocess(tenant: string, name: string, limit: number, call: Refuses<'Busy'>): number {
    const { clock, events, limits } = this.#parts
    const topic = this.#passing.topic(tenant, originOf(name) ?? name)
    if (topic === undefined || topic.dead.ready === 0) return 0
    const room = limits.depthMax - topic.live.depth
    if (room <= 0) call.refuse('Busy', this.#deep(topic.name))
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

  #giveBack({ message, topic, queue }: Held, reason: string): void {
    const { clock, limits, random } = this.#parts
    const { id, attempt } = message
    const nowMs = clock.monotonic()
    // A dead letter does not die again.
    if (queue === topic.dead || attempt < limits.attemptsMax) {
      const dueAtMs = nowMs + backoffMs(limits.backoff, attempt, random.fraction())
      this.#passing.commit({ kind: 'returned', id, dueAtMs, reason })
      return
    }
    const expiresAtMs = nowMs + limits.deadRetentionMs
    const { dead } = this.#passing.commit({ kind: 'died', id, reason, expiresAtMs })
    this.#passing.announceDead(topic, dead)
  }

  #admit(letter: Letter, call: Refuses<'Busy' | 'Full'>): void {
    const { budgets, clock, depot, limits, room } = this.#parts
    const { bytes, recent, topics } = budgets
    const { tenant, topic: name } = letter
    const chargedBytes = chargeOf(letter)
    const topic = this.#passing.topic(tenant, name)
    if (topic === undefined && topics.free <= 0) call.refuse('Busy', spent(topics, 'drain a topic'))
    if ((topic?.live.depth ?? 0) >= limits.depthMax) call.refuse('Busy', this.#deep(name))
    if (chargedBytes > bytes.free) call.refuse('Full', spent(bytes, 'receive and acknowledge messages'))
    if (recent.free <= 0) {
      call.refuse('Busy', 'the table of recent sends is full (dedupeMax)', {
        retryAfterMs: Math.ceil(Math.max(0, depot.recent.dueAtMs - clock.monotonic())),
      })
    }
    room.mustHold(chargedBytes + recentBytes, 'receive and acknowledge messages', call)
  }

  #deep(name: string): string {
    return `topic ${name} holds ${this.#parts.limits.depthMax} messages, its limit (depthMax); receive some first`
  }
}

/** Refuses a receipt for a message that was never delivered, or was delivered to somebody else since. */
function mustHold(message: Message, { lease }: Receipt, call: Refuses<'Conflict'>): void {
  if (message.lease === null)
    call.refuse('Conflict', `message ${message.id} was not delivered yet; receive it first`)
  if (lease !== undefined && lease !== message.lease) {
    call.refuse('Conflict', `lease ${lease} on message ${message.id} is not that of its latest delivery`)
  }
}

function countsOf(topic: string, queue: Queue | undefined, dead: number): TopicCounts {
  if (queue === undefined) return { topic, ready: 0, leased: 0, waiting: 0, dead, bytes: 0 }
  const { ready, leased, waiting, bytes } = queue
  return { topic, ready, leased, waiting, dead, bytes }
}

function unknown(id: string): string {
  return `no message ${id}: unknown, expired, or acknowledged long ago`
}

function spent({ name, max }: Budget, fix: string): string {
  return `${name} is at its limit of ${max}; ${fix}, or raise it`
}
