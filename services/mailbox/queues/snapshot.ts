/**
 * The state of the queues as records, some hundred messages in one, so that what stands once for all of them is
 * written once. The columns of a record are the same memory for the next: each is good until then.
 */

import type { Acked } from './acked.ts'
import type { KeptRecord, QueueRecord } from './queue-records.ts'
import type { Queue } from './queue.ts'
import type { RecentSends } from './recent-sends.ts'
import { leaseWords } from './store/columns.ts'
import { copyKey, keyWords } from './store/key-index.ts'
import type { Messages } from './store/messages.ts'
import type { Topic } from './topics.ts'

/** What a message takes beside its letter, and what a key does, about. */
export const rowBytes = 72
export const keyRowBytes = 40
/** A record of so many keys has about 40 KiB. */
const keysMax = 1024
/** A record of messages ends with this many, or when their letters reach so many bytes. */
const messagesMax = 256
const lettersBytesMax = 65_536

export function* snapshotOf(
  recent: RecentSends,
  acked: Acked,
  topics: Iterable<Topic>,
  messages: Messages,
): Generator<QueueRecord> {
  for (const run of acked.runs(keysMax)) yield { kind: 'remembered', ...run }
  for (const run of recent.runs(keysMax)) yield { kind: 'recent', ...run }
  const rows = new Rows(messages)
  for (const topic of topics) {
    yield* queueAsItStands(topic, topic.live, rows)
    yield* queueAsItStands(topic, topic.dead, rows)
  }
}

function* queueAsItStands(topic: Topic, queue: Queue, rows: Rows): Generator<KeptRecord> {
  const dead = queue === topic.dead
  for (const slot of queue.inLine()) {
    rows.add(slot)
    if (rows.full) yield rows.record(topic, dead)
  }
  if (!rows.empty) yield rows.record(topic, dead)
}

/** Gathers the rows of one record after the other. */
class Rows {
  readonly #messages: Messages
  readonly #ids = new Uint32Array(keyWords * messagesMax)
  readonly #states = new Uint8Array(messagesMax)
  readonly #attempts = new Uint32Array(messagesMax)
  readonly #leases = new Uint32Array(leaseWords * messagesMax)
  readonly #sentAtMs = new Float64Array(messagesMax)
  readonly #dueAtMs = new Float64Array(messagesMax)
  readonly #expiresAtMs = new Float64Array(messagesMax)
  readonly #deaths = new Uint32Array(messagesMax)
  readonly #reasons: (string | null)[] = []
  readonly #letters: Uint8Array[] = []
  #lettersBytes = 0

  constructor(messages: Messages) {
    this.#messages = messages
  }

  get empty(): boolean {
    return this.#letters.length === 0
  }

  get full(): boolean {
    return this.#letters.length === messagesMax || this.#lettersBytes >= lettersBytesMax
  }

  add(slot: number): void {
    const { words, state, attempt, lease, sentAtMs, dueAtMs, expiresAtMs } = this.#messages.columns
    const n = this.#letters.length
    copyKey(words, slot * keyWords, this.#ids, n * keyWords)
    for (let word = 0; word < leaseWords; word++)
      this.#leases[n * leaseWords + word] = lease[slot * leaseWords + word] ?? 0
    this.#states[n] = state[slot] ?? 0
    this.#attempts[n] = attempt[slot] ?? 0
    this.#sentAtMs[n] = sentAtMs[slot] ?? 0
    this.#dueAtMs[n] = dueAtMs[slot] ?? 0
    this.#expiresAtMs[n] = expiresAtMs[slot] ?? 0
    const reason = this.#messages.reason(slot)
    this.#deaths[n] = reason?.deaths ?? 0
    this.#reasons.push(reason?.text ?? null)
    const letter = this.#messages.letter(slot)
    this.#letters.push(letter)
    this.#lettersBytes += letter.length
  }

  /** What was gathered since the last. */
  record({ tenant, name }: Topic, dead: boolean): KeptRecord {
    const n = this.#letters.length
    const record: KeptRecord = {
      kind: 'kept',
      tenant,
      topic: name,
      dead,
      ids: this.#ids.subarray(0, n * keyWords),
      states: this.#states.subarray(0, n),
      attempts: this.#attempts.subarray(0, n),
      leases: this.#leases.subarray(0, n * leaseWords),
      sentAtMs: this.#sentAtMs.subarray(0, n),
      dueAtMs: this.#dueAtMs.subarray(0, n),
      expiresAtMs: this.#expiresAtMs.subarray(0, n),
      deaths: this.#deaths.subarray(0, n),
      reasons: this.#reasons.splice(0),
      letters: this.#letters.splice(0),
    }
    this.#lettersBytes = 0
    return record
  }
}
