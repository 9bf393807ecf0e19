import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Caller } from '@ron/kernel/contract/contract'
import { Refusal, type RefusalCode } from '@ron/kernel/contract/refusals'
import type { RejectReason } from '@ron/kernel/ports/meter'
import { noTenant } from '../oap/frame.ts'
import type { Admission } from './admission.ts'
import { House } from './house.fixture.ts'
import { enterWall, requestWith, tenantA, tokenWith } from './request.fixture.ts'
import type { Claim, Place, Recognised } from './request.ts'
import type { WallParts } from './wall.ts'

const caller: Caller = { subject: 'v1:main:test', tenant: noTenant, traceId: '1'.repeat(32) }

function refusalOf(answer: Recognised | Place | Refusal | null): Refusal {
  assert.ok(answer instanceof Refusal)
  return answer
}

function placeOf(answer: Place | Refusal): Place {
  assert.ok(!(answer instanceof Refusal))
  return answer
}

test('a request that every wall admits gets its caller, its delay and a place to give back', async () => {
  const house = new House()
  house.admit = () => ({ admit: true, delayMs: 7, release: () => house.released++ })
  const place = placeOf(await house.enter(requestWith({ tenant: tenantA, tags: ['x'], bodyBytes: 3 })))
  assert.deepEqual(place.caller, { subject: 'v1:main:test', tenant: tenantA, traceId: '1'.repeat(32) })
  assert.equal(place.delayMs, 7)
  assert.deepEqual(house.policyAsked, [
    { tenant: tenantA, method: 'GET', path: '/objects/a', verb: 'objects.read', tags: ['x'], bodyBytes: 3 },
  ])
  assert.deepEqual(house.admissionAsked, [
    { peer: '127.0.0.1', tenant: tenantA, service: 'storage', operation: 'get' },
  ])
  assert.deepEqual([house.rejected, house.denied, house.logged], [[], [], []])
})

const denying = async () => ({ allow: false, rule: 'r', reason: 'closed', version: 1 })

test('a place is given back exactly once, however often it is released', async () => {
  const house = new House()
  const place = placeOf(await house.enter(requestWith()))
  assert.equal(house.released, 0)
  place.release()
  place.release()
  place.release()
  assert.equal(house.released, 1)
})

test('a request whose token and decision are cached is answered at once', async () => {
  const wall = new House().wallWith()
  const request = requestWith()
  const recognised = wall.recognise(request)
  assert.ok('caller' in recognised)
  const first = wall.enter(recognised, request)
  assert.ok(first instanceof Promise)
  await first
  assert.ok(!(wall.enter(recognised, request) instanceof Promise))
})

test('no capability, no entry: later walls are not even asked', async () => {
  const house = new House()
  const refusal = refusalOf(await house.enter(requestWith({ token: null })))
  assert.equal(refusal.code, 'CapabilityMissing')
  assert.equal(refusal.more.explain?.wall, 'auth')
  assert.deepEqual([house.policyAsked, house.admissionAsked], [[], []])
  assert.deepEqual([house.rejected, house.denied], [['unauth'], ['127.0.0.1']])
})

test('a capability that does not cover the request is counted as scope', async () => {
  const house = new House()
  const refusal = refusalOf(await house.enter(requestWith({ token: tokenWith('verbs = mailbox.*') })))
  assert.equal(refusal.code, 'CapabilityScope')
  assert.deepEqual([house.rejected, house.denied], [['scope'], ['127.0.0.1']])
})

test('policy denies by rule, which is evidence, and by outage, which is not', async () => {
  const house = new House()
  house.decide = async () => ({ allow: false, rule: 'r1', reason: 'closed', version: 1 })
  const denied = refusalOf(await house.enter(requestWith()))
  assert.deepEqual([denied.code, denied.more.explain?.rule], ['PolicyDenied', 'r1'])
  assert.deepEqual([house.rejected, house.denied], [['policy'], ['127.0.0.1']])

  house.snapshot = null
  const outage = refusalOf(await house.enter(requestWith()))
  assert.deepEqual([outage.code, outage.more.explain?.wall], ['Unavailable', 'policy'])
  assert.deepEqual([house.rejected, house.denied], [['policy', 'policy'], ['127.0.0.1']])
  assert.deepEqual(house.admissionAsked, [])
})

test('a full queue for policy is backpressure', async () => {
  const house = new House()
  house.decide = () => new Promise(() => {})
  const wall = house.wallWith()
  const waiting = enterWall(wall, requestWith())
  const refusal = refusalOf(await enterWall(wall, requestWith()))
  assert.equal(refusal.code, 'Busy')
  assert.deepEqual([house.rejected, house.denied], [['backpressure'], []])
  house.clock.advance(250)
  assert.equal(refusalOf(await waiting).code, 'Unavailable')
})

test('a spent quota is refused before admission is asked', async () => {
  const house = new House()
  const wall = house.wallWith()
  for (let sent = 0; sent < 2; sent++) placeOf(await enterWall(wall, requestWith()))
  const refusal = refusalOf(await enterWall(wall, requestWith()))
  assert.deepEqual([refusal.code, refusal.more.retryAfterMs], ['QuotaExceeded', 1_000])
  assert.equal(refusal.more.explain?.wall, 'quota')
  assert.deepEqual([house.rejected, house.denied, house.admissionAsked.length], [['quota'], [], 2])
})

test('what policy refuses costs no quota', async () => {
  const house = new House()
  const wall = house.wallWith()
  house.decide = denying
  for (let sent = 0; sent < 5; sent++)
    assert.equal(refusalOf(await enterWall(wall, requestWith())).code, 'PolicyDenied')
  house.snapshot = { version: 2, bodyBreaks: [] }
  house.decide = async () => ({ allow: true, rule: 'r', reason: 'open', version: 2 })
  placeOf(await enterWall(wall, requestWith()))
})

test('a node without room refuses with the rule and the wait it was given', async () => {
  const house = new House()
  house.admit = () => ({
    admit: false,
    retryAfterMs: 40,
    message: 'storage is at its ceiling',
    rule: 'ceiling.storage',
  })
  const refusal = refusalOf(await house.enter(requestWith()))
  assert.deepEqual(
    [refusal.code, refusal.message, refusal.more.retryAfterMs],
    ['Busy', 'storage is at its ceiling', 40],
  )
  assert.deepEqual(refusal.more.explain, { wall: 'admission', rule: 'ceiling.storage', fix: 'wait 40 ms' })
  assert.deepEqual([house.rejected, house.denied], [['admission'], []])
})

test('a wall that throws has refused: the fault is logged, counted and admits nobody', async () => {
  const broken = () => {
    throw new Error('broken')
  }
  const standing = { marks: { identifier: 'test', lineage: [], tenant: null }, expiresMs: Infinity }
  const recognise = (claim: Claim) => ({ claim, caller, caveats: [], toProve: [], standing })
  const rejecting = () => Promise.reject(new Error('broken'))
  const faults: readonly (readonly [Partial<WallParts>, string, RejectReason])[] = [
    [{ auth: { recognise: broken, reach: broken, watch: broken } }, 'auth', 'unauth'],
    [{ auth: { recognise, reach: broken, watch: broken } }, 'auth', 'unauth'],
    [{ proofs: { enter: broken } }, 'proofs', 'proof'],
    [{ proofs: { enter: rejecting } }, 'proofs', 'proof'],
    [{ policy: { enter: broken, forget: () => {} } }, 'policy', 'policy'],
    [{ policy: { enter: rejecting, forget: () => {} } }, 'policy', 'policy'],
    [{ quota: { enter: broken, forget: () => {} } }, 'quota', 'quota'],
    [{ admission: { enter: broken, denied: () => 0 } }, 'admission', 'admission'],
  ]
  for (const [change, layer, reason] of faults) {
    const house = new House()
    const refusal = refusalOf(await house.enter(requestWith(), change))
    assert.deepEqual([refusal.code, refusal.more.explain?.wall], ['Fault', layer])
    assert.ok(!refusal.message.includes('broken'), 'the cause stays in the log')
    assert.deepEqual([house.rejected, house.logged], [[reason], ['a wall faulted: broken']])
    assert.deepEqual(house.denied, [], 'a fault is no evidence')
  }
})

test('a refusal is held back as long as the tarpit says, and no longer than there is room for it', async () => {
  const house = new House()
  house.holdMs = 100
  const wall = house.wallWith()
  let answered = false
  const anonymous = requestWith({ token: null })
  const held = Promise.resolve(wall.recognise(anonymous)).then((refusal) => {
    answered = true
    return refusal
  })
  assert.ok(!(wall.recognise(anonymous) instanceof Promise), 'one more than are held is answered at once')
  house.clock.advance(99)
  await Promise.resolve()
  assert.equal(answered, false)
  house.clock.advance(1)
  assert.equal(refusalOf(await held).code, 'CapabilityMissing')
  assert.ok(wall.recognise(anonymous) instanceof Promise, 'and the place is free again')
})

test('counting, evidence and releasing can fail without changing a verdict', async () => {
  const house = new House()
  const broken = () => {
    throw new Error('broken')
  }
  const meter = {
    request: broken,
    exemplar: broken,
    inflight: broken,
    rejected: broken,
    integrityFailure: broken,
  }
  const admission: Admission = {
    enter: () => ({ admit: true, delayMs: 0, release: broken }),
    denied: broken,
  }
  const wall = house.wallWith({ meter, admission })
  assert.equal(refusalOf(await wall.recognise(requestWith({ token: null }))).code, 'CapabilityMissing')
  placeOf(await enterWall(wall, requestWith())).release()
  assert.equal(house.logged.length, 3)
})

test('who is recognised has spent nothing and holds nothing', async () => {
  const house = new House()
  const recognised = await house.wallWith().recognise(requestWith())
  assert.ok('caller' in recognised)
  assert.deepEqual(recognised.caller, caller)
  assert.deepEqual([house.policyAsked, house.admissionAsked, house.rejected], [[], [], []])
})

test('whoever no reach would help is refused before there is one', async () => {
  const others = [
    requestWith({ token: 'forged' }),
    requestWith({ token: tokenWith('expires = 2026-01-01T12:00:00Z') }),
    requestWith({ token: tokenWith('not_before = 2026-01-01T12:00:01Z') }),
    requestWith({ token: tokenWith('audience = node-2') }),
    requestWith({ token: tokenWith(`tenant = ${tenantA}`), tenant: 'b'.repeat(32) }),
    requestWith({ token: tokenWith('ip = 10.0.0.0/8') }),
    requestWith({ token: tokenWith('verbs = mailbox.*') }),
  ]
  for (const request of others) {
    const house = new House()
    assert.equal(refusalOf(await house.wallWith().recognise(request)).more.explain?.wall, 'auth')
    assert.deepEqual([house.rejected.length, house.denied], [1, ['127.0.0.1']])
  }
  const near = requestWith({ token: tokenWith('path = /feed/*', 'bytes_max = 1'), bodyBytes: 2 })
  const house = new House()
  assert.ok('caller' in (await house.wallWith().recognise(near)))
  assert.equal(refusalOf(await house.enter(near)).code, 'CapabilityScope')
  assert.deepEqual([house.rejected, house.denied], [['scope'], ['127.0.0.1']])
})

test('a longer body is asked about its length alone: it pays once and keeps its place', async () => {
  const house = new House()
  const wall = house.wallWith()
  const place = placeOf(await enterWall(wall, requestWith({ bodyBytes: 3 })))
  house.snapshot = null
  assert.equal(place.grow(3), null, 'what was admitted is not asked again')
  house.snapshot = { version: 1, bodyBreaks: [5] }
  assert.equal(await place.grow(6), null)
  assert.equal(house.policyAsked.length, 2)
  assert.deepEqual(house.policyAsked.at(-1), { ...house.policyAsked[0], bodyBytes: 6 })
  assert.deepEqual([house.admissionAsked.length, house.released], [1, 0])
  placeOf(await enterWall(wall, requestWith()))
  assert.equal(refusalOf(await enterWall(wall, requestWith())).code, 'QuotaExceeded', 'two were paid for')
})

test('a body that may not be that long loses its place, and is counted once', async () => {
  const limited = requestWith({ token: tokenWith('bytes_max = 10') })
  const tooLong: readonly (readonly [number, (house: House) => void, RefusalCode, RejectReason, number])[] = [
    [11, () => {}, 'CapabilityScope', 'scope', 1],
    [6, (house) => (house.decide = denying), 'PolicyDenied', 'policy', 1],
    [6, (house) => (house.snapshot = null), 'Unavailable', 'policy', 0],
    [6, (house) => (house.policyFails = true), 'Fault', 'policy', 0],
  ]
  for (const [bodyBytes, change, code, reason, evidence] of tooLong) {
    const house = new House()
    house.snapshot = { version: 1, bodyBreaks: [5] }
    const place = placeOf(await house.enter(limited))
    change(house)
    assert.equal(refusalOf(await place.grow(bodyBytes)).code, code)
    assert.deepEqual([house.rejected, house.denied.length, house.released], [[reason], evidence, 1])
    place.release()
    assert.equal(house.released, 1)
  }
})

test('a place is free while the refusal of its growth is held back', async () => {
  const house = new House()
  const place = placeOf(await house.enter(requestWith({ token: tokenWith('bytes_max = 10') })))
  house.holdMs = 100
  const growing = place.grow(11)
  assert.ok(growing instanceof Promise)
  assert.equal(house.released, 1)
  house.clock.advance(100)
  assert.equal(refusalOf(await growing).code, 'CapabilityScope')
})
