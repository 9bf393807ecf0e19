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
import type { Depot, Effects, Held } from './depot.ts'
import type { Message } from './message.ts'
import type { QueueRecord } from './queue-records.ts'
import type { Topic } from './topics.ts'

/** Writes a record down and applies it. */
export type Commit = (record: QueueRecord) => Effects

/** `topic` is the name a receiver uses: `dlq/…` for dead letters. */
export interface QueueEvents {
  arrived(message: Message, topic: string): void
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
const lapsedMax = 1024

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

  /** The topic as it is now, or undefined when it holds nothing. */
  topic(tenant: string, name: string): Topic | undefined {
    const { depot } = this.#parts
    const topic = depot.topic(tenant, name)
    return topic !== undefined && this.#advance(topic) ? depot.topic(tenant, name) : topic
  }

  /** The message and where it is now. */
  find(tenant: string, id: string): Held | undefined {
    const { depot } = this.#parts
    const held = depot.find(tenant, id)
    return held !== undefined && this.#advance(held.topic) ? depot.find(tenant, id) : held
  }

  /** Tells of letters that died. */
  announceDead({ tenant, name }: Topic, dead: readonly Message[]): void {
    const { events } = this.#parts
    for (const message of dead) {
      events.died(message)
      events.arrived(message, deadLetterTopic(name))
    }
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
    for (let topic = depot.overdue(nowMs); topic !== undefined; topic = depot.overdue(nowMs)) {
      this.#advance(topic)
    }
    this.#setAlarms()
  }

  #lapse(): void {
    const { clock, depot } = this.#parts
    const count = depot.recent.lapsed(clock.monotonic(), lapsedMax)
    if (count > 0) this.commit({ kind: 'lapsed', count })
    this.#setAlarms()
  }

  /** False when nothing in the topic was due. */
  #advance(topic: Topic): boolean {
    const { clock, limits, events } = this.#parts
    const nowMs = clock.monotonic()
    if (Math.min(topic.live.dueAtMs, topic.dead.dueAtMs) > nowMs) return false
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
    })
    for (const message of passed.expired) events.expired(message)
    if (passed.liveReturned) events.ready(tenant, name)
    if (passed.deadReturned) events.ready(tenant, deadLetterTopic(name))
    if (passed.dead.length > 0) this.announceDead(topic, passed.dead)
    return true
  }
}
