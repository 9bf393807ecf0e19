/**
 * Acknowledging: which of the messages that somebody names are his to be done with. All that are, are one record.
 */

import { ulidBytes, ulidText } from '@ron/kernel/contract/packed/ulid'
import type { Depot } from './depot.ts'
import { leaseText } from './lease.ts'
import type { Passing } from './passing.ts'
import { leaseWords } from './store/columns.ts'
import { copyKey, keyWords, noSlot } from './store/key-index.ts'
import type { Messages } from './store/messages.ts'

/** `done` is also what was acknowledged before. */
export type AckOutcome = 'done' | 'unknown' | 'conflict'

/** Messages as their receiver names them, four words each. With a lease, only the holder of the latest is heard. */
export interface Receipts {
  readonly tenant: string
  readonly ids: Uint32Array
  readonly lease: Uint32Array | null
}

export class Acks {
  readonly #depot: Depot
  readonly #passing: Passing

  constructor(depot: Depot, passing: Passing) {
    this.#depot = depot
    this.#passing = passing
  }

  /** One outcome for each id. */
  ack({ tenant, ids, lease }: Receipts): AckOutcome[] {
    const slots = this.#slotsNow(tenant, ids)
    const outcomes: AckOutcome[] = []
    const taken = new Set<number>()
    const done = new Uint32Array(ids.length)
    let words = 0
    for (const [n, slot] of slots.entries()) {
      const at = n * keyWords
      const outcome =
        slot === noSlot ? gone(this.#depot, tenant, ids, at) : held(this.#depot.messages, slot, lease)
      outcomes.push(outcome)
      if (slot === noSlot || outcome !== 'done' || taken.has(slot)) continue
      taken.add(slot)
      copyKey(ids, at, done, words)
      words += keyWords
    }
    if (words > 0) this.#passing.commit({ kind: 'acked', ids: done.subarray(0, words) })
    return outcomes
  }

  /** Where the messages are, `noSlot` for what is not the tenant's. */
  #slotsNow(tenant: string, ids: Uint32Array): Uint32Array {
    const { messages } = this.#depot
    const slots = new Uint32Array(ids.length / keyWords)
    let queue = -1
    let moved = false
    for (let n = 0; n < slots.length; n++) {
      const slot = this.#depot.find(tenant, ids, n * keyWords)
      slots[n] = slot
      const number = messages.columns.queue[slot] ?? 0
      if (slot === noSlot || number === queue) continue
      queue = number
      moved = this.#passing.advance(this.#depot.topicOf(slot)) > 0 || moved
    }
    // Where time has passed, what was found before it may be gone.
    if (moved) for (let n = 0; n < slots.length; n++) slots[n] = this.#depot.find(tenant, ids, n * keyWords)
    return slots
  }
}

/** Why a receipt is not that of the message's latest delivery; null when it is. */
export function whyNotHeld(messages: Messages, slot: number, lease: Uint32Array | null): string | null {
  const { lease: leases } = messages.columns
  const at = slot * leaseWords
  if (leases[at] === 0 && leases[at + 1] === 0)
    return `message ${idText(messages, slot)} was not delivered yet; receive it first`
  if (lease === null || (lease[0] === leases[at] && lease[1] === leases[at + 1])) return null
  return `lease ${leaseText(lease, 0)} on message ${idText(messages, slot)} is not that of its latest delivery`
}

function held(messages: Messages, slot: number, lease: Uint32Array | null): AckOutcome {
  return whyNotHeld(messages, slot, lease) === null ? 'done' : 'conflict'
}

function gone(depot: Depot, tenant: string, ids: Uint32Array, at: number): AckOutcome {
  return depot.acked.has(tenant, ids, at) ? 'done' : 'unknown'
}

function idText(messages: Messages, slot: number): string {
  const id = new Uint8Array(ulidBytes)
  messages.copyId(slot, id, 0)
  return ulidText(id, 0)
}
