import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import { mint, verify, type Hmac } from '@ron/transport/macaroon/chain'
import { attenuate as link } from '@ron/transport/macaroon/chain'
import { decodeToken, encodeToken } from '@ron/transport/macaroon/codec'
import { rootSet } from '@ron/transport/macaroon/roots'
import { attenuate, inspect } from './capability.ts'

const nodeHmac: Hmac = (key, data) => new Uint8Array(createHmac('sha256', key).update(data).digest())
const key = new Uint8Array(32).fill(7)
const root = mint(nodeHmac, { key, identifier: 'v1:k1:nonce', location: null })
const token = encodeToken(root)

test('an attenuated token is the one the node itself would have made', () => {
  const narrow = attenuate(token, 'verbs = objects.read', 'path = /objects/*')
  const expected = link(nodeHmac, link(nodeHmac, root, 'verbs = objects.read'), 'path = /objects/*')
  assert.equal(narrow, encodeToken(expected))
  assert.equal(
    verify(nodeHmac, decodeToken(narrow), rootSet(nodeHmac, [{ kind: 'key', kid: 'k1', key }])),
    null,
  )
})

test('a caveat that the node would not understand is refused here already', () => {
  for (const caveat of ['colour = blue', 'verbs', 'expires = tomorrow', '']) {
    assert.throws(() => attenuate(token, caveat), { name: 'MacaroonError' }, caveat)
  }
})

test('a token says what it may do', () => {
  const narrow = attenuate(token, 'verbs=objects.read', 'bytes_max = 64KiB')
  assert.deepEqual(inspect(`${narrow}\n`), {
    identifier: 'v1:k1:nonce',
    caveats: ['verbs = objects.read', 'bytes_max = 65536'],
  })
})

test('caveats that a node would not understand are shown as they are', () => {
  const strange = link(nodeHmac, root, 'colour = blue\n')
  const third = {
    ...strange,
    caveats: [...strange.caveats, { id: new Uint8Array([1, 2]), location: null, vid: new Uint8Array([3]) }],
  }
  assert.deepEqual(inspect(encodeToken(third)).caveats, ['colour = blue\\x0a', '\\x01\\x02'])
})

test('what is no token is refused', () => {
  for (const text of ['', 'hello', token.slice(0, -4), `${token}AAAA`]) {
    assert.throws(() => inspect(text), { name: 'MacaroonError' }, text)
  }
})
