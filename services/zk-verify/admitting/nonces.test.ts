import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock } from '@ron/kernel/system/manual-clock'
import { systemRandom } from '@ron/kernel/system/random'
import { Nonces } from './nonces.ts'

function noncesOf(noncesMax = 4) {
  const clock = new ManualClock()
  return { clock, nonces: new Nonces({ noncesMax, nonceTtlMs: 1_000 }, clock, systemRandom) }
}

test('a nonce is new, and good once, for the tenant that got it', () => {
  const { nonces } = noncesOf()
  const [one, other] = [nonces.issue('a') ?? '', nonces.issue('a') ?? '']
  assert.match(one, /^[0-9a-f]{32}$/)
  assert.notEqual(one, other)
  assert.equal(nonces.spend('b', one), false)
  assert.equal(nonces.spend('a', one), true)
  assert.equal(nonces.spend('a', one), false)
  assert.equal(nonces.spend('a', '0'.repeat(32)), false)
  assert.equal(nonces.count, 1)
})

test('a nonce is good for its time and not a moment longer, and then takes no room', () => {
  const { clock, nonces } = noncesOf()
  const [one, other] = [nonces.issue('a') ?? '', nonces.issue('a') ?? '']
  clock.advance(999)
  assert.equal(nonces.spend('a', one), true)
  clock.advance(1)
  assert.equal(nonces.spend('a', other), false)
  nonces.issue('a')
  clock.advance(1_000)
  nonces.issue('a')
  assert.equal(nonces.count, 1)
})

test('there are never more than there may be: who has the most gets no more, and makes room for others', () => {
  const { clock, nonces } = noncesOf()
  const greedy = Array.from({ length: 9 }, () => nonces.issue('a'))
  assert.deepEqual([greedy.filter((nonce) => nonce !== null).length, nonces.count], [4, 4])
  const modest = nonces.issue('b') ?? ''
  assert.equal(nonces.count, 4)
  assert.equal(nonces.spend('b', modest), true)
  assert.equal(nonces.spend('a', greedy[0] ?? ''), false, 'the oldest of the greedy one made room')
  assert.equal(nonces.spend('a', greedy[1] ?? ''), true)
  clock.advance(1_000)
  for (const tenant of ['b', 'c', 'd', 'e']) assert.notEqual(nonces.issue(tenant), null)
  assert.equal(nonces.count, 4)
})
