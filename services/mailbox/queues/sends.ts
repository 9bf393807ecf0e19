/**
 * Sending: which letters of a batch are new, which were sent before, and how many of them there is room for. All
 * that is new and fits is one record. Letters keep their order in the topic, so behind the first that does not
 * fit none is kept.
 */

import type { RefusalMore } from '@ron/kernel/contract/refusals'
import { DedupeKeys } from '../ids/dedupe-key.ts'
import type { Budget } from '../bounds/budget.ts'
import type { ExchangeParts } from './exchange.ts'
import type { Passing } from './passing.ts'
import { recentBytes } from './recent-sends.ts'
import { copyKey, KeyIndex, keyBytes, keyWords, noSlot } from './store/key-index.ts'
import { overheadBytes } from './store/messages.ts'

/** Letters for one topic, as `encodeLetter` writes them. */
export interface Shipment {
  readonly tenant: string
  readonly topic: string
  readonly letters: readonly Uint8Array[]
}

/** What became of a shipment. */
export interface Kept {
  /** Of the letters that are kept, in their order, 16 bytes each. */
  readonly ids: Uint8Array
  /** Which of them were sent before. Another payload under the same key is another message. */
  readonly duplicates: readonly boolean[]
  /** Why the others are not kept; null when there are none. */
  readonly refused: Unkept | null
}

export interface Unkept {
  readonly code: 'Busy' | 'Full'
  readonly detail: string
  readonly more?: RefusalMore
}

type SendParts = Pick<ExchangeParts, 'clock' | 'ulids' | 'depot' | 'budgets' | 'room' | 'limits' | 'events'>

export class Sends {
  readonly #parts: SendParts
  readonly #passing: Passing
  readonly #keys = new DedupeKeys()

  constructor(parts: SendParts, passing: Passing) {
    this.#parts = parts
    this.#passing = passing
  }

  send(shipment: Shipment): Kept {
    const { tenant, topic, letters } = shipment
    const rows = this.#sort(shipment)
    const count = rows.duplicates.length
    const fresh = letters.slice(0, count).filter((_, n) => rows.duplicates[n] === false)
    if (fresh.length > 0) this.#keep(shipment, rows, fresh)
    const ids = new Uint8Array(rows.ids.buffer, keyBytes, count * keyBytes)
    if (fresh.length > 0) this.#parts.events.ready(tenant, topic)
    return { ids, duplicates: rows.duplicates, refused: rows.refused }
  }

  /** Looks at one letter after the other, up to the first for which there is no room. */
  #sort({ tenant, topic, letters }: Shipment): Rows {
    const { clock, depot, ulids } = this.#parts
    const nowMs = clock.monotonic()
    const rows = rowsFor(letters.length)
    const [keys, ids] = [new Uint8Array(rows.keys.buffer), new Uint8Array(rows.ids.buffer)]
    const inBatch = new KeyIndex({ words: () => rows.keys })
    let allowance: Allowance | null = null
    for (const [n, letter] of letters.entries()) {
      const row = n + 1
      this.#keys.write(tenant, topic, letter, keys, row * keyBytes)
      const before = depot.recent.find(rows.keys, row * keyWords, nowMs)
      const twin = before === null && n > 0 ? inBatch.find(rows.keys, row * keyWords) : noSlot
      if (before !== null) copyKey(before.words, before.at, rows.ids, row * keyWords)
      else if (twin !== noSlot) copyKey(rows.ids, twin * keyWords, rows.ids, row * keyWords)
      else {
        allowance ??= this.#allowance(tenant, topic)
        rows.refused = allowance.refusal(letter)
        if (rows.refused !== null) break
        ulids.write(ids, row * keyBytes)
        if (letters.length > 1) inBatch.add(row)
      }
      rows.duplicates.push(before !== null || twin !== noSlot)
    }
    return rows
  }

  #keep({ tenant, topic }: Shipment, rows: Rows, letters: readonly Uint8Array[]): void {
    const { clock, events, limits } = this.#parts
    const nowMs = clock.monotonic()
    const { messages } = this.#passing.commit({
      kind: 'sent',
      tenant,
      topic,
      sentAtMs: clock.now(),
      expiresAtMs: nowMs + limits.retentionMs,
      recentUntilMs: nowMs + limits.dedupeMs,
      ids: freshWords(rows.ids, rows.duplicates),
      keys: freshWords(rows.keys, rows.duplicates),
      letters,
    })
    events.arrived(tenant, topic, messages)
  }

  #allowance(tenant: string, name: string): Allowance {
    const { budgets, clock, depot, limits, room } = this.#parts
    const topic = this.#passing.topic(tenant, name)
    const topicsSpent = topic === undefined && budgets.topics.free <= 0
    const tenantTopicsMax = limits.tenantTopicsMax ?? 0
    const tenantSpent =
      topic === undefined && tenantTopicsMax > 0 && depot.topicsOf(tenant) >= tenantTopicsMax
    let depth = limits.depthMax - (topic?.live.depth ?? 0)
    let recent = budgets.recent.free
    let bytes = budgets.bytes.free
    let journal = room.free
    return {
      refusal(letter) {
        const charged = overheadBytes + letter.length
        if (topicsSpent) return { code: 'Busy', detail: spent(budgets.topics, 'drain a topic') }
        if (tenantSpent) {
          const detail = `this tenant has ${tenantTopicsMax} topics, the limit tenantTopicsMax; drain one first`
          return { code: 'Busy', detail }
        }
        if (depth < 1) return { code: 'Busy', detail: tooDeep(name, limits.depthMax) }
        if (bytes < charged) return { code: 'Full', detail: spent(budgets.bytes, makeRoom) }
        if (recent < 1) {
          const waitMs = depot.recent.dueAtMs - clock.monotonic()
          const detail = 'the table of recent sends is full (dedupeMax)'
          return { code: 'Busy', detail, more: { retryAfterMs: Math.ceil(Math.max(0, waitMs)) } }
        }
        if (journal < charged + recentBytes) return { code: 'Full', detail: room.spent(makeRoom) }
        depth--
        recent--
        bytes -= charged
        journal -= charged + recentBytes
        return null
      },
    }
  }
}

/** What room there is for more letters of one topic, less with each. */
interface Allowance {
  refusal(letter: Uint8Array): Unkept | null
}

/** One row for each letter, from row 1 on, as an index wants them. */
interface Rows {
  readonly keys: Uint32Array
  readonly ids: Uint32Array
  readonly duplicates: boolean[]
  refused: Unkept | null
}

const makeRoom = 'receive and acknowledge messages'

export function spent({ name, max }: Budget, fix: string): string {
  return `${name} is at its limit of ${max}; ${fix}, or raise it`
}

export function tooDeep(topic: string, depthMax: number): string {
  return `topic ${topic} holds ${depthMax} messages, its limit (depthMax); receive some first`
}

function rowsFor(letters: number): Rows {
  const words = keyWords * (letters + 1)
  return { keys: new Uint32Array(words), ids: new Uint32Array(words), duplicates: [], refused: null }
}

/** The rows of what is no duplicate, without row 0. */
function freshWords(words: Uint32Array, duplicates: readonly boolean[]): Uint32Array {
  if (!duplicates.includes(true)) return words.subarray(keyWords, (duplicates.length + 1) * keyWords)
  const rows = duplicates.flatMap((duplicate, n) => (duplicate ? [] : [n + 1]))
  const fresh = new Uint32Array(keyWords * rows.length)
  for (const [n, row] of rows.entries()) copyKey(words, row * keyWords, fresh, n * keyWords)
  return fresh
}
