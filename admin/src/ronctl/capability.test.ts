import assert from 'node:assert/strict'
import { test } from 'node:test'
import { attenuate, mint, verify } from '@ron/transport/macaroon/chain'
import { decodeToken, encodeToken } from '@ron/transport/macaroon/codec'
import { rootSet } from '@ron/transport/macaroon/roots'
import { nodeHmac } from '@ron/transport/wall/hmac'
import { attenuateOutcome, inspectOutcome } from './capability.ts'
import { exitCodes } from './outcome.ts'

const key = new Uint8Array(32).fill(7)
const root = mint(nodeHmac, { key, identifier: 'v1:k1:nonce', location: 'node-1' })
const token = encodeToken(root)

test('an attenuated token is accepted by the node that minted the first, and is all that is printed', () => {
  const { exitCode, text, json } = attenuateOutcome(token, ['verbs = objects.read', 'bytes_max = 64KiB'])
  assert.equal(exitCode, exitCodes.ok)
  assert.equal(
    verify(nodeHmac, decodeToken(text), rootSet(nodeHmac, [{ kind: 'key', kid: 'k1', key }])),
    null,
  )
  assert.deepEqual(json, {
    token: text,
    identifier: 'v1:k1:nonce',
    location: 'node-1',
    caveats: ['verbs = objects.read', 'bytes_max = 65536'],
  })
})

test('a caveat that no node understands is a wrong command line', () => {
  const outcome = attenuateOutcome(token, ['verbs = objects.read', 'colour = blue'])
  assert.equal(outcome.exitCode, exitCodes.usage)
  assert.ok(outcome.complaint)
  assert.match(outcome.text, /"colour" is unknown.*use one of tenant, verbs/)
})

test('a token that is none is refused with what would help', () => {
  for (const text of ['', 'hello', token.slice(0, -4), '{"v":2}']) {
    for (const outcome of [inspectOutcome(text), attenuateOutcome(text, ['verbs = a'])]) {
      assert.equal(outcome.exitCode, exitCodes.no, text)
      assert.ok(outcome.complaint)
      assert.match(outcome.text, /; /)
    }
  }
})

test('a token with as many caveats as fit is not attenuated further', () => {
  let full = root
  for (let n = 0; n < 64; n++) full = attenuate(nodeHmac, full, 'verbs = a')
  const outcome = attenuateOutcome(encodeToken(full), ['verbs = b'])
  assert.equal(outcome.exitCode, exitCodes.no)
  assert.match(outcome.text, /has 64 caveats already/)
})

test('inspect shows what a token says, and says what it cannot know', () => {
  const { text, json } = inspectOutcome(encodeToken(attenuate(nodeHmac, root, 'verbs=objects.read')))
  assert.match(text, /^identifier +v1:k1:nonce$/m)
  assert.match(text, /^caveat 1 +verbs = objects\.read$/m)
  assert.match(text, /genuine only the node can tell/)
  assert.doesNotMatch(text, /no caveats/)
  assert.deepEqual(json, { identifier: 'v1:k1:nonce', location: 'node-1', caveats: ['verbs = objects.read'] })
  assert.match(inspectOutcome(token).text, /no caveats: it may do everything its key allows/)
})

test('caveats that no node accepts are shown and said to be so', () => {
  const strange = attenuate(nodeHmac, root, 'colour = \u001bblue')
  const third = { id: new Uint8Array([1]), location: null, vid: new Uint8Array([2]) }
  const { text } = inspectOutcome(encodeToken({ ...strange, caveats: [...strange.caveats, third] }))
  assert.match(text, /colour = \\x1bblue \(no node understands it\)/)
  assert.match(text, /\\x01 \(of a third party: it takes a discharge\)/)
})
