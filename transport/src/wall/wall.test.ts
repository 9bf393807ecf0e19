import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LogFields } from '@ron/kernel/ports/log'
import type { RejectReason } from '@ron/kernel/ports/meter'
import type { Admission, AdmissionFacts, AdmissionVerdict } from './admission.ts'
import { createAuth } from './auth.ts'
import { ManualClock } from '@ron/kernel/system/manual-clock'
import { nodeHmac } from './hmac.ts'
import { createPolicyGate, type PolicyDecision, type PolicyInput, type PolicySnapshot } from './policy.ts'
import { createQuota } from './quota.ts'
import { noon, requestWith, roots, tenantA, tokenWith } from './request.fixture.ts'
import type { Verdict, WallRequest } from './request.ts'
import { createWall, type WallParts } from './wall.ts'

/** The real wall behind ports a test can turn against it. */
class House {
  readonly rejected: RejectReason[] = []
  readonly logged: string[] = []
  readonly denied: string[] = []
  readonly admissionAsked: AdmissionFacts[] = []
  readonly policyAsked: PolicyInput[] = []
  readonly clock = new ManualClock(noon)
  released = 0
  holdMs = 0
  snapshot: PolicySnapshot | null = { version: 1, bodyBreaks: [] }
  decide: () => Promise<PolicyDecision> = async () => ({
    allow: true,
    rule: 'all',
    reason: 'open',
    version: 1,
  })
  admit: () => AdmissionVerdict = () => ({ admit: true, delayMs: 0, release: () => this.released++ })

  enter(request: WallRequest, change: Partial<WallParts> = {}): Verdict | Promise<Verdict> {
    return this.wallWith(change).enter(request)
  }

  wallWith(change: Partial<WallParts> = {}) {
    const { clock } = this
    const port = {
      evaluate: (input: PolicyInput) => {
        this.policyAsked.push(input)
        return this.decide()
      },
      snapshot: () => this.snapshot,
    }
    const admission: Admission = {
      enter: (facts) => {
        this.admissionAsked.push(facts)
        return this.admit()
      },
      denied: (peer) => {
        this.denied.push(peer)
        return this.holdMs
      },
    }
    const noteError = (message: string, fields: LogFields = {}) =>
      this.logged.push(`${message}: ${String(fields['cause'])}`)
    return createWall({
      auth: createAuth({
        hmac: nodeHmac,
        roots,
        clock,
        audience: 'node-1',
        cacheBytesMax: 65_536,
        cacheTtlMs: 30_000,
      }),
      policy: createPolicyGate({
        port,
        clock,
        cacheBytesMax: 65_536,
        cacheTtlMs: 5_000,
        pendingMax: 1,
        timeoutMs: 250,
      }),
      quota: createQuota({ clock, rate: { perSecond: 1, burst: 2 }, subjectsMax: 16 }),
      admission,
      clock,
      heldMax: 1,
      meter: {
        request: () => {},
        inflight: () => {},
        rejected: (reason) => this.rejected.push(reason),
        integrityFailure: () => {},
      },
      log: { debug: () => {}, info: () => {}, warn: () => {}, error: noteError },
      ...change,
    })
  }
}

function refusalOf(verdict: Verdict) {
  assert.ok(!verdict.admitted)
  return verdict.refusal
}

test('a request that every wall admits gets its caller, its delay and a place to give back', async () => {
  const house = new House()
  house.admit = () => ({ admit: true, delayMs: 7, release: () => house.released++ })
  const verdict = await house.enter(requestWith({ tenant: tenantA, tags: ['x'], bodyBytes: 3 }))
  assert.ok(verdict.admitted)
  assert.deepEqual(verdict.caller, { subject: 'v1:main:test', tenant: tenantA, traceId: '1'.repeat(32) })
  assert.equal(verdict.delayMs, 7)
  assert.deepEqual(house.policyAsked, [
    { tenant: tenantA, method: 'GET', path: '/objects/a', verb: 'objects.read', tags: ['x'], bodyBytes: 3 },
  ])
  assert.deepEqual(house.admissionAsked, [
    { peer: '127.0.0.1', tenant: tenantA, service: 'storage', operation: 'get' },
  ])
  assert.deepEqual([house.rejected, house.denied, house.logged], [[], [], []])
})

test('a place is given back exactly once, however often it is released', async () => {
  const house = new House()
  const verdict = await house.enter(requestWith())
  assert.ok(verdict.admitted)
  assert.equal(house.released, 0)
  verdict.release()
  verdict.release()
  verdict.release()
  assert.equal(house.released, 1)
})

test('a request whose token and decision are cached is answered at once', async () => {
  const wall = new House().wallWith()
  assert.ok(wall.enter(requestWith()) instanceof Promise)
  await wall.enter(requestWith())
  assert.ok(!(wall.enter(requestWith()) instanceof Promise))
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
  const waiting = wall.enter(requestWith())
  const refusal = refusalOf(await wall.enter(requestWith()))
  assert.equal(refusal.code, 'Busy')
  assert.deepEqual([house.rejected, house.denied], [['backpressure'], []])
  house.clock.advance(250)
  assert.equal(refusalOf(await waiting).code, 'Unavailable')
})

test('a spent quota is refused before admission is asked', async () => {
  const house = new House()
  const wall = house.wallWith()
  for (let sent = 0; sent < 2; sent++) assert.ok((await wall.enter(requestWith())).admitted)
  const refusal = refusalOf(await wall.enter(requestWith()))
  assert.deepEqual([refusal.code, refusal.more.retryAfterMs], ['QuotaExceeded', 1_000])
  assert.equal(refusal.more.explain?.wall, 'quota')
  assert.deepEqual([house.rejected, house.denied, house.admissionAsked.length], [['quota'], [], 2])
})

test('what policy refuses costs no quota', async () => {
  const house = new House()
  const wall = house.wallWith()
  house.decide = async () => ({ allow: false, rule: 'r', reason: 'closed', version: 1 })
  for (let sent = 0; sent < 5; sent++)
    assert.equal(refusalOf(await wall.enter(requestWith())).code, 'PolicyDenied')
  house.snapshot = { version: 2, bodyBreaks: [] }
  house.decide = async () => ({ allow: true, rule: 'r', reason: 'open', version: 2 })
  assert.ok((await wall.enter(requestWith())).admitted)
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
  const rejecting = () => Promise.reject(new Error('broken'))
  const faults: readonly (readonly [Partial<WallParts>, string, RejectReason])[] = [
    [{ auth: { enter: broken } }, 'auth', 'unauth'],
    [{ policy: { enter: broken, forget: () => {} } }, 'policy', 'policy'],
    [{ policy: { enter: rejecting, forget: () => {} } }, 'policy', 'policy'],
    [{ quota: { enter: broken } }, 'quota', 'quota'],
    [{ admission: { enter: broken, denied: () => 0 } }, 'admission', 'admission'],
  ]
  for (const [change, layer, reason] of faults) {
    const house = new House()
    const refusal = refusalOf(await house.enter(requestWith(), change))
    assert.deepEqual([refusal.code, refusal.more.explain?.wall], ['Fault', layer])
    assert.ok(!refusal.message.includes('broken'), 'the cause stays in the log')
    assert.deepEqual([house.rejected, house.logged], [[reason], ['a wall faulted: broken']])
  }
})

test('a refusal is held back as long as the tarpit says, and no longer than there is room for it', async () => {
  const house = new House()
  house.holdMs = 100
  const wall = house.wallWith()
  let answered = false
  const held = Promise.resolve(wall.enter(requestWith({ token: null }))).then((verdict) => {
    answered = true
    return verdict
  })
  assert.ok(
    !(wall.enter(requestWith({ token: null })) instanceof Promise),
    'one more than are held is answered at once',
  )
  house.clock.advance(99)
  await Promise.resolve()
  assert.equal(answered, false)
  house.clock.advance(1)
  assert.equal(refusalOf(await held).code, 'CapabilityMissing')
  assert.ok(wall.enter(requestWith({ token: null })) instanceof Promise, 'and the place is free again')
})

test('counting, evidence and releasing can fail without changing a verdict', async () => {
  const house = new House()
  const broken = () => {
    throw new Error('broken')
  }
  const meter = { request: broken, inflight: broken, rejected: broken, integrityFailure: broken }
  const admission: Admission = {
    enter: () => ({ admit: true, delayMs: 0, release: broken }),
    denied: broken,
  }
  const wall = house.wallWith({ meter, admission })
  assert.equal(refusalOf(await wall.enter(requestWith({ token: null }))).code, 'CapabilityMissing')
  const verdict = await wall.enter(requestWith())
  assert.ok(verdict.admitted)
  verdict.release()
  assert.equal(house.logged.length, 3)
})
