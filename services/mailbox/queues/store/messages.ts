/**
 * All messages of the mailbox: some two hundred bytes each beside what was sent, no objects, and nothing for the
 * garbage collector to walk over. The letter lies in blocks and never changes; where a message is in its life is
 * written by the queue that holds it.
 *
 *     inLine ──take──► leased ──ack──► gone
 *       │                │ lease ends        ┐ attempts left
 *     returned ◄─────────┘                   │
 *       └────backoff── waiting ◄──── nack ───┘        none left: to the dead letters
 */

import { payloadFrom } from '@ron/kernel/contract/packed/letter'
import type { Budget } from '../../bounds/budget.ts'
import { Blocks, nothing } from './blocks.ts'
import { columnsFor, leaseWords, longer, type Columns } from './columns.ts'
import { copyKey, KeyIndex, keyWords, noSlot } from './key-index.ts'
import {
  decodeReason,
  encodeReason,
  reasonCharge,
  reasonHeadBytes,
  reasonLength,
  type Reason,
} from './reason.ts'

/** `inLine`: not delivered yet in this queue. `returned`: ready again. */
export const state = { inLine: 0, returned: 1, leased: 2, waiting: 3 } as const

/**
 * What one message takes whatever its letter is, in memory and in a snapshot alike: its columns, its share of the
 * index, a heap entry, what is left of the last block of its letter, and a block for why it died. What happens to
 * it later needs no more but for a reason in somebody's words, so nothing that makes room is refused for want of it.
 */
export const overheadBytes = 256

export class Messages {
  readonly #blocks = new Blocks()
  readonly #index: KeyIndex
  /** What the messages take of the setting. */
  readonly #bytes: Budget
  #columns: Columns
  /** The columns' ids as bytes. */
  #ids: Uint8Array
  /** The first slot that was never used. */
  #fresh = noSlot + 1
  /** The first of the free slots, linked through `after`. */
  #free = noSlot

  constructor(bytes: Budget) {
    this.#bytes = bytes
    // More than that can only come of a setting that was lowered since.
    this.#columns = columnsFor(Math.floor(bytes.max / overheadBytes) + 2)
    this.#ids = idsOf(this.#columns)
    this.#index = new KeyIndex({ words: () => this.#columns.words })
  }

  get columns(): Columns {
    return this.#columns
  }

  get size(): number {
    return this.#index.size
  }

  /** The slot of the message whose id stands at word `at`, or `noSlot`. */
  find(words: Uint32Array, at: number): number {
    return this.#index.find(words, at)
  }

  /** Keeps a message that no queue holds yet. Its id stands at word `at`. */
  add(words: Uint32Array, at: number, letter: Uint8Array, sentAtMs: number): number {
    const slot = this.#take()
    const columns = this.#columns
    copyKey(words, at, columns.words, slot * keyWords)
    columns.letter[slot] = this.#blocks.put(letter)
    columns.letterBytes[slot] = letter.length
    columns.payloadBytes[slot] = letter.length - (payloadFrom(letter) ?? letter.length)
    columns.sentAtMs[slot] = sentAtMs
    columns.lease[slot * leaseWords] = 0
    columns.lease[slot * leaseWords + 1] = 0
    columns.reason[slot] = nothing
    this.#index.add(slot)
    this.#bytes.charge(overheadBytes + letter.length)
    return slot
  }

  /** After a message has left its queue. Nothing of it stays in memory. */
  release(slot: number): void {
    const columns = this.#columns
    this.#bytes.give(this.chargedBytes(slot))
    this.#index.remove(slot)
    this.#blocks.free(columns.letter[slot] ?? nothing, columns.letterBytes[slot] ?? 0)
    this.#freeReason(columns.reason[slot] ?? nothing)
    columns.after[slot] = this.#free
    this.#free = slot
  }

  /** What it takes of the budget. */
  chargedBytes(slot: number): number {
    return overheadBytes + (this.#columns.letterBytes[slot] ?? 0) + reasonCharge(this.reason(slot))
  }

  /** Its id as four words of its own. */
  id(slot: number): Uint32Array {
    return this.#columns.words.slice(slot * keyWords, (slot + 1) * keyWords)
  }

  /** Writes its id as 16 bytes. */
  copyId(slot: number, into: Uint8Array, at: number): void {
    const from = 4 * keyWords * slot
    for (let n = 0; n < 4 * keyWords; n++) into[at + n] = this.#ids[from + n] ?? 0
  }

  /** What was sent; good until the message is released. */
  letter(slot: number): Uint8Array {
    const { letter, letterBytes } = this.#columns
    return this.#blocks.view(letter[slot] ?? nothing, letterBytes[slot] ?? 0)
  }

  copyLetter(slot: number, into: Uint8Array, at: number): void {
    const { letter, letterBytes } = this.#columns
    this.#blocks.copy(letter[slot] ?? nothing, letterBytes[slot] ?? 0, into, at)
  }

  /** Why it last came back, or died. */
  reason(slot: number): Reason | null {
    const first = this.#columns.reason[slot] ?? nothing
    if (first === nothing) return null
    const length = reasonLength(this.#blocks.view(first, reasonHeadBytes))
    return decodeReason(this.#blocks.view(first, length))
  }

  /** Answers how much more or less it takes of the budget. */
  giveReason(slot: number, reason: Reason | null): number {
    const before = this.#columns.reason[slot] ?? nothing
    const more = reasonCharge(reason) - (before === nothing ? 0 : reasonCharge(this.reason(slot)))
    this.#freeReason(before)
    this.#columns.reason[slot] = reason === null ? nothing : this.#blocks.put(encodeReason(reason))
    if (more > 0) this.#bytes.charge(more)
    else this.#bytes.give(-more)
    return more
  }

  /** Overwrites every letter, and holds no message from then on. */
  wipe(): void {
    this.#blocks.wipe()
    this.#index.clear()
    this.#bytes.give(this.#bytes.used)
    this.#fresh = noSlot + 1
    this.#free = noSlot
  }

  #freeReason(first: number): void {
    if (first === nothing) return
    this.#blocks.free(first, reasonLength(this.#blocks.view(first, reasonHeadBytes)))
  }

  #take(): number {
    const slot = this.#free
    if (slot !== noSlot) {
      this.#free = this.#columns.after[slot] ?? noSlot
      return slot
    }
    if (this.#fresh === this.#columns.queue.length) {
      this.#columns = longer(this.#columns, 2 * this.#fresh)
      this.#ids = idsOf(this.#columns)
    }
    return this.#fresh++
  }
}

function idsOf({ words }: Columns): Uint8Array {
  return new Uint8Array(words.buffer, words.byteOffset, words.byteLength)
}
