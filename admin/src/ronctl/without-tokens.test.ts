import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gunzipSync, gzipSync } from 'node:zlib'
import { mint } from '@ron/transport/macaroon/chain'
import { encodeToken } from '@ron/transport/macaroon/codec'
import { nodeHmac } from '@ron/transport/wall/hmac'
import { tar } from './tar.ts'
import { withoutTokens } from './without-tokens.ts'

const token = encodeToken(mint(nodeHmac, { key: new Uint8Array(32), identifier: 'v1:k1:n', location: null }))
const placed = encodeToken(
  mint(nodeHmac, { key: new Uint8Array(32), identifier: 'v1:k1:n', location: 'here' }),
)

test('tokens, keys and what is known to be secret are taken out, wherever they stand', () => {
  const pem = '-----BEGIN PRIVATE KEY-----\nMC4CAQ\n-----END PRIVATE KEY-----'
  for (const [text, left] of [
    [`token ${token}.`, 'token [taken out].'],
    [`"${placed}"`, '"[taken out]"'],
    ['authorization: Bearer abcdefgh12345', 'authorization: Bearer [taken out]'],
    [`key\n${pem}\nend`, 'key\n[taken out]\nend'],
    ['my-password in a line', '[taken out] in a line'],
    ['short pw stays, and so does Agility', 'short pw stays, and so does Agility'],
  ] as const) {
    assert.equal(withoutTokens(text, ['my-password', 'pw', '']), left)
  }
})

test('an archive has each part once, in whole blocks, and ends with two empty ones', () => {
  const bytes = tar([{ name: 'a.txt', bytes: Buffer.from('hello') }], 1_000)
  assert.equal(bytes.length, 4 * 512)
  assert.equal(Buffer.from(bytes.subarray(512, 517)).toString(), 'hello')
  assert.equal(Buffer.from(bytes.subarray(124, 135)).toString(), '00000000005')
  assert.deepEqual(gunzipSync(gzipSync(bytes)), Buffer.from(bytes))
  for (const name of ['', 'a b', 'ü', 'a'.repeat(101)])
    assert.throws(() => tar([{ name, bytes }], 0), RangeError)
})
