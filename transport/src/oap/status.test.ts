import assert from 'node:assert/strict'
import test from 'node:test'
import { refusals } from '@ron/kernel/contract/refusals'
import { isRefusalStatus, refusalOf, statusOf } from './status.ts'

test('every status of the catalogue stands for a refusal of that status, also without a code', () => {
  for (const { status } of Object.values(refusals)) {
    assert.equal(statusOf(refusalOf(status, undefined)), status)
    assert.ok(isRefusalStatus(status))
  }
})

test('the code of an answer tells apart refusals that share a status', () => {
  assert.equal(refusalOf(413, 'DecompressCap'), 'DecompressCap')
  assert.equal(refusalOf(413, undefined), 'TooLarge')
  assert.equal(refusalOf(503, undefined), 'Unavailable')
})

test('a status or code from elsewhere falls back to the general refusal', () => {
  assert.equal(refusalOf(418, 'Teapot'), 'BadRequest')
  assert.equal(refusalOf(599, 17), 'Fault')
  assert.equal(refusalOf(400, 'toString'), 'BadRequest')
})

test('success is no refusal', () => {
  assert.deepEqual([200, 202, 206].map(isRefusalStatus), [false, false, false])
})
