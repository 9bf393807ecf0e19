import assert from 'node:assert/strict'
import { test } from 'node:test'
import { objection } from '@ron/transport/session/signed-key'
import { portableTools } from '@ron/transport/session/tools'
import { nodeIdOf } from '../../identity/node-id.ts'
import { nodeIdOf as nodeIdOfSession } from '@ron/transport/session/signed-key'
import { Kms } from '../../kms/kms.ts'
import { ManualClock } from '../../system/manual-clock.ts'
import { RotatingKeys } from './session-keys.ts'

const hour = 3_600_000
const tools = portableTools()
const { primitives, xWing } = tools
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
  assert.equal(objection(offered, clock.now(), primitives), null)
  assert.deepEqual(offered.identity, kms.publicKey('node-identity', 1))
  assert.equal(nodeIdOfSession(offered.identity, primitives), nodeIdOf(offered.identity))
  const held = keys.find(offered.id)
  assert.ok(held !== null)
  const { ciphertext, shared } = xWing.peer(offered.publicKey).encapsulate(drawn)
  assert.deepEqual(held.secret.decapsulate(ciphertext), shared)
  assert.equal(keys.find('0'.repeat(16)), null)
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
  const { ciphertext, shared } = xWing.peer(first.publicKey).encapsulate(drawn)
  assert.deepEqual(held.secret.decapsulate(ciphertext), shared)
  assert.equal(first.expiresMs, first.issuedMs + 2 * hour, 'clients are told as much')
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
  assert.deepEqual(after.identity, kms.publicKey('node-identity', 2))
  assert.equal(objection(after, clock.now(), primitives), null)
  assert.equal(keys.find(before.id)?.signed, before)
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
  const { id, publicKey } = keys.offered()
  const held = keys.find(id)
  assert.ok(held !== null)
  const { ciphertext } = xWing.peer(publicKey).encapsulate(drawn)
  keys.wipe()
  assert.equal(keys.find(id), null)
  assert.throws(() => held.secret.decapsulate(ciphertext))
  clock.advance(2 * hour)
  assert.equal(keys.offered().id, id)
})
