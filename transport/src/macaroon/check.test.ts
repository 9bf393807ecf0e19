import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseCaveat } from './caveats.ts'
import {
  asksForProof,
  checkClaim,
  checkProof,
  checkReach,
  isAboutReach,
  type ClaimFacts,
  type Reach,
} from './check.ts'

const tenant = '00112233445566778899aabbccddeeff'
const noon = Date.UTC(2026, 0, 1, 12)
const facts: ClaimFacts & Reach & { proven: boolean } = {
  tenant,
  verb: 'objects.read',
  path: '/objects/a/b.txt',
  bodyBytes: 1024,
  peer: '10.1.2.3',
  nowMs: noon,
  audience: 'node-1',
  proven: false,
}

function objection(predicate: string, change: Partial<typeof facts> = {}) {
  const caveat = parseCaveat(predicate)
  const changed = { ...facts, ...change }
  if (asksForProof(caveat)) return checkProof(caveat, changed.verb, changed.proven)
  return isAboutReach(caveat) ? checkReach(caveat, changed) : checkClaim(caveat, changed)
}

function holds(predicate: string, change: Partial<typeof facts> = {}): boolean {
  return objection(predicate, change) === null
}

test('tenant holds for that tenant alone', () => {
  assert.ok(holds(`tenant = ${tenant}`))
  assert.ok(!holds(`tenant = ${'f'.repeat(32)}`))
  assert.ok(!holds(`tenant = ${tenant}`, { tenant: '0'.repeat(32) }))
})

test('what asks for a proof holds once it was verified, and under the verb that a nonce is had with', () => {
  const caveat = 'zk = quota-compliance:root=0x2a,limit=100'
  assert.ok(!holds(caveat))
  assert.ok(holds(caveat, { proven: true }))
  assert.ok(holds(caveat, { verb: 'zk.nonce' }))
  for (const verb of ['zk.nonces', 'zk', 'zk.verify', '']) assert.ok(!holds(caveat, { verb }), verb)
  assert.match(objection(caveat)?.fix ?? '', /POST \/zk\/nonces/)
})

test('verbs hold for a listed verb, a noun with a star, or everything', () => {
  for (const list of ['objects.read', 'mailbox.send,objects.read', 'objects.*', '*'])
    assert.ok(holds(`verbs = ${list}`))
  for (const list of ['objects.write', 'object.*', 'objects.read.all', 'mailbox.*'])
    assert.ok(!holds(`verbs = ${list}`))
  assert.ok(!holds('verbs = objects.*', { verb: 'objectsx.read' }))
  assert.ok(!holds('verbs = objects.*', { verb: 'objects' }))
})

test('path holds for that path, or with a star for what begins like it', () => {
  for (const pattern of ['/objects/a/b.txt', '/objects/*', '/objects/a/b*', '/*'])
    assert.ok(holds(`path = ${pattern}`))
  for (const pattern of ['/objects/a', '/objects/a/b.tx', '/objects/a/b.txt/*', '/feed/*']) {
    assert.ok(!holds(`path = ${pattern}`), pattern)
  }
})

test('no path that climbs, doubles a slash or hides a control passes any path caveat', () => {
  const tricks = [
    '/objects/../o/x',
    '/objects/..',
    '/objects/./x',
    '/objects//x',
    '/objects/a\\..\\b',
    '/objects/\u0000',
    'objects/x',
    '',
  ]
  for (const path of tricks) {
    assert.ok(!holds('path = /objects/*', { path }), path)
    assert.ok(!holds('path = /*', { path }), path)
  }
  assert.ok(holds('path = /objects/*', { path: '/objects/..x' }))
  assert.ok(holds('path = /objects/*', { path: '/objects/' }))
})

test('expires holds until its instant, not_before from its instant', () => {
  const at = '2026-01-01T12:00:00Z'
  assert.ok(holds(`expires = ${at}`, { nowMs: noon - 1 }))
  assert.ok(!holds(`expires = ${at}`))
  assert.ok(!holds(`not_before = ${at}`, { nowMs: noon - 1 }))
  assert.ok(holds(`not_before = ${at}`))
})

test('bytes_max holds up to and including its size', () => {
  assert.ok(holds('bytes_max = 1KiB'))
  assert.ok(!holds('bytes_max = 1023'))
  assert.ok(holds('bytes_max = 0', { bodyBytes: 0 }))
})

test('ip holds for a peer in the block, mapped or not, and for no peer without an address', () => {
  assert.ok(holds('ip = 10.0.0.0/8'))
  assert.ok(holds('ip = 10.0.0.0/8', { peer: '::ffff:10.1.2.3' }))
  assert.ok(!holds('ip = 10.0.0.0/8', { peer: '11.1.2.3' }))
  assert.ok(holds('ip = 2001:db8::/32', { peer: '2001:db8::1' }))
  assert.ok(!holds('ip = 2001:db8::/32', { peer: '2001:db9::1' }))
  for (const peer of ['', 'unix', '10.1.2.3:80']) assert.ok(!holds('ip = 0.0.0.0/0', { peer }))
})

test('audience holds for that node alone', () => {
  assert.ok(holds('audience = node-1'))
  assert.ok(!holds('audience = node-11'))
})

test('an objection names the caveat, the reason and the smallest change that would pass', () => {
  assert.deepEqual(objection('bytes_max=512'), {
    caveat: 'bytes_max = 512',
    reason: 'the body has 1024 bytes; the token allows 512',
    fix: 'send at most 512 bytes',
  })
  assert.deepEqual(objection('verbs = mailbox.*'), {
    caveat: 'verbs = mailbox.*',
    reason: 'the token does not allow objects.read',
    fix: 'use a token whose verbs include objects.read',
  })
})

test('a parsed caveat as long as a token allows is still explained', () => {
  const longest = `path=/${'a'.repeat(1018)}`
  assert.equal(longest.length, 1024)
  assert.match(objection(longest)?.caveat ?? '', /^path = \/a+$/)
})
