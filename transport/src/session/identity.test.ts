import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { test } from 'node:test'
import { concatBytes, noBytes } from '../oap/bytes.ts'
import { isSignedBy, nodeIdsOf } from './identity.ts'
import { TestIdentity } from './identity.fixture.ts'
import { nativeTools } from './native-tools.ts'
import { objection } from './signed-key.ts'
import { bestOf, signedWith, suites } from './suites.ts'
import { portableTools } from './tools.ts'

const [both, one] = suites
const message = Buffer.from('said')

test('the best suite of those that are offered is spoken, in whatever order, and none that is unknown', () => {
  assert.equal(bestOf([one, both, 'other']), both)
  assert.equal(bestOf(['other', one]), one)
  assert.equal(bestOf(['other']), null)
  assert.equal(bestOf([]), null)
})

test('the id of two keys is a hash of both; of two, the id of the first is known as well', () => {
  const tools = portableTools()
  const node = new TestIdentity()
  const idOf = (version: number, keys: Uint8Array) =>
    hash('sha256', concatBytes([Buffer.from(`ron-node/${version}\n`), keys]), 'hex')
  const [first, second] = [node.publicKey(one), node.publicKey(both)]
  assert.deepEqual(nodeIdsOf(first, tools), [idOf(1, first)])
  assert.deepEqual(nodeIdsOf(second, tools), [idOf(2, second), idOf(1, first)])
})

for (const [where, tools] of [
  ['Node', await nativeTools()],
  ['browsers', portableTools()],
] as const) {
  test(`in ${where} both keys must have signed, each of them, and nothing may follow`, () => {
    const [node, other] = [new TestIdentity(), new TestIdentity()]
    for (const suite of suites) {
      const [identity, signature] = [node.publicKey(suite), node.sign(suite, message)]
      assert.equal(identity.length, signedWith[suite].identity)
      assert.equal(signature.length, signedWith[suite].signature)
      assert.ok(isSignedBy(identity, message, signature, tools))
      assert.ok(!isSignedBy(identity, Buffer.from('other'), signature, tools))
      assert.ok(!isSignedBy(identity, message, concatBytes([signature, Uint8Array.of(0)]), tools))
      assert.ok(!isSignedBy(identity, message, noBytes, tools))
    }
    const [ours, theirs] = [node.sign(both, message), other.sign(both, message)]
    const keys = node.publicKey(both)
    const mixed = (first: Uint8Array, second: Uint8Array) =>
      concatBytes([first.subarray(0, 64), second.subarray(64)])
    assert.ok(isSignedBy(keys, message, mixed(ours, node.sign(both, message)), tools))
    assert.ok(!isSignedBy(keys, message, mixed(ours, theirs), tools), 'Ed25519 alone')
    assert.ok(!isSignedBy(keys, message, mixed(theirs, ours), tools), 'ML-DSA alone')
    assert.ok(!isSignedBy(keys, message, ours.subarray(0, 64), tools), 'left out')
    assert.ok(!isSignedBy(keys.subarray(0, 32), message, ours, tools), 'a key left out')
  })

  test(`in ${where} a key that was signed for one suite is none of another`, () => {
    const said = { publicKey: new Uint8Array(1_216), issuedMs: 0, expiresMs: 1 }
    const node = new TestIdentity()
    const signed = node.signed(both, said)
    assert.equal(objection(signed, 0, tools), null)
    const stripped = {
      ...signed,
      suite: one,
      identity: node.publicKey(one),
      signature: signed.signature.subarray(0, 64),
    }
    assert.match(objection(stripped, 0, tools) ?? '', /not signed by the identity/)
  })
}
