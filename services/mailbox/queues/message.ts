/** A message as its receivers see it, made from where it is kept for the moment in which it is shown. */

import { decodeLetter } from '@ron/kernel/contract/packed/letter'
import { ulidBytes, ulidText } from '@ron/kernel/contract/packed/ulid'
import { causeOfDeath } from './dead-letters.ts'
import { leaseText } from './lease.ts'
import type { Messages } from './store/messages.ts'
import type { Reason } from './store/reason.ts'

export interface Message {
  readonly id: string
  readonly tenant: string
  /** Where it was sent; a dead letter keeps it. */
  readonly topic: string
  readonly sentAtMs: number
  readonly idemKey: string
  /** Good until the message is acknowledged or expires. */
  readonly payload: Uint8Array
  readonly attrs: Readonly<Record<string, string>>
  /** Deliveries so far in this queue. */
  readonly attempt: number
  /** The latest delivery's lease, also after it ended; null until the first delivery. */
  readonly lease: string | null
  /** Why it last came back, or died. */
  readonly reason: string | null
}

export function messageOf(
  messages: Messages,
  slot: number,
  { tenant, name }: { readonly tenant: string; readonly name: string },
): Message {
  const { sentAtMs, attempt, lease } = messages.columns
  const { idem_key: idemKey, attrs, payload } = decodeLetter(messages.letter(slot))
  const id = new Uint8Array(ulidBytes)
  messages.copyId(slot, id, 0)
  return {
    id: ulidText(id, 0),
    tenant,
    topic: name,
    sentAtMs: sentAtMs[slot] ?? 0,
    idemKey,
    payload,
    attrs,
    attempt: attempt[slot] ?? 0,
    lease: leaseText(lease, slot),
    reason: reasonText(messages.reason(slot)),
  }
}

/** What a receiver reads. */
export function reasonText(reason: Reason | null): string | null {
  if (reason === null) return null
  return reason.deaths === 0 ? reason.text : causeOfDeath(reason.deaths, reason.text)
}
