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
import type { Acked } from './acked.ts'
import { backoffMs, type BackoffShape } from './backoff.ts'
import { originOf } from './dead-letters.ts'
import type { Dedupe } from './dedupe.ts'
import { Depot, type Budgets, type DepotEvents, type Lifetimes } from './depot.ts'
import { chargeOf, type Message, type Sent } from './message.ts'
import type { Queue } from './queue.ts'

interface ExchangeParts {
  readonly clock: Clock
  readonly random: Random
  readonly ulids: Ulids
  readonly dedupe: Dedupe
  readonly acked: Acked
  readonly budgets: Budgets
  readonly limits: ExchangeLimits
  readonly events: DepotEvents
}

interface ExchangeLimits extends Lifetimes {
  /** Messages a topic may hold, dead letters not counted. */
  readonly depthMax: number
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
  readonly #depot: Depot

  constructor(parts: ExchangeParts) {
    this.#parts = parts
    this.#depot = new Depot(parts)
  }

  /**
   * Keeps a message, or names the one that was sent before under the same topic, key and payload. Another
   * payload under the same key is another message.
   */
  send(letter: Letter, call: Refuses<'Busy' | 'Full' | 'BadRequest'>): { id: string; duplicate: boolean } {
    const { clock, dedupe, ulids } = this.#parts
    const { tenant, topic } = letter
    if (originOf(topic) !== null)
      call.refuse('BadRequest', `${topic} holds dead letters; send to ${originOf(topic)}`)
    const payloadHash = digest(letter.payload)
    const key = fingerprint(tenant, topic, letter.idemKey, payloadHash)
    const before = dedupe.find(key)
    if (before !== undefined) return { id: before, duplicate: true }

    const chargedBytes = chargeOf(letter)
    this.#admit(letter, chargedBytes, call)
    const id = ulids.next()
    if (!dedupe.remember(key, id)) {
      call.refuse('Busy', 'the table of recent sends is full (dedupeMax)', {
        retryAfterMs: dedupe.roomInMs(),
      })
    }
    this.#depot.keep({ ...letter, id, payloadHash, chargedBytes, sentAtMs: clock.now() })
    return { id, duplicate: false }
  }

  /** Leases what is ready, oldest first; nothing when nothing is. */
  receive({ tenant, topic: name, ...wish }: Wish, call: Refuses<'Busy'>): Message[] {
    const { clock, random, budgets } = this.#parts
    const topic = this.#depot.topic(tenant, originOf(name) ?? name)
    const queue = originOf(name) === null ? topic?.live : topic?.dead
    if (topic === undefined || queue === undefined || queue.ready === 0) return []
    if (budgets.leases.free === 0) call.refuse('Busy', spent(budgets.leases, 'acknowledge what was received'))
    const lease = Buffer.from(random.bytes(8)).toString('hex')
    const messages = queue.take({ nowMs: clock.monotonic(), lease, ...wish })
    this.#depot.settle(topic)
    return messages
  }

  /**
   * Done with a message. Without a lease any receiver of it may say so, even late; with one, a receiver whose
   * message was delivered again since is told.
   */
  ack(receipt: Receipt, call: Refuses<'NotFound' | 'Conflict'>): void {
    const { acked } = this.#parts
    const held = this.#depot.find(receipt.tenant, receipt.id)
    if (held === undefined && acked.has(receipt.tenant, receipt.id)) return
    if (held === undefined) return call.refuse('NotFound', unknown(receipt.id))
    mustHold(held.message, receipt, call)
    this.#depot.forget(held)
    acked.remember(receipt.tenant, receipt.id)
  }

  /** Back to the queue after a backoff, or to the dead letters. That it is back already is fine. */
  nack(receipt: Receipt, reason: string, call: Refuses<'NotFound' | 'Conflict'>): void {
    const { acked, limits, random } = this.#parts
    const held = this.#depot.find(receipt.tenant, receipt.id)
    if (held === undefined && acked.has(receipt.tenant, receipt.id)) {
      call.refuse('Conflict', `message ${receipt.id} is acknowledged already`)
    }
    if (held === undefined) return call.refuse('NotFound', unknown(receipt.id))
    mustHold(held.message, receipt, call)
    if (held.message.state !== 'leased') return
    this.#depot.retry(held, backoffMs(limits.backoff, held.message.attempt, random.fraction()), reason)
  }

  /** Moves up to `limit` dead letters back to their topic, oldest first, and says how many. */
  reprocess(tenant: string, name: string, limit: number, call: Refuses<'Busy'>): number {
    const topic = this.#depot.topic(tenant, originOf(name) ?? name)
    if (topic === undefined || topic.dead.ready === 0) return 0
    const room = this.#parts.limits.depthMax - topic.live.depth
    if (room <= 0) call.refuse('Busy', this.#deep(topic.name))
    const moved = Math.min(limit, topic.dead.ready, room)
    this.#depot.revive(topic, moved)
    return moved
  }

  /** Counts of one topic; zeros for one that holds nothing. */
  counts(tenant: string, name: string): TopicCounts {
    const topic = this.#depot.topic(tenant, originOf(name) ?? name)
    if (originOf(name) !== null) return countsOf(name, topic?.dead, 0)
    return countsOf(name, topic?.live, topic?.dead.depth ?? 0)
  }

  /** The tenant's topics that hold messages, those after `after` in alphabetical order. */
  page(tenant: string, after: string, limit: number): TopicCounts[] {
    return this.#depot.page(tenant, after, limit).map(({ name }) => this.counts(tenant, name))
  }

  /** Overwrites every payload and ends every timer. */
  stop(): void {
    this.#depot.stop()
    this.#parts.dedupe.clear()
  }

  #admit({ tenant, topic: name }: Letter, chargedBytes: number, call: Refuses<'Busy' | 'Full'>): void {
    const { bytes, topics } = this.#parts.budgets
    const topic = this.#depot.topic(tenant, name)
    if (topic === undefined && topics.free === 0) call.refuse('Busy', spent(topics, 'drain a topic'))
    if ((topic?.live.depth ?? 0) >= this.#parts.limits.depthMax) call.refuse('Busy', this.#deep(name))
    if (chargedBytes > bytes.free) call.refuse('Full', spent(bytes, 'receive and acknowledge messages'))
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
