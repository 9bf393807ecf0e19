import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HandClock } from '../testing/hand-clock.ts'
import { seededRandom } from '@ron/kernel/system/seeded-random.fixture'
import { Ulids } from './ulid.ts'

const filled = (byte: number) => ({ bytes: (length: number) => new Uint8Array(length).fill(byte) })

test('the time is the first ten characters, as in the vector of the specification', () => {
  const ids = new Ulids({ now: () => 1_469_918_176_385 }, filled(0))
  assert.equal(ids.next(), '01ARYZ6S41' + '0'.repeat(16))
})

test('the largest time and randomness fill every character', () => {
  const ids = new Ulids({ now: () => 2 ** 48 - 1 }, filled(0xff))
  assert.equal(ids.next(), '7' + 'Z'.repeat(25))
})

test('within a millisecond the random part counts up, also across its middle', () => {
  const random = { bytes: () => Uint8Array.of(0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff) }
  const ids = new Ulids({ now: () => 0 }, random)
  assert.equal(ids.next().slice(10), '00000000ZZZZZZZZ')
  assert.equal(ids.next().slice(10), '0000000100000000')
})

test('a random part that runs over borrows the next millisecond', () => {
  const ids = new Ulids({ now: () => 0 }, filled(0xff))
  assert.equal(ids.next(), '0000000000' + 'Z'.repeat(16))
  assert.equal(ids.next(), '0000000001' + 'Z'.repeat(16))
})

test('ids sort in the order they were made, also when the clock goes back, and none comes twice', () => {
  const clock = new HandClock()
  const ids = new Ulids(clock, seededRandom())
  const made: string[] = []
  for (let round = 0; round < 500; round++) {
    made.push(ids.next())
    if (round % 7 === 0) clock.advance(1)
    if (round === 250) clock.skewMs = -60_000
  }
  assert.deepEqual(made, [...new Set(made)].sort())
  assert.ok(made.every((id) => /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(id)))
})

test('ids go on after the last that another made, also when the clock went back since', () => {
  const clock = new HandClock()
  const last = new Ulids(clock, seededRandom()).next()
  clock.skewMs = -60_000
  const ids = new Ulids(clock, seededRandom(2), last)
  const [next, following] = [ids.next(), ids.next()]
  assert.equal(next.slice(0, 10), last.slice(0, 10))
  assert.ok(last < next && next < following)
  clock.skewMs = 60_000
  assert.ok(following < ids.next())
})
