import assert from 'node:assert/strict'
import { test } from 'node:test'
import { digest } from './digest.ts'

test('a digest is BLAKE3 in lower-case hex behind b3:', () => {
  const hello = 'ea8f163db38682925e4491c5e58d4bb3506ef8c14eb78a86e908c5624a67200f'
  assert.equal(digest(new TextEncoder().encode('hello')), `b3:${hello}`)
})
