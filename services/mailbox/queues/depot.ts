/**
 * The state of all queues: messages in the queues of their topics and in an index by id, the sends that are
 * recognised, the acknowledgements that are remembered. It changes by `apply` and in no other way, whether a
 * record is new or is replayed, and it looks at no clock and no limit, so the same records always make the
 * same state.
 */

import type { Budget } from '../bounds/budget.ts'
import { Acked } from './acked.ts'
import type { AckedRecord, KeptRecord, PassedRecord, QueueRecord, SentRecord } from './queue-records.ts'
import { messageOf, type Message } from './message.ts'
import { Queue } from './queue.ts'
import { RecentSends } from './recent-sends.ts'
import { keyRowBytes, rowBytes, snapshotOf } from './snapshot.ts'
import { keyWords, noSlot } from './store/key-index.ts'
import { leaseWords } from './store/columns.ts'
import { Messages, overheadBytes } from './store/messages.ts'
import { Topics, type Topic } from './topics.ts'

export interface Budgets {
  readonly bytes: Budget
  readonly topics: Budget
  readonly leases: Budget
  readonly recent: Budget
}

/** What a record did beside what it says, for those who listen. Slots are good until the next record. */
export interface Effects {
  /** Sent or leased by this record. */
  readonly messages: readonly number[]
  readonly dead: readonly number[]
  /** Past retention, and gone. */
  readonly expired: readonly Message[]
  /** Whether messages returned to the line of the topic, and to that of its dead letters. */
  readonly liveReturned: boolean
  readonly deadReturned: boolean
  /** How many messages moved because time had passed. */
  readonly moved: number
}

const nobody: readonly number[] = []
const quiet = changed(nobody, nobody)

export class Depot {
  readonly recent: RecentSends
  readonly acked: Acked
  readonly messages: Messages
  readonly #budgets: Budgets
  #topics: Topics

  constructor(budgets: Budgets, ackedMax: number) {
    this.recent = new RecentSends(budgets.recent)
    this.acked = new Acked(ackedMax)
    this.messages = new Messages(budgets.bytes)
    this.#budgets = budgets
    this.#topics = this.#noTopics()
  }

  apply(record: QueueRecord): Effects {
    switch (record.kind) {
      case 'sent':
        return this.#send(record)
      case 'leased': {
        const topic = this.#topicOf(record)
        const taken = (record.dead ? topic.dead : topic.live).take(record)
        this.#topics.settle(topic)
        return changed(taken, nobody)
      }
      case 'acked':
        return this.#ack(record)
      case 'returned': {
        const slot = this.#slotOf(record.id, 0)
        const topic = this.topicOf(slot)
        const queue = this.#queueOf(slot, topic)
        queue.explain(slot, record.reason)
        queue.giveBack(slot, record.dueAtMs)
        this.#topics.settle(topic)
        return quiet
      }
      case 'died': {
        const slot = this.#slotOf(record.id, 0)
        const topic = this.topicOf(slot)
        const queue = this.#queueOf(slot, topic)
        queue.explain(slot, record.reason)
        queue.remove(slot)
        this.#bury(slot, topic, record.expiresAtMs)
        this.#topics.settle(topic)
        return changed(nobody, [slot])
      }
      case 'passed':
        return this.#pass(record)
      case 'revived':
        this.#revive(this.#topicOf(record), record.count, record.expireAtMs)
        return quiet
      case 'lapsed':
        this.recent.forget(record.count)
        return quiet
      case 'kept':
        return this.#restore(record)
      case 'recent': {
        const { keys, ids, untilMs } = record
        for (const [n, until] of untilMs.entries()) this.recent.remember(keys, ids, n * keyWords, until)
        return quiet
      }
      case 'remembered':
        for (let at = 0; at < record.ids.length; at += keyWords)
          this.acked.remember(record.tenant, record.ids, at)
        return quiet
    }
  }

  /** The state as records. Applied to an empty depot they make an equal one. Each is good until the next. */
  snapshot(): Generator<QueueRecord> {
    return snapshotOf(this.recent, this.acked, this.#topics.all(), this.messages)
  }

  /** About how many bytes those have. */
  get snapshotBytes(): number {
    const saved = this.messages.size * (overheadBytes - rowBytes)
    return this.#budgets.bytes.used - saved + keyRowBytes * (this.#budgets.recent.used + this.acked.size)
  }

  topic(tenant: string, name: string): Topic | undefined {
    return this.#topics.get(tenant, name)
  }

  /** The tenant's topics that hold messages, those after `after` in alphabetical order. */
  page(tenant: string, after: string, limit: number): Topic[] {
    return this.#topics.page(tenant, after, limit)
  }

  /** The slot of the tenant's message whose id stands at word `at`, or `noSlot`. */
  find(tenant: string, ids: Uint32Array, at: number): number {
    const slot = this.messages.find(ids, at)
    return slot !== noSlot && this.topicOf(slot).tenant === tenant ? slot : noSlot
  }

  /** The topic that a message is in. */
  topicOf(slot: number): Topic {
    return this.#topics.withQueue(this.messages.columns.queue[slot] ?? 0)
  }

  /** A message as it stands, for somebody who is to see it. */
  message(slot: number): Message {
    return messageOf(this.messages, slot, this.topicOf(slot))
  }

  /** When time next passes for a topic; Infinity while it holds nothing. */
  get dueAtMs(): number {
    return this.#topics.dueAtMs
  }

  /** A topic for which time has passed. */
  overdue(nowMs: number): Topic | undefined {
    return this.#topics.overdue(nowMs)
  }

  /** Overwrites every payload, and holds nothing from then on. No record says so, since nothing was decided. */
  wipe(): void {
    const { topics, leases } = this.#budgets
    for (const budget of [topics, leases]) budget.give(budget.used)
    this.messages.wipe()
    this.recent.clear()
    this.acked.clear()
    this.#topics = this.#noTopics()
  }

  #noTopics(): Topics {
    const { topics, leases } = this.#budgets
    return new Topics(topics, (number) => new Queue(number, this.messages, leases))
  }

  #send({ tenant, topic: name, letters, ids, keys, ...record }: SentRecord): Effects {
    const topic = this.#topics.open(tenant, name)
    const slots: number[] = []
    for (const [n, letter] of letters.entries()) {
      const slot = this.messages.add(ids, n * keyWords, letter, record.sentAtMs)
      topic.live.push(slot, record.expiresAtMs)
      this.recent.remember(keys, ids, n * keyWords, record.recentUntilMs)
      slots.push(slot)
    }
    this.#topics.settle(topic)
    return changed(slots, nobody)
  }

  #restore({ tenant, topic: name, dead, letters, ids, ...record }: KeptRecord): Effects {
    const topic = this.#topics.open(tenant, name)
    const queue = dead ? topic.dead : topic.live
    for (const [n, letter] of letters.entries()) {
      const slot = this.messages.add(ids, n * keyWords, letter, record.sentAtMs[n] ?? 0)
      const { columns } = this.messages
      columns.state[slot] = record.states[n] ?? 0
      columns.attempt[slot] = record.attempts[n] ?? 0
      columns.lease.set(record.leases.subarray(n * leaseWords, (n + 1) * leaseWords), slot * leaseWords)
      columns.dueAtMs[slot] = record.dueAtMs[n] ?? 0
      columns.expiresAtMs[slot] = record.expiresAtMs[n] ?? 0
      const text = record.reasons[n] ?? null
      if (text !== null) this.messages.giveReason(slot, { text, deaths: record.deaths[n] ?? 0 })
      queue.restore(slot)
    }
    this.#topics.settle(topic)
    return quiet
  }

  #ack({ ids }: AckedRecord): Effects {
    let before: Topic | null = null
    for (let at = 0; at < ids.length; at += keyWords) {
      const slot = this.#slotOf(ids, at)
      const topic = this.topicOf(slot)
      this.#queueOf(slot, topic).remove(slot)
      this.messages.release(slot)
      this.acked.remember(topic.tenant, ids, at)
      if (before !== null && before !== topic) this.#topics.settle(before)
      before = topic
    }
    if (before !== null) this.#topics.settle(before)
    return quiet
  }

  #pass(record: PassedRecord): Effects {
    const topic = this.#topicOf(record)
    const live = topic.live.advance(record.nowMs, record.attemptsMax, record.messagesMax)
    // A dead letter does not die again.
    const dead = topic.dead.advance(record.nowMs, Infinity, record.messagesMax)
    for (const slot of live.dead) this.#bury(slot, topic, record.deadExpireAtMs)
    const expired = [...live.expired, ...dead.expired].map((slot) => {
      const message = messageOf(this.messages, slot, topic)
      this.messages.release(slot)
      return message
    })
    this.#topics.settle(topic)
    return {
      messages: nobody,
      dead: live.dead,
      expired,
      liveReturned: live.returned > 0,
      deadReturned: dead.returned > 0,
      moved: live.dead.length + live.returned + dead.returned + expired.length,
    }
  }

  /** Gives the oldest `count` dead letters a new life. */
  #revive(topic: Topic, count: number, expiresAtMs: number): void {
    for (let revived = 0; revived < count; revived++) {
      const slot = topic.dead.front()
      if (slot === noSlot) break
      topic.dead.remove(slot)
      this.messages.giveReason(slot, null)
      topic.live.push(slot, expiresAtMs)
    }
    this.#topics.settle(topic)
  }

  /** From the live queue, which it has left, to the dead letters. */
  #bury(slot: number, topic: Topic, expiresAtMs: number): void {
    const text = this.messages.reason(slot)?.text ?? ''
    this.messages.giveReason(slot, { text, deaths: this.messages.columns.attempt[slot] ?? 0 })
    topic.dead.push(slot, expiresAtMs)
  }

  #topicOf({ tenant, topic: name }: { readonly tenant: string; readonly topic: string }): Topic {
    return this.#topics.get(tenant, name) ?? missing(`topic ${name}, which holds nothing`)
  }

  #slotOf(ids: Uint32Array, at: number): number {
    const slot = this.messages.find(ids, at)
    return slot === noSlot ? missing('a message that is not there') : slot
  }

  #queueOf(slot: number, { live, dead }: Topic): Queue {
    return this.messages.columns.queue[slot] === live.number ? live : dead
  }
}

function changed(messages: readonly number[], dead: readonly number[]): Effects {
  return { messages, dead, expired: [], liveReturned: false, deadReturned: false, moved: 0 }
}

/** Records are decided upon what is there and applied in the same order: this one was not. */
function missing(what: string): never {
  throw new Error(`a record names ${what}`)
}
