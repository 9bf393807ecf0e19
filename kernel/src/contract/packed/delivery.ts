/**
 * A message as a receiver gets it among others: what the node says of it, then the letter as it was sent. The
 * lease is one for all of them and stands beside the body.
 *
 *     id, 16 │ u48 sent, ms │ u32 attempt │ u16 length │ reason, UTF-8 │ letter
 *
 * The reason is why a dead letter died, and empty for every other.
 */

import { decodeLetter, hasAttrs, payloadFrom, type Letter } from './letter.ts'
import { ulidBytes, ulidText } from './ulid.ts'

export interface Delivery extends Letter {
  readonly msg_id: string
  /** Milliseconds since 1970. */
  readonly sent_at_ms: number
  readonly attempt: number
  readonly dlq_reason: string
}

/** Of what stands before the reason. */
export const deliveryHeadBytes = ulidBytes + 6 + 4 + 2
const decoder = new TextDecoder()

/** Writes all but the letter, the id aside, which stands there already. Answers where the letter goes. */
export function writeDeliveryHead(
  into: DataView,
  at: number,
  sentAtMs: number,
  attempt: number,
  reason: Uint8Array,
): number {
  into.setUint16(at + ulidBytes, Math.floor(sentAtMs / 2 ** 32))
  into.setUint32(at + ulidBytes + 2, sentAtMs % 2 ** 32)
  into.setUint32(at + ulidBytes + 6, Math.min(attempt, 0xffffffff))
  into.setUint16(at + ulidBytes + 10, reason.length)
  for (const [n, byte] of reason.entries()) into.setUint8(at + deliveryHeadBytes + n, byte)
  return at + deliveryHeadBytes + reason.length
}

/** Null when it is none. The payload is a view of it. */
export function decodeDelivery(row: Uint8Array): Delivery | null {
  if (row.length < deliveryHeadBytes) return null
  const view = new DataView(row.buffer, row.byteOffset, row.byteLength)
  const letterFrom = deliveryHeadBytes + view.getUint16(ulidBytes + 10)
  const letter = row.subarray(letterFrom)
  if (letterFrom > row.length || payloadFrom(letter) === null || !hasAttrs(letter)) return null
  return {
    ...decodeLetter(letter),
    msg_id: ulidText(row, 0),
    sent_at_ms: view.getUint16(ulidBytes) * 2 ** 32 + view.getUint32(ulidBytes + 2),
    attempt: view.getUint32(ulidBytes + 6),
    dlq_reason: decoder.decode(row.subarray(deliveryHeadBytes, letterFrom)),
  }
}
