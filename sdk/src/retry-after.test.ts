import assert from 'node:assert/strict'
import { test } from 'node:test'
import { retryAfterMs } from './retry-after.ts'

const date = 'Fri, 31 Dec 1999 23:59:59 GMT'

test('seconds are seconds', () => {
  assert.equal(retryAfterMs('0', null), 0)
  assert.equal(retryAfterMs(' 120 ', null), 120_000)
})

test('a date is taken relative to the date of the answer, whatever this machine thinks of the time', () => {
  assert.equal(retryAfterMs('Sat, 01 Jan 2000 00:00:09 GMT', date), 10_000)
})

test('a date that has passed asks for no wait', () => {
  assert.equal(retryAfterMs('Fri, 31 Dec 1999 00:00:00 GMT', date), 0)
})

test('what cannot be read asks for nothing', () => {
  assert.equal(retryAfterMs(null, date), null)
  for (const header of ['', 'soon', '-1', '1.5', '1e3', '99999999999']) {
    assert.equal(retryAfterMs(header, null), null, header)
  }
  assert.equal(retryAfterMs('Sat, 01 Jan 2000 00:00:09 GMT', null), null)
})
