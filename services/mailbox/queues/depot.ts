/**
 * Where messages are kept: in the queues of their topics, and in an index by id. The depot moves what moves
 * by itself: leases and backoffs end, letters die, retention runs out. It decides nothing about who may
 * send or receive; that is the exchange's part.
 *
 * Time is looked at lazily: every look at a topic first brings it to now, and one alarm rings for the topic
 * that is due next, so that those who wait are served and what has expired leaves the memory.
 */

import assert from 'node:assert/strict'
import type { Clock } from '@ron/kernel/ports/clock'
import type { Budget } from '../bounds/budget.ts'
import { Alarm } from './alarm.ts'
import { causeOfDeath, deadLetterTopic } from './dead-letters.ts'
import { messageOf, type Message, type Sent } from './message.ts'
import { Queue } from './queue.ts'
import { Topics, type Topic } from './topics.ts'

interface DepotParts {
  readonly clock: Clock
  readonly budgets: Budgets
  readonly limits: Lifetimes
  readonly events: DepotEvents
}

export interface Budgets {
  readonly bytes: Budget
  readonly topics: Budget
  readonly leases: Budget
}

export interface Lifetimes {
  /** Deliveries that may fail before a message becomes a dead letter. */
  readonly attemptsMax: number
  readonly retentionMs: number
  readonly deadRetentionMs: number
}

/** `topic` is the name a receiver uses: `dlq/…` for dead letters. */
export interface DepotEvents {
  arrived(message: Message, topic: string): void
  /** There is something to receive. Called when the depot is consistent, so it may be used from here. */
  ready(tenant: string, topic: string): void
  died(message: Message): void
  expired(message: Message): void
}

/** Where a message is. */
interface Held {
  readonly message: Message
  readonly topic: Topic
  queue: Queue
}

export class Depot {
  readonly #clock: Clock
  readonly #bytes: Budget
  readonly #events: DepotEvents
  readonly #topics: Topics
  readonly #held = new Map<string, Held>()
  readonly #alarm: Alarm

  constructor({ clock, budgets, limits, events }: DepotParts) {
    const live = { attemptsMax: limits.attemptsMax, retentionMs: limits.retentionMs }
    const dead = { attemptsMax: Infinity, retentionMs: limits.deadRetentionMs }
    this.#clock = clock
    this.#bytes = budgets.bytes
    this.#events = events
    this.#topics = new Topics(budgets.topics, () => ({
      live: new Queue(live, budgets.leases),
      dead: new Queue(dead, budgets.leases),
    }))
    this.#alarm = new Alarm(clock, () => this.#catchUp())
  }

  /** The caller has made sure that the topic may exist and the bytes are free. */
  keep(sent: Sent): void {
    const topic = this.#topics.open(sent.tenant, sent.topic)
    assert(topic !== undefined && this.#bytes.take(sent.chargedBytes), 'a message was sent past a limit')
    const message = messageOf(sent)
    topic.live.push(message, this.#clock.monotonic())
    this.#held.set(sent.id, { message, topic, queue: topic.live })
    this.settle(topic)
    this.#events.arrived(message, topic.name)
    this.#events.ready(topic.tenant, topic.name)
  }

  /** The topic as it is now, or undefined when it holds nothing. */
  topic(tenant: string, name: string): Topic | undefined {
    const topic = this.#topics.get(tenant, name)
    if (topic !== undefined) this.#advance(topic)
    return this.#topics.get(tenant, name)
  }

  /** The tenant's topics that hold messages, those after `after` in alphabetical order. */
  page(tenant: string, after: string, limit: number): Topic[] {
    return this.#topics.page(tenant, after, limit)
  }

  find(tenant: string, id: string): Held | undefined {
    const held = this.#held.get(id)
    if (held?.message.tenant !== tenant) return undefined
    this.#advance(held.topic)
    return this.#held.get(id)
  }

  /** The message leaves, and nothing of its payload stays in memory. */
  forget({ message, topic, queue }: Held): void {
    queue.remove(message)
    this.#release(message)
    this.settle(topic)
  }

  /** Ends a lease early: the message waits, or becomes a dead letter if this was its last attempt. */
  retry({ message, topic, queue }: Held, delayMs: number, reason: string): void {
    const nowMs = this.#clock.monotonic()
    const stays = queue.retry(message, delayMs, reason, nowMs)
    if (!stays) this.#bury(message, nowMs)
    this.settle(topic)
    if (!stays) this.#announceDead(topic, [message])
  }

  /** Gives the oldest `count` dead letters a new life in their topic. */
  revive(topic: Topic, count: number): void {
    const nowMs = this.#clock.monotonic()
    for (let revived = 0; revived < count; revived++) {
      const message = topic.dead.front()
      if (message === undefined) break
      topic.dead.remove(message)
      message.reason = null
      topic.live.push(message, nowMs)
      this.#heldOf(message).queue = topic.live
    }
    this.settle(topic)
    this.#events.ready(topic.tenant, topic.name)
  }

  /** To be called after a queue was taken from: the topic is due at another time now. */
  settle(topic: Topic): void {
    this.#topics.settle(topic)
    this.#alarm.set(this.#topics.dueAtMs)
  }

  /** Overwrites every payload and ends the alarm. The depot is empty afterwards. */
  stop(): void {
    for (const held of [...this.#held.values()]) this.forget(held)
    this.#alarm.stop()
  }

  #catchUp(): void {
    const nowMs = this.#clock.monotonic()
    for (let topic = this.#topics.overdue(nowMs); topic !== undefined; topic = this.#topics.overdue(nowMs)) {
      this.#advance(topic)
    }
    this.#alarm.set(this.#topics.dueAtMs)
  }

  #advance(topic: Topic): void {
    const nowMs = this.#clock.monotonic()
    if (Math.min(topic.live.dueAtMs, topic.dead.dueAtMs) > nowMs) return
    const live = topic.live.advance(nowMs)
    const dead = topic.dead.advance(nowMs)
    for (const message of live.dead) this.#bury(message, nowMs)
    for (const message of [...live.expired, ...dead.expired]) {
      this.#events.expired(message)
      this.#release(message)
    }
    this.settle(topic)
    if (live.returned > 0) this.#events.ready(topic.tenant, topic.name)
    if (dead.returned > 0) this.#events.ready(topic.tenant, deadLetterTopic(topic.name))
    if (live.dead.length > 0) this.#announceDead(topic, live.dead)
  }

  /** From the live queue, which it has left, to the dead letters. Its bytes are paid for already. */
  #bury(message: Message, nowMs: number): void {
    const held = this.#heldOf(message)
    message.reason = causeOfDeath(message.attempt, message.reason)
    held.topic.dead.push(message, nowMs)
    held.queue = held.topic.dead
  }

  #announceDead({ tenant, name }: Topic, dead: readonly Message[]): void {
    for (const message of dead) {
      this.#events.died(message)
      this.#events.arrived(message, deadLetterTopic(name))
    }
    this.#events.ready(tenant, deadLetterTopic(name))
  }

  /** After a message has left its queue. */
  #release(message: Message): void {
    this.#held.delete(message.id)
    this.#bytes.give(message.chargedBytes)
    message.payload.fill(0)
  }

  #heldOf(message: Message): Held {
    const held = this.#held.get(message.id)
    assert(held !== undefined, `message ${message.id} is in a queue and not in the index`)
    return held
  }
}
