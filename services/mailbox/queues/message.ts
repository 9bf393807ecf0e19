/**
 * A message: what was sent, which never changes, and where it is in its life, which only the queue that
 * holds it writes.
 *
 *     ready ──take──► leased ──ack──► gone
 *       ▲               │ lease ends        ┐ attempts left
 *       ├───────────────┘                   │
 *       └──backoff── waiting ◄──── nack ────┘        none left: to the dead letters
 */

import type { HeapNode } from '../bounds/heap.ts'

export interface Sent {
  readonly id: string
  readonly tenant: string
  /** Where it was sent; a dead letter keeps it. */
  readonly topic: string
  readonly sentAtMs: number
  readonly idemKey: string
  readonly payload: Uint8Array
  /** `b3:` and 64 hex digits. */
  readonly payloadHash: string
  readonly attrs: Readonly<Record<string, string>>
  /** What it takes of the budget: payload, texts and the bookkeeping around them. */
  readonly chargedBytes: number
}

export interface Message extends Sent {
  state: 'ready' | 'leased' | 'waiting'
  /** Deliveries so far in this queue. */
  attempt: number
  /** The latest delivery's lease, also after it ended; null until the first delivery. */
  lease: string | null
  /** Why it last came back. */
  reason: string | null
  /** Place in the line of its queue. */
  order: number
  /** When its lease or its backoff ends. */
  dueAtMs: number
  /** When retention ends, if it is ready then. */
  expiresAtMs: number
  node: HeapNode<Message> | null
}

/** A message that no queue holds yet. It shares the texts that are its topic's with all others there. */
export function messageOf(
  sending: Omit<Sent, 'chargedBytes'>,
  topic: { readonly tenant: string; readonly name: string },
): Message {
  // Field by field: V8 makes a slow object of one that is spread and then grows, and there are very many.
  return {
    id: sending.id,
    tenant: topic.tenant,
    topic: topic.name,
    sentAtMs: sending.sentAtMs,
    idemKey: sending.idemKey,
    payload: sending.payload,
    payloadHash: sending.payloadHash,
    attrs: sending.attrs,
    chargedBytes: chargeOf(sending),
    state: 'ready',
    attempt: 0,
    lease: null,
    reason: null,
    order: 0,
    dueAtMs: 0,
    expiresAtMs: 0,
    node: null,
  }
}

/**
 * What one message takes whatever its size, in memory and in a snapshot alike: itself, two index entries, a
 * heap node, its topic, a lease, and the longest reason it may be given back with. What happens to it later
 * needs no more, so nothing that makes room is ever refused for want of it.
 */
const overheadBytes = 1024

export function chargeOf(sent: Pick<Sent, 'idemKey' | 'payload' | 'attrs' | 'topic'>): number {
  let characters = sent.topic.length + sent.idemKey.length
  for (const [name, value] of Object.entries(sent.attrs)) characters += name.length + value.length
  // Two bytes a character: what a text outside Latin-1 takes in memory.
  return overheadBytes + sent.payload.length + 2 * characters
}
