/**
 * Many messages in one body, for `mailbox.sendPacked`, `recvPacked` and `ackPacked`: what they take and give as
 * values. Over OAP a batch costs the node a fraction of as many messages one by one.
 *
 *     const body = packLetters([{ idem_key: 'order-1', payload }])
 *     await sdk.mailbox.sendPacked({ topic: 'orders', body })
 *     const { lease, body: packed } = await sdk.mailbox.recvPacked({ topic: 'orders', wait_ms: 5_000 })
 *     const deliveries = unpackDeliveries(packed)
 *     await sdk.mailbox.ackPacked({ lease, body: packIds(deliveries.map(({ msg_id }) => msg_id)) })
 */

import { decodeDelivery, type Delivery } from '@ron/kernel/contract/packed/delivery'
import { encodeLetter, type Letter } from '@ron/kernel/contract/packed/letter'
import { joinRows, splitRows } from '@ron/kernel/contract/packed/rows'
import { ulidBytes, ulidText, writeUlid } from '@ron/kernel/contract/packed/ulid'
import { ProtocolError } from './error.ts'

export type { Delivery } from '@ron/kernel/contract/packed/delivery'

/** What is sent: a key under which the node recognises a repetition, bytes, and attributes if there are any. */
export interface Draft extends Omit<Letter, 'attrs'> {
  readonly attrs?: Letter['attrs'] | undefined
}

export interface Receipt {
  readonly msg_id: string
  /** It was sent before, and is the same message. */
  readonly duplicate: boolean
}

export type AckOutcome = 'done' | 'unknown' | 'conflict'

const receiptBytes = 1 + ulidBytes
const outcomes: readonly AckOutcome[] = ['done', 'unknown', 'conflict']

/** The body of `sendPacked`. Throws a RangeError for a key that is not 1 to 128 printable characters of ASCII. */
export function packLetters(drafts: readonly Draft[]): Uint8Array<ArrayBuffer> {
  return joinRows(drafts.map(({ attrs = {}, ...draft }) => encodeLetter({ ...draft, attrs })))
}

/** What `sendPacked` answers, one for each letter that was kept, in their order. */
export function unpackReceipts(body: Uint8Array): Receipt[] {
  if (body.length % receiptBytes !== 0) throw new ProtocolError('the node sent receipts that are cut short')
  return Array.from({ length: body.length / receiptBytes }, (_, n) => ({
    msg_id: ulidText(body, n * receiptBytes + 1),
    duplicate: body[n * receiptBytes] === 1,
  }))
}

/** What `recvPacked` answers. Payloads are views of the body. */
export function unpackDeliveries(body: Uint8Array): Delivery[] {
  const rows = splitRows(body, Number.POSITIVE_INFINITY)
  if (rows === null) throw new ProtocolError('the node sent deliveries that are cut short')
  return rows.map((row) => decodeDelivery(row) ?? broken())
}

/** The body of `ackPacked`. Throws a RangeError for what is no id of a message. */
export function packIds(ids: readonly string[]): Uint8Array<ArrayBuffer> {
  const body = new Uint8Array(ulidBytes * ids.length)
  for (const [n, id] of ids.entries()) {
    if (!writeUlid(id, body, n * ulidBytes))
      throw new RangeError(`${JSON.stringify(id)} is no id of a message`)
  }
  return body
}

/** What `ackPacked` answers, one for each id. */
export function unpackOutcomes(body: Uint8Array): AckOutcome[] {
  return Array.from(body, (outcome) => outcomes[outcome] ?? broken())
}

function broken(): never {
  throw new ProtocolError('the node sent what this client cannot read')
}
