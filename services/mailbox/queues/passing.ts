/**
 * What moves by itself: leases and backoffs end, letters die, retention runs out, old sends are recognised no
 * more. Time is looked at lazily: every look at a topic first brings it to now, and two alarms ring for what
 * is due next, so that those who wait are served and what has expired leaves the memory.
 *
 * That time has passed is a decision like any other: it is written down before it takes effect.
 */

import type { Clock } from '@ron/kernel/ports/clock'
import { Alarm } from './alarm.ts'
import { deadLetterTopic } from './dead-letters.ts'
import type { Depot, Effects } from './depot.ts'
import type { Message } from './message.ts'
import type { QueueRecord } from './queue-records.ts'
import { noSlot } from './store/key-index.ts'
import type { Topic } from './topics.ts'

/** Writes a record down and applies it. */
export type Commit = (record: QueueRecord) => Effects

/** `topic` is the name a receiver uses: `dlq/…` for dead letters. Slots are good until the next record. */
export interface QueueEvents {
  arrived(tenant: string, topic: string, slots: readonly number[]): void
  /** There is something to receive. Called when the depot is consistent, so it may be used from here. */
  ready(tenant: string, topic: string): void
  died(message: Message): void
  expired(message: Message): void
}

export interface Lifetimes {
  /** Deliveries that may fail before a message becomes a dead letter. */
  readonly attemptsMax: number
  readonly retentionMs: number
  readonly deadRetentionMs: number
}

interface PassingParts {
  readonly clock: Clock
  readonly depot: Depot
  readonly commit: Commit
  readonly limits: Lifetimes
  readonly events: QueueEvents
}

/** Old sends forgotten at one ring of the alarm; the rest at the next, so no ring is a long pause. */
const lapsedMax = 4096
/** Messages of a queue that move in one step, for the same reason. */
const movedMax = 1024
/** And of all queues at one ring. */
const movedAtRing = 4096

export class Passing {
  readonly #parts: PassingParts
  readonly #topicAlarm: Alarm
  readonly #sendAlarm: Alarm

  constructor(parts: PassingParts) {
    this.#parts = parts
    this.#topicAlarm = new Alarm(parts.clock, () => this.#catchUp())
    this.#sendAlarm = new Alarm(parts.clock, () => this.#lapse())
    this.#setAlarms()
  }

  /** Writes down and applies what was decided; the alarms follow. */
  commit(record: QueueRecord): Effects {
    const effects = this.#parts.commit(record)
    this.#setAlarms()
    return effects
  }

  /**
   * The topic as it is now, or undefined when it holds nothing. Where very much is due at once, a part of it is as
   * it was a moment ago, and the alarm brings on the rest.
   */
  topic(tenant: string, name: string): Topic | undefined {
    const { depot } = this.#parts
    const topic = depot.topic(tenant, name)
    return topic !== undefined && this.advance(topic) > 0 ? depot.topic(tenant, name) : topic
  }

  /** The slot of the tenant's message whose id stands at word `at`, as it is now, or `noSlot`. */
  find(tenant: string, ids: Uint32Array, at: number): number {
    const { depot } = this.#parts
    const slot = depot.find(tenant, ids, at)
    return slot !== noSlot && this.advance(depot.topicOf(slot)) > 0 ? depot.find(tenant, ids, at) : slot
  }

  /** Brings a topic to now and says how many of its messages moved, 0 when nothing was due. */
  advance(topic: Topic): number {
    const { clock, limits, events } = this.#parts
    const nowMs = clock.monotonic()
    if (Math.min(topic.live.dueAtMs, topic.dead.dueAtMs) > nowMs) return 0
    const { tenant, name } = topic
    const { attemptsMax, deadRetentionMs } = limits
    const deadExpireAtMs = nowMs + deadRetentionMs
    const passed = this.commit({
      kind: 'passed',
      tenant,
      topic: name,
      nowMs,
      attemptsMax,
      deadExpireAtMs,
      messagesMax: movedMax,
    })
    for (const message of passed.expired) events.expired(message)
    // What is ready may be taken at once by somebody who waits, so what is told of slots is told before.
    if (passed.dead.length > 0) this.announceDead(topic, passed.dead)
    if (passed.liveReturned) events.ready(tenant, name)
    if (passed.deadReturned) events.ready(tenant, deadLetterTopic(name))
    return passed.moved
  }

  /** Tells of letters that died. */
  announceDead({ tenant, name }: Topic, dead: readonly number[]): void {
    const { depot, events } = this.#parts
    for (const slot of dead) events.died(depot.message(slot))
    events.arrived(tenant, deadLetterTopic(name), dead)
    events.ready(tenant, deadLetterTopic(name))
  }

  stop(): void {
    this.#topicAlarm.stop()
    this.#sendAlarm.stop()
  }

  #setAlarms(): void {
    const { depot } = this.#parts
    this.#topicAlarm.set(depot.dueAtMs)
    this.#sendAlarm.set(depot.recent.dueAtMs)
  }

  #catchUp(): void {
    const { clock, depot } = this.#parts
    const nowMs = clock.monotonic()
    let moved = 0
    for (let topic = depot.overdue(nowMs); topic !== undefined; topic = depot.overdue(nowMs)) {
      if (moved >= movedAtRing) break
      moved += this.advance(topic)
    }
    this.#setAlarms()
  }

  #lapse(): void {
    const { clock, depot } = this.#parts
    const count = depot.recent.lapsed(clock.monotonic(), lapsedMax)
    if (count > 0) this.commit({ kind: 'lapsed', count })
    this.#setAlarms()
  }
}
