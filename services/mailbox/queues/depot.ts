/**
 * The state of all queues: messages in the queues of their topics and in an index by id, the sends that are
 * recognised, the acknowledgements that are remembered. It changes by `apply` and in no other way, whether a
 * record is new or is replayed, and it looks at no clock and no limit, so the same records always make the
 * same state.
 */

import type { Budget } from '../bounds/budget.ts'
import { Acked } from './acked.ts'
import { causeOfDeath } from './dead-letters.ts'
import { messageOf, type Message } from './message.ts'
import type { MessageRecord, PassedRecord, QueueRecord, SentRecord } from './queue-records.ts'
import { Queue } from './queue.ts'
import { RecentSends } from './recent-sends.ts'
import { Topics, type Topic } from './topics.ts'

export interface Budgets {
  readonly bytes: Budget
  readonly topics: Budget
  readonly leases: Budget
  readonly recent: Budget
}

/** Where a message is. */
export interface Held {
  readonly message: Message
  readonly topic: Topic
  queue: Queue
}

/** What a record did beside what it says, for those who listen. */
export interface Effects {
  /** Sent or leased by this record. */
  readonly messages: readonly Message[]
  readonly dead: readonly Message[]
  /** Past retention, and gone. */
  readonly expired: readonly Message[]
  /** Whether messages returned to the line of the topic, and to that of its dead letters. */
  readonly liveReturned: boolean
  readonly deadReturned: boolean
}

const nobody: readonly Message[] = []
const quiet = changed(nobody, nobody)

export class Depot {
  readonly recent: RecentSends
  readonly acked: Acked
  readonly #bytes: Budget
  readonly #topics: Topics
  readonly #held = new Map<string, Held>()

  constructor({ bytes, topics, leases, recent }: Budgets, ackedMax: number) {
    this.recent = new RecentSends(recent)
    this.acked = new Acked(ackedMax)
    this.#bytes = bytes
    this.#topics = new Topics(topics, () => ({ live: new Queue(leases), dead: new Queue(leases) }))
  }

  apply(record: QueueRecord): Effects {
    switch (record.kind) {
      case 'sent':
        return this.#send(record)
      case 'leased': {
        const topic = this.#topicOf(record)
        const messages = (record.dead ? topic.dead : topic.live).take(record)
        this.#topics.settle(topic)
        return changed(messages, nobody)
      }
      case 'acked':
        return this.#ack(this.#heldBy(record.id))
      case 'returned': {
        const { message, topic, queue } = this.#heldBy(record.id)
        message.reason = record.reason
        queue.giveBack(message, record.dueAtMs)
        this.#topics.settle(topic)
        return quiet
      }
      case 'died': {
        const { message, topic, queue } = this.#heldBy(record.id)
        queue.remove(message)
        message.reason = record.reason
        this.#bury(message, record.expiresAtMs)
        this.#topics.settle(topic)
        return changed(nobody, [message])
      }
      case 'passed':
        return this.#pass(record)
      case 'revived':
        this.#revive(this.#topicOf(record), record.count, record.expireAtMs)
        return quiet
      case 'lapsed':
        this.recent.forget(record.count)
        return quiet
      case 'message':
        return this.#restore(record)
      case 'recent':
        this.recent.remember({ key: record.key, id: record.id, untilMs: record.untilMs })
        return quiet
      case 'remembered':
        this.acked.remember(record.tenant, record.id)
        return quiet
    }
  }

  /** The state as records. Applied to an empty depot they make an equal one. */
  *snapshot(): Generator<QueueRecord> {
    for (const [tenant, id] of this.acked.entries()) yield { kind: 'remembered', tenant, id }
    for (const { key, id, untilMs } of this.recent.entries()) yield { kind: 'recent', key, id, untilMs }
    for (const { live, dead } of this.#topics.all()) {
      for (const message of live.inLine()) yield asItStands(message, false)
      for (const message of dead.inLine()) yield asItStands(message, true)
    }
  }

  topic(tenant: string, name: string): Topic | undefined {
    return this.#topics.get(tenant, name)
  }

  /** The tenant's topics that hold messages, those after `after` in alphabetical order. */
  page(tenant: string, after: string, limit: number): Topic[] {
    return this.#topics.page(tenant, after, limit)
  }

  find(tenant: string, id: string): Held | undefined {
    const held = this.#held.get(id)
    return held?.message.tenant === tenant ? held : undefined
  }

  /** When time next passes for a topic; Infinity while it holds nothing. */
  get dueAtMs(): number {
    return this.#topics.dueAtMs
  }

  /** A topic for which time has passed. */
  overdue(nowMs: number): Topic | undefined {
    return this.#topics.overdue(nowMs)
  }

  /** Overwrites every payload: the depot is not used any more. No record says so, since nothing was decided. */
  wipe(): void {
    for (const { message } of this.#held.values()) message.payload.fill(0)
  }

  #send({ sending, expiresAtMs, key, recentUntilMs }: SentRecord): Effects {
    const topic = this.#topics.open(sending.tenant, sending.topic)
    const message = messageOf(sending, topic)
    this.#hold(message, topic, topic.live)
    topic.live.push(message, expiresAtMs)
    this.recent.remember({ key, id: message.id, untilMs: recentUntilMs })
    this.#topics.settle(topic)
    return changed([message], nobody)
  }

  #restore(record: MessageRecord): Effects {
    const topic = this.#topics.open(record.sending.tenant, record.sending.topic)
    const message = messageOf(record.sending, topic)
    message.state = record.state
    message.attempt = record.attempt
    message.lease = record.lease
    message.reason = record.reason
    message.dueAtMs = record.dueAtMs
    message.expiresAtMs = record.expiresAtMs
    const queue = record.dead ? topic.dead : topic.live
    this.#hold(message, topic, queue)
    queue.restore(message)
    this.#topics.settle(topic)
    return quiet
  }

  #ack({ message, topic, queue }: Held): Effects {
    queue.remove(message)
    this.#release(message)
    this.acked.remember(message.tenant, message.id)
    this.#topics.settle(topic)
    return quiet
  }

  #pass(record: PassedRecord): Effects {
    const topic = this.#topicOf(record)
    const live = topic.live.advance(record.nowMs, record.attemptsMax)
    // A dead letter does not die again.
    const dead = topic.dead.advance(record.nowMs, Infinity)
    for (const message of live.dead) this.#bury(message, record.deadExpireAtMs)
    const expired = [...live.expired, ...dead.expired]
    for (const message of expired) this.#release(message)
    this.#topics.settle(topic)
    return {
      messages: nobody,
      dead: live.dead,
      expired,
      liveReturned: live.returned > 0,
      deadReturned: dead.returned > 0,
    }
  }

  /** Gives the oldest `count` dead letters a new life. */
  #revive(topic: Topic, count: number, expiresAtMs: number): void {
    for (let revived = 0; revived < count; revived++) {
      const message = topic.dead.front()
      if (message === undefined) break
      topic.dead.remove(message)
      message.reason = null
      topic.live.push(message, expiresAtMs)
      this.#heldBy(message.id).queue = topic.live
    }
    this.#topics.settle(topic)
  }

  /** From the live queue, which it has left, to the dead letters. Its bytes are paid for already. */
  #bury(message: Message, expiresAtMs: number): void {
    const held = this.#heldBy(message.id)
    message.reason = causeOfDeath(message.attempt, message.reason)
    held.topic.dead.push(message, expiresAtMs)
    held.queue = held.topic.dead
  }

  /** Before a message enters its queue. */
  #hold(message: Message, topic: Topic, queue: Queue): void {
    this.#bytes.charge(message.chargedBytes)
    this.#held.set(message.id, { message, topic, queue })
  }

  /** After a message has left its queue. Nothing of its payload stays in the memory of this thread. */
  #release(message: Message): void {
    this.#held.delete(message.id)
    this.#bytes.give(message.chargedBytes)
    message.payload.fill(0)
  }

  #topicOf({ tenant, topic: name }: { readonly tenant: string; readonly topic: string }): Topic {
    return this.#topics.get(tenant, name) ?? missing(`topic ${name}, which holds nothing`)
  }

  #heldBy(id: string): Held {
    return this.#held.get(id) ?? missing(`message ${id}, which is not there`)
  }
}

function changed(messages: readonly Message[], dead: readonly Message[]): Effects {
  return { messages, dead, expired: nobody, liveReturned: false, deadReturned: false }
}

/** Records are decided upon what is there and applied in the same order: this one was not. */
function missing(what: string): never {
  throw new Error(`a record names ${what}`)
}

function asItStands(message: Message, dead: boolean): MessageRecord {
  const { state, attempt, lease, reason, dueAtMs, expiresAtMs } = message
  return {
    kind: 'message',
    sending: message,
    dead,
    state,
    attempt,
    lease,
    reason,
    dueAtMs,
    expiresAtMs,
  }
}
