import assert from 'node:assert/strict'
import { hkdfSync } from 'node:crypto'
import { test } from 'node:test'
import { noBytes } from '@ron/transport/oap/bytes'
import { nodeIdsOf } from '@ron/transport/session/identity'
import { objection } from '@ron/transport/session/signed-key'
import { suites } from '@ron/transport/session/suites'
import { portableTools } from '@ron/transport/session/tools'
import { nodeIdOf } from '../../identity/node-id.ts'
import { Kms } from '../../kms/kms.ts'
import { ManualClock } from '../../system/manual-clock.ts'
import { RotatingKeys } from './session-keys.ts'

const hour = 3_600_000
const tools = portableTools()
const { xWing, mlDsa } = tools
const [both, one] = suites
const drawn = new Uint8Array(64).fill(7)

function keysOf() {
  const clock = new ManualClock(1_700_000_000_000)
  let drawn = 0
  const kms = new Kms({ clock, draw: () => new Uint8Array(32).fill(++drawn) }, ['node-identity', 'session'])
  const warnings: string[] = []
  const silent = () => {}
  const log = {
    debug: silent,
    info: silent,
    error: silent,
    warn: (message: string) => warnings.push(message),
  }
  return { clock, kms, warnings, keys: new RotatingKeys(kms, clock, log, hour, tools) }
}

test('the key that is offered is signed by the identity of the node, and opens what is made for it', () => {
  const { keys, kms, clock } = keysOf()
  const offered = keys.offered()
  for (const suite of suites) {
    const signed = offered.signed[suite]
    assert.deepEqual([signed.suite, signed.id], [suite, offered.id])
    assert.equal(objection(signed, clock.now(), tools), null)
  }
  const [ofBoth, ofOne] = [offered.signed[both].identity, offered.signed[one].identity]
  assert.deepEqual(ofOne, kms.publicKey('node-identity', 1))
  assert.deepEqual(ofBoth, kms.signWithBoth('node-identity', 1, noBytes, mlDsa).publicKeys)
  assert.equal(nodeIdsOf(ofBoth, tools)[1], nodeIdOf(ofOne), 'peers know it by the same id')
  const held = keys.find(offered.id)
  assert.ok(held !== null)
  const { ciphertext, shared } = xWing.peer(offered.secret.publicKey).encapsulate(drawn)
  assert.deepEqual(held.secret.decapsulate(ciphertext), shared)
  assert.equal(keys.find('0'.repeat(16)), null)
})

test('beside the Ed25519 key of the node stands one of ML-DSA-65, made of the same secret and of nothing else', () => {
  const { kms } = keysOf()
  kms.rotate('node-identity', hour)
  const message = Buffer.from('said')
  // The secrets are drawn in a row, and the second is of the session.
  for (const [version, nth] of [
    [1, 1],
    [2, 3],
  ] as const) {
    const secret = new Uint8Array(32).fill(nth)
    const seed = new Uint8Array(hkdfSync('sha256', secret, '', 'ron/1 node-identity ml-dsa-65', 32))
    const { publicKey } = mlDsa.keyFrom(seed)
    const { publicKeys, signatures } = kms.signWithBoth('node-identity', version, message, mlDsa)
    assert.deepEqual(publicKeys, Buffer.concat([kms.publicKey('node-identity', version), publicKey]))
    assert.deepEqual(
      new Uint8Array(signatures.subarray(0, 64)),
      new Uint8Array(kms.sign('node-identity', version, message)),
    )
    assert.ok(mlDsa.verify(publicKey, message, signatures.subarray(64)))
  }
  kms.destroy()
  assert.throws(() => kms.signWithBoth('node-identity', 1, message, mlDsa), /is gone/)
})

test('it rotates by the clock; the one before is good for one period more, and is then overwritten', () => {
  const { keys, clock } = keysOf()
  const first = keys.offered()
  const held = keys.find(first.id)
  clock.advance(hour - 1)
  assert.equal(keys.offered(), first)
  clock.advance(1)
  assert.notEqual(keys.offered().id, first.id)
  assert.equal(keys.find(first.id), held)
  assert.ok(held !== null)
  const { ciphertext, shared } = xWing.peer(first.secret.publicKey).encapsulate(drawn)
  assert.deepEqual(held.secret.decapsulate(ciphertext), shared)
  const { issuedMs, expiresMs } = first.signed[both]
  assert.equal(expiresMs, issuedMs + 2 * hour, 'clients are told as much')
  clock.advance(hour)
  assert.equal(keys.find(first.id), null)
  assert.throws(() => held.secret.decapsulate(ciphertext), 'nothing is left of it to open with')
})

test('another identity signs another key, and the one before keeps its own', () => {
  const { keys, kms, clock } = keysOf()
  const before = keys.offered()
  kms.rotate('node-identity', hour)
  const after = keys.offered()
  assert.notEqual(after.id, before.id)
  assert.deepEqual(
    after.signed[both].identity,
    kms.signWithBoth('node-identity', 2, noBytes, mlDsa).publicKeys,
  )
  assert.equal(objection(after.signed[both], clock.now(), tools), null)
  assert.equal(keys.find(before.id), before)
})

test('a key that cannot be rotated now is told, and rotated when there is room', () => {
  const { keys, kms, clock, warnings } = keysOf()
  for (let nth = 0; nth < 7; nth++) kms.rotate('session', 3 * hour)
  const { id } = keys.offered()
  kms.destroy()
  clock.advance(hour)
  assert.deepEqual(warnings, ['the session key was not rotated'])
  assert.equal(keys.offered().id, id)
})

test('what is wiped opens nothing, and rotates no more', () => {
  const { keys, clock } = keysOf()
  const { id, secret } = keys.offered()
  const held = keys.find(id)
  assert.ok(held !== null)
  const { ciphertext } = xWing.peer(secret.publicKey).encapsulate(drawn)
  keys.wipe()
  assert.equal(keys.find(id), null)
  assert.throws(() => held.secret.decapsulate(ciphertext))
  clock.advance(2 * hour)
  assert.equal(keys.offered().id, id)
})
