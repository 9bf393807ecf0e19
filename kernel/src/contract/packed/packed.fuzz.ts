/** Packed rows and letters: read without reaching past their end, or refused; what is read is written back as it was. */

import assert from 'node:assert/strict'
import { decodeDelivery, deliveryHeadBytes } from './delivery.ts'
import { decodeLetter, encodeLetter, payloadFrom, type Letter } from './letter.ts'
import { joinRows, splitRows } from './rows.ts'

const rowsMax = 8
const letter = (attrs: Letter['attrs']) =>
  encodeLetter({ idem_key: 'key-1', attrs, payload: Buffer.from('payload') })
const delivery = (attrs: Letter['attrs']) => Buffer.concat([new Uint8Array(deliveryHeadBytes), letter(attrs)])

export const seeds: readonly Uint8Array[] = [
  joinRows([letter({}), letter({ a: 'b' })]),
  joinRows([delivery({}), delivery({ a: 'b', c: '' })]),
  joinRows([new Uint8Array(0)]),
]

export const stepsPerByte = 100

export function run(input: Uint8Array): void {
  const rows = splitRows(input, rowsMax)
  if (rows === null) return
  assert.ok(rows.length <= rowsMax)
  assert.equal(Buffer.compare(joinRows(rows), input), 0, 'rows have two bodies')
  for (const row of rows) {
    const delivered = decodeDelivery(row)
    if (delivered !== null) sound(delivered)
    plain(row)
  }
}

/** What a receiver is told. */
function sound({
  idem_key,
  attrs,
  attempt,
  msg_id,
  sent_at_ms,
}: NonNullable<ReturnType<typeof decodeDelivery>>): void {
  assert.match(idem_key, /^[!-~]{1,128}$/)
  assert.ok(typeof attrs === 'object' && attrs !== null && !Array.isArray(attrs), 'attributes are no object')
  assert.ok(Object.values(attrs).every((value) => typeof value === 'string'))
  assert.ok(attempt >= 0 && Number.isSafeInteger(sent_at_ms) && msg_id.length === 26)
}

/** A letter without attributes has one way to be written. */
function plain(row: Uint8Array): void {
  const from = payloadFrom(row)
  if (from === null || from !== (row[0] ?? 0) + 3) return
  assert.equal(Buffer.compare(encodeLetter(decodeLetter(row)), row), 0)
}
