import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Refusal, type RefusalCode } from '@ron/kernel/contract/refusals'
import fc from 'fast-check'
import { ManualClock } from '@ron/kernel/system/manual-clock'
import {
  createPolicyGate,
  type PolicyInput,
  type PolicyParts,
  type PolicyPort,
  type PolicySnapshot,
} from './policy.ts'
import type { PolicyDecision } from './decision-cache.ts'
import { tenantA, tenantB } from './request.fixture.ts'
import { noTenant } from '../oap/frame.ts'

const input: PolicyInput = {
  tenant: noTenant,
  method: 'GET',
  path: '/objects/a',
  verb: 'objects.read',
  tags: [],
  bodyBytes: 0,
}
const allow: PolicyDecision = { allow: true, rule: 'reads', reason: 'reading is open', version: 1 }
const deny: PolicyDecision = { allow: false, rule: 'no-writes', reason: 'writing is closed', version: 1 }

/** A policy that a test holds in its hands, counting the questions it gets. */
class Policy implements PolicyPort {
  asked = 0
  current: PolicySnapshot | null = { version: 1, bodyBreaks: [] }
  decide: (input: PolicyInput) => Promise<PolicyDecision> = async () => allow

  evaluate(asking: PolicyInput): Promise<PolicyDecision> {
    this.asked++
    return this.decide(asking)
  }

  snapshot(): PolicySnapshot | null {
    return this.current
  }
}

function gateWith(change: Partial<PolicyParts> = {}) {
  const policy = new Policy()
  const clock = new ManualClock(0)
  const gate = createPolicyGate({
    port: policy,
    clock,
    cacheBytesMax: 1 << 20,
    cacheTtlMs: 5_000,
    pendingMax: 8,
    timeoutMs: 250,
    ...change,
  })
  const codeOf = async (asking: PolicyInput): Promise<RefusalCode | null> =>
    (await gate.enter(asking))?.code ?? null
  return { gate, policy, clock, codeOf }
}

test('what policy allows passes, what it denies names the rule and the reason', async () => {
  const { gate, policy } = gateWith()
  assert.equal(await gate.enter(input), null)
  policy.decide = async () => deny
  const refusal = await gate.enter({ ...input, method: 'PUT' })
  assert.equal(refusal?.code, 'PolicyDenied')
  assert.equal(refusal?.message, 'writing is closed')
  assert.deepEqual(refusal?.more.explain, {
    wall: 'policy',
    rule: 'no-writes',
    fix: 'send a request that rule no-writes of policy 1 does not deny',
  })
})

test('what was cached and what is being asked is forgotten when the policy becomes another of the same version', async () => {
  const { gate, policy, codeOf } = gateWith()
  assert.equal(await codeOf(input), null)
  let answer: (decision: PolicyDecision) => void = () => {}
  policy.decide = () => new Promise((resolve) => (answer = resolve))
  const asked = codeOf({ ...input, method: 'PUT' })
  gate.forget()
  answer(allow)
  assert.equal(await asked, null)
  policy.decide = async () => deny
  assert.equal(await codeOf(input), 'PolicyDenied')
  assert.equal(await codeOf({ ...input, method: 'PUT' }), 'PolicyDenied')
})

test('without a policy everything is denied', async () => {
  const { policy, codeOf } = gateWith()
  policy.current = null
  assert.equal(await codeOf(input), 'Unavailable')
  assert.equal(policy.asked, 0)
})

test('an outage denies, whatever was cached for others, and says so', async () => {
  const { gate, policy, clock } = gateWith()
  const failures: readonly (() => Promise<PolicyDecision>)[] = [
    () => Promise.reject(new Refusal('Unavailable', 'policy is restarting')),
    () => {
      throw new Error('not wired')
    },
    () => Promise.reject('text'),
  ]
  for (const decide of failures) {
    policy.decide = decide
    const refusal = await gate.enter(input)
    assert.equal(refusal?.code, 'Unavailable')
    assert.match(refusal?.message ?? '', /policy cannot decide: (policy is restarting|not wired|text)/)
    assert.equal(refusal?.more.explain?.rule, 'outage-denies')
  }
  assert.equal(clock.pending, 0)
})

test('a snapshot that cannot be read denies', async () => {
  const { codeOf } = gateWith({
    port: {
      evaluate: async () => allow,
      snapshot: () => {
        throw new Error('gone')
      },
    },
  })
  assert.equal(await codeOf(input), 'Unavailable')
})

test('a policy that does not answer in time denies, and its late answer is not used', async () => {
  const { policy, clock, codeOf } = gateWith()
  let answerLate: (decision: PolicyDecision) => void = () => {}
  policy.decide = () => new Promise((resolve) => (answerLate = resolve))
  const waiting = codeOf(input)
  clock.advance(249)
  assert.equal(await Promise.race([waiting, Promise.resolve('still waiting')]), 'still waiting')
  clock.advance(1)
  assert.equal(await waiting, 'Unavailable')
  answerLate(allow)
  policy.decide = async () => deny
  assert.equal(await codeOf(input), 'PolicyDenied')
})

test('a cached decision answers at once until its time is over', async () => {
  const { gate, policy, clock } = gateWith()
  assert.ok(gate.enter(input) instanceof Promise)
  await gate.enter(input)
  clock.advance(4_999)
  assert.equal(gate.enter(input), null)
  assert.equal(policy.asked, 1)
  clock.advance(1)
  assert.ok(gate.enter(input) instanceof Promise)
  assert.equal(policy.asked, 2)
})

test('decisions are not cached for more than 5 s', () => {
  assert.throws(() => gateWith({ cacheTtlMs: 5_001 }), /5001 ms; at most 5000/)
})

test('a change of the policy version makes every cached decision unused', async () => {
  const { gate, policy } = gateWith()
  await gate.enter(input)
  policy.current = { version: 2, bodyBreaks: [] }
  policy.decide = async () => ({ ...deny, version: 2 })
  const refusal = await gate.enter(input)
  assert.equal(refusal?.code, 'PolicyDenied')
  assert.equal(policy.asked, 2)
})

test('sizes on one side of a break share a decision, the two sides never do', async () => {
  const { policy, codeOf } = gateWith()
  policy.current = { version: 1, bodyBreaks: [1_000, 10] }
  policy.decide = async ({ bodyBytes }) => (bodyBytes <= 10 || bodyBytes > 1_000 ? allow : deny)
  const asks = async (bodyBytes: number) => {
    const before = policy.asked
    return [await codeOf({ ...input, bodyBytes }), policy.asked - before]
  }
  assert.deepEqual(await asks(10), [null, 1])
  assert.deepEqual(await asks(11), ['PolicyDenied', 1])
  assert.deepEqual(await asks(0), [null, 0])
  assert.deepEqual(await asks(1_000), ['PolicyDenied', 0])
  assert.deepEqual(await asks(1_001), [null, 1])
  assert.deepEqual(await asks(Number.MAX_SAFE_INTEGER), [null, 0])
})

test('an answer of another version than the snapshot is asked for again, then denied, and never cached', async () => {
  const { gate, policy, codeOf } = gateWith()
  policy.decide = async () => ({ ...allow, version: 2 })
  assert.equal(await codeOf(input), 'Unavailable')
  assert.equal(policy.asked, 2)
  assert.ok(gate.enter(input) instanceof Promise)

  policy.decide = async () => {
    policy.current = { version: 3, bodyBreaks: [] }
    return { ...allow, version: 3 }
  }
  assert.equal(await codeOf({ ...input, path: '/b' }), null)
})

test('requests that miss on the same key ask once', async () => {
  const { policy, codeOf } = gateWith()
  const answers = await Promise.all(Array.from({ length: 8 }, () => codeOf(input)))
  assert.deepEqual(
    answers,
    Array.from({ length: 8 }, () => null),
  )
  assert.equal(policy.asked, 1)
})

test('one request too many waiting for a decision is refused as busy, and places are given back', async () => {
  const { gate, policy, codeOf } = gateWith({ pendingMax: 2 })
  let settle: (decision: PolicyDecision) => void = () => {}
  policy.decide = () => new Promise((resolve) => (settle = resolve))
  const waiting = [codeOf(input), codeOf(input)]
  const refusal = await gate.enter({ ...input, path: '/other' })
  assert.equal(refusal?.code, 'Busy')
  assert.equal(refusal?.more.explain?.rule, 'pending-max')
  await Promise.resolve()
  settle(allow)
  assert.deepEqual(await Promise.all(waiting), [null, null])
  policy.decide = async () => allow
  assert.equal(await codeOf({ ...input, path: '/other' }), null)
})

test('places are given back after failures too', async () => {
  const { policy, codeOf } = gateWith({ pendingMax: 1 })
  policy.decide = () => Promise.reject(new Error('down'))
  for (let attempt = 0; attempt < 5; attempt++) assert.equal(await codeOf(input), 'Unavailable')
})

test('the cache forgets the decision unused for longest when its bytes are spent', async () => {
  const { gate, policy } = gateWith({ cacheBytesMax: 4_096 })
  for (let at = 0; at < 50; at++) await gate.enter({ ...input, path: `/objects/${at}` })
  assert.equal(policy.asked, 50)
  assert.equal(gate.enter({ ...input, path: '/objects/49' }), null)
  await gate.enter({ ...input, path: '/objects/0' })
  assert.equal(policy.asked, 51)

  const long = 'x'.repeat(5_000)
  await gate.enter({ ...input, path: `/${long}` })
  await gate.enter({ ...input, path: `/${long}` })
  assert.equal(policy.asked, 53)
})

test('whatever a rule may look at keeps decisions about one path apart', async () => {
  const { policy, codeOf } = gateWith()
  policy.decide = async (asking) => (JSON.stringify(asking) === JSON.stringify(input) ? allow : { ...deny })
  const others: Partial<PolicyInput>[] = [
    { tenant: tenantA },
    { method: 'PUT' },
    { verb: 'objects.write' },
    { tags: ['http'] },
  ]
  for (const change of others) {
    for (let again = 0; again < 3; again++) assert.equal(await codeOf({ ...input }), null)
    for (let again = 0; again < 3; again++)
      assert.equal(await codeOf({ ...input, ...change }), 'PolicyDenied', JSON.stringify(change))
  }
  assert.equal(policy.asked, 1 + others.length)
})

test('a cached decision is always the decision policy would take now', async () => {
  const asking = fc.record({
    tenant: fc.constantFrom(noTenant, tenantA, tenantB),
    method: fc.constantFrom('GET' as const, 'PUT' as const),
    path: fc.constantFrom('/a', '/a b', '/a ["x"] /b', '["x"] /b', '/é'),
    verb: fc.constantFrom('objects.read', 'objects.write'),
    tags: fc.subarray(['x', 'y z', '"]']),
    bodyBytes: fc.integer({ min: 0, max: 40 }),
  })
  const step = fc.oneof(
    { weight: 8, arbitrary: asking.map((input) => ({ input })) },
    { weight: 1, arbitrary: fc.array(fc.nat(40), { maxLength: 4 }).map((bodyBreaks) => ({ bodyBreaks })) },
    { weight: 1, arbitrary: fc.constantFrom({ passMs: 1_000 }, { passMs: 5_000 }) },
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const { gate, policy, clock } = gateWith({ cacheBytesMax: 3_000 })
      policy.decide = async (input) => naiveDecision(input, policy.current)
      for (const step of steps) {
        if ('passMs' in step) clock.advance(step.passMs)
        else if ('bodyBreaks' in step) {
          policy.current = { version: (policy.current?.version ?? 0) + 1, bodyBreaks: step.bodyBreaks }
        } else {
          const refusal = await gate.enter(step.input)
          assert.equal(refusal === null, naiveDecision(step.input, policy.current).allow)
        }
      }
    }),
    { numRuns: 300 },
  )
})

/** Depends on every part of the input and on the version, and on size only through the breaks. */
function naiveDecision(input: PolicyInput, snapshot: PolicySnapshot | null): PolicyDecision {
  assert.ok(snapshot !== null)
  const exceeded = snapshot.bodyBreaks.filter((size) => input.bodyBytes > size).length
  const text = JSON.stringify([snapshot.version, exceeded, { ...input, bodyBytes: 0 }])
  const parity = Buffer.from(text).reduce((sum, byte) => (sum * 31 + byte) % 65_521, 0)
  return { allow: parity % 2 === 0, rule: `r${parity}`, reason: 'parity', version: snapshot.version }
}
