import assert from 'node:assert/strict'
import { test } from 'node:test'
import { blake3 } from '@napi-rs/blake-hash'
import { seededRandom } from '@ron/kernel/system/seeded-random.fixture'
import { blake3Into } from './blake3.ts'

const random = seededRandom()

test('it is BLAKE3, for every length up to a chunk and wherever the bytes lie', () => {
  for (let length = 0; length <= 1_024; length++) {
    const from = random.bytes(length + 7)
    const to = new Uint8Array(40)
    blake3Into(from, 5, length, to, 3)
    assert.deepEqual(Buffer.from(to.subarray(3, 35)), blake3(Buffer.from(from.subarray(5, 5 + length))))
    assert.deepEqual([...to.subarray(0, 3), ...to.subarray(35)], [0, 0, 0, 0, 0, 0, 0, 0])
  }
})

test('the hash may be written over what it is of', () => {
  const bytes = random.bytes(64)
  const expected = blake3(Buffer.from(bytes))
  blake3Into(bytes, 0, 64, bytes, 0)
  assert.deepEqual(Buffer.from(bytes.subarray(0, 32)), expected)
})

test('more than a chunk is refused', () => {
  assert.throws(() => blake3Into(new Uint8Array(1_025), 0, 1_025, new Uint8Array(32), 0), /one chunk/)
})
