/** Leased messages as one body, copied from where they are kept straight to where they are sent from. */

import { deliveryHeadBytes, writeDeliveryHead } from '@ron/kernel/contract/packed/delivery'
import { rowHeadBytes } from '@ron/kernel/contract/packed/rows'
import { reasonText } from '../queues/message.ts'
import type { Messages } from '../queues/store/messages.ts'

const encoder = new TextEncoder()
const nothing = new Uint8Array(0)

export function packDeliveries(messages: Messages, slots: readonly number[]): Uint8Array<ArrayBuffer> {
  const { letterBytes, sentAtMs, attempt, reason: reasonAt } = messages.columns
  // Most messages never came back, so hardly any has a reason.
  const reasons = slots.map((slot) =>
    reasonAt[slot] === 0 ? nothing : encoder.encode(reasonText(messages.reason(slot)) ?? ''),
  )
  let length = 0
  for (const [n, slot] of slots.entries())
    length += rowHeadBytes + deliveryHeadBytes + (reasons[n]?.length ?? 0) + (letterBytes[slot] ?? 0)
  const body = new Uint8Array(length)
  const view = new DataView(body.buffer)
  let at = 0
  for (const [n, slot] of slots.entries()) {
    const reason = reasons[n] ?? nothing
    const letter = letterBytes[slot] ?? 0
    view.setUint32(at, deliveryHeadBytes + reason.length + letter)
    const from = at + rowHeadBytes
    messages.copyId(slot, body, from)
    const letterAt = writeDeliveryHead(view, from, sentAtMs[slot] ?? 0, attempt[slot] ?? 0, reason)
    messages.copyLetter(slot, body, letterAt)
    at = letterAt + letter
  }
  return body
}
