import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemRandom } from './random.ts'

test('no bytes are given twice, across many refills of the pool', () => {
  const seen = new Set<string>()
  for (let at = 0; at < 5_000; at++) seen.add(Buffer.from(systemRandom.bytes(16)).toString('hex'))
  assert.equal(seen.size, 5_000)
  assert.ok(!seen.has('0'.repeat(32)), 'nor bytes that were cleared')
})

test('more bytes than the pool holds come in one piece', () => {
  const bytes = systemRandom.bytes(10_000)
  assert.equal(bytes.length, 10_000)
  assert.ok(new Set(bytes).size > 200)
})

test('bytes belong to whoever asked: changing them changes nothing else', () => {
  const bytes = systemRandom.bytes(32)
  bytes.fill(1)
  assert.ok(!Buffer.from(systemRandom.bytes(32)).equals(Buffer.alloc(32, 1)))
  assert.equal(bytes.buffer.byteLength, 32, 'and they bring no neighbours along')
})

test('fractions lie in [0, 1) and are spread', () => {
  const fractions = Array.from({ length: 10_000 }, () => systemRandom.fraction())
  assert.ok(fractions.every((fraction) => fraction >= 0 && fraction < 1))
  for (let tenth = 0; tenth < 10; tenth++) {
    const within = fractions.filter((fraction) => Math.floor(fraction * 10) === tenth).length
    assert.ok(within > 700 && within < 1_300, `${within} of 10000 in tenth ${tenth}`)
  }
})
