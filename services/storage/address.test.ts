import assert from 'node:assert/strict'
import { test } from 'node:test'
import { blake3 } from '@noble/hashes/blake3.js'
import fc from 'fast-check'
import { addressOf } from './address.ts'

const vectors = [
  ['', 'af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262'],
  ['abc', '6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85'],
  ['hello', 'ea8f163db38682925e4491c5e58d4bb3506ef8c14eb78a86e908c5624a67200f'],
  ['hello world\n', 'dc5a4edb8240b018124052c330270696f96771a63b45250a5c17d3000e823355'],
  ['Hello, world!', 'ede5c0b10f2ec4979c69b52f61e42ff5b413519ce09be0f14d098dcfe5f6f98d'],
] as const

for (const [text, hex] of vectors) {
  test(`the address of ${JSON.stringify(text)} is the published BLAKE3 hash`, () => {
    assert.equal(addressOf(new TextEncoder().encode(text)), `b3:${hex}`)
  })
}

test('addresses agree with an independent BLAKE3 at every size around a chunk and a tree boundary', () => {
  for (const size of [1, 63, 64, 65, 1023, 1024, 1025, 2048, 2049, 3073, 8192, 31_744, 102_400]) {
    const content = Uint8Array.from({ length: size }, (_, i) => i % 251)
    assert.equal(addressOf(content), independent(content))
  }
})

test('addresses agree with an independent BLAKE3 on any bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 4096 }), (content) => {
      assert.equal(addressOf(content), independent(content))
    }),
  )
})

test('the address of a view is that of its own bytes, not of the buffer around them', () => {
  const around = new TextEncoder().encode('xxhelloxx')
  assert.equal(addressOf(around.subarray(2, 7)), addressOf(new TextEncoder().encode('hello')))
})

function independent(content: Uint8Array): string {
  return `b3:${Buffer.from(blake3(content)).toString('hex')}`
}
