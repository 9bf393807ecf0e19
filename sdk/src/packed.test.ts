import assert from 'node:assert/strict'
import { test } from 'node:test'
import { payloadFrom } from '@ron/kernel/contract/packed/letter'
import { joinRows, splitRows } from '@ron/kernel/contract/packed/rows'
import { packIds, packLetters, unpackDeliveries, unpackOutcomes, unpackReceipts } from './packed.ts'

const id = '01ARYZ6S41TSV4RRFFQ69G5FAV'

test('letters are packed one behind the other, with attributes and without', () => {
  const payload = Uint8Array.of(1, 2)
  const rows = splitRows(
    packLetters([
      { idem_key: 'a', payload },
      { idem_key: 'b', payload, attrs: { x: 'y' } },
    ]),
    9,
  )
  assert.deepEqual(
    rows?.map((row) => row.length - (payloadFrom(row) ?? 0)),
    [2, 2],
  )
  assert.throws(() => packLetters([{ idem_key: '', payload }]), /idempotency key/)
})

test('ids are packed, and what is no id is refused', () => {
  assert.equal(packIds([id, id]).length, 32)
  assert.throws(() => packIds(['nonsense']), /"nonsense" is no id of a message/)
})

test('receipts and outcomes are read in their order', () => {
  const receipts = new Uint8Array(34)
  receipts.set(packIds([id]), 1)
  receipts[17] = 1
  receipts.set(packIds([id]), 18)
  assert.deepEqual(unpackReceipts(receipts), [
    { msg_id: id, duplicate: false },
    { msg_id: id, duplicate: true },
  ])
  assert.deepEqual(unpackOutcomes(Uint8Array.of(0, 1, 2)), ['done', 'unknown', 'conflict'])
})

test('what a node must not answer is an error of the protocol', () => {
  assert.throws(() => unpackReceipts(new Uint8Array(3)), /cut short/)
  assert.throws(() => unpackDeliveries(Uint8Array.of(0, 0, 0, 9, 1)), /cut short/)
  assert.throws(() => unpackDeliveries(joinRows([new Uint8Array(5)])), /cannot read/)
  assert.throws(() => unpackOutcomes(Uint8Array.of(7)), /cannot read/)
})
