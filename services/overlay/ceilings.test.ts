import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Limits } from './admission.ts'
import { Ceilings, type Entry } from './ceilings.ts'
import { NaiveCeilings } from './ceilings.oracle.ts'

const limits: Limits = {
  inflightMax: 512,
  peerInflightMax: 256,
  tenantInflightMax: 512,
  peerRateMax: 0,
  tarpitAfter: 3,
  tarpitWindowMs: 10_000,
  tarpitBaseMs: 50,
  tarpitDelayMaxMs: 2_000,
  tarpitQuietMs: 30_000,
  delayedMax: 64,
  peersMax: 4,
}
const facts = (peer: string, tenant = 't') => ({ peer, tenant, service: 'storage', operation: 'put' })
const opened = (changed: Partial<Limits> = {}) =>
  new Ceilings({ limits: { ...limits, ...changed }, flags: [] }, 0)

function admitted(entry: Entry): Extract<Entry, { admit: true }> {
  assert.ok(entry.admit, 'refused')
  return entry
}

test('peers and tenants that came and went in peace do not count, and few of their names are kept', () => {
  const ceilings = opened()
  for (let i = 0; i < 1_000; i++) {
    admitted(ceilings.enter(facts(`p${i}`, `t${i}`), i)).release()
    assert.ok(ceilings.kept <= 2 * 64, `${ceilings.kept} names`)
  }
  assert.deepEqual(ceilings.load, { inflight: 0, delayed: 0, peers: 0, tenants: 0 })
})

test('a peer at rest takes no place from others', () => {
  const ceilings = opened({ peersMax: 2 })
  for (const peer of ['a', 'b', 'c']) admitted(ceilings.enter(facts(peer), 0)).release()
  const entries = ['d', 'e'].map((peer) => admitted(ceilings.enter(facts(peer), 0)))
  assert.equal(ceilings.load.peers, 2)
  for (const peer of ['a', 'f']) assert.equal(ceilings.enter(facts(peer), 0).admit, false, peer)
  for (const { release } of entries) release()
  assert.equal(ceilings.load.peers, 0)
})

test('releasing twice gives back one place', () => {
  const ceilings = opened({ inflightMax: 2 })
  const first = admitted(ceilings.enter(facts('p'), 0))
  admitted(ceilings.enter(facts('p'), 0))
  first.release()
  first.release()
  assert.equal(ceilings.load.inflight, 1)
  admitted(ceilings.enter(facts('p'), 0))
  assert.equal(ceilings.enter(facts('p'), 0).admit, false)
})

test('a refusal names the operation, the limit and when to come again', () => {
  const ceilings = opened({ inflightMax: 1 })
  ceilings.enter(facts('p'), 0)
  assert.deepEqual(ceilings.enter(facts('q'), 0), {
    admit: false,
    retryAfterMs: 250,
    message: 'storage.put: 1 requests are in flight, the limit overlay.inflight_max; try again in 250 ms',
    rule: 'overlay.inflight_max',
  })
})

test('one peer or one tenant at its ceiling leaves room for the others', () => {
  const ceilings = opened({ peerInflightMax: 1, tenantInflightMax: 2 })
  admitted(ceilings.enter(facts('p', 'a'), 0))
  assert.equal(ceilings.enter(facts('p', 'b'), 0).admit, false)
  admitted(ceilings.enter(facts('q', 'a'), 0))
  assert.equal(ceilings.enter(facts('r', 'a'), 0).admit, false)
  admitted(ceilings.enter(facts('r', 'b'), 0))
})

test('the table of peers is bounded: the one idle longest is forgotten, its denials with it', () => {
  const ceilings = opened({ peersMax: 2 })
  const sink = (peer: string, nowMs: number) => {
    for (let i = 0; i < 3; i++) ceilings.denied(peer, nowMs)
  }
  const delay = (peer: string) => {
    const entry = admitted(ceilings.enter(facts(peer), 10))
    entry.release()
    return entry.delayMs
  }
  sink('old', 0)
  sink('new', 1)
  assert.equal(ceilings.load.peers, 2)
  assert.equal(delay('old'), 50, 'and by coming again it became the newer of the two')
  sink('third', 2)
  assert.equal(ceilings.load.peers, 2)
  assert.equal(delay('old'), 50)
  assert.equal(delay('third'), 50)
  assert.equal(delay('new'), 0)
})

test('a denial makes an idle peer the last to be forgotten', () => {
  const ceilings = opened({ peersMax: 2, tarpitAfter: 2 })
  for (const peer of ['a', 'b', 'a', 'c']) ceilings.denied(peer, 0)
  const delays = ['a', 'b'].map((peer) => admitted(ceilings.enter(facts(peer), 1)).delayMs)
  assert.deepEqual(delays, [50, 0])
})

test('ten thousand peers with denials leave no more behind than the table may hold', () => {
  const ceilings = opened({ peersMax: 16 })
  for (let i = 0; i < 10_000; i++) ceilings.denied(`p${i}`, i)
  assert.equal(ceilings.load.peers, 16)
})

test('a peer with requests in flight is never evicted; when all are active a stranger is refused', () => {
  const ceilings = opened({ peersMax: 2 })
  const first = admitted(ceilings.enter(facts('a'), 0))
  admitted(ceilings.enter(facts('b'), 0))
  const refused = ceilings.enter(facts('c'), 0)
  assert.ok(!refused.admit)
  assert.equal(refused.rule, 'overlay.peers_max')
  assert.match(refused.message, /2 peers are active, the limit overlay\.peers_max/)
  ceilings.denied('c', 0)
  assert.equal(ceilings.load.peers, 2)
  first.release()
  admitted(ceilings.enter(facts('c'), 0))
})

test('too many delayed requests are refused, and a released one makes room', () => {
  const ceilings = opened({ delayedMax: 2 })
  for (let i = 0; i < 3; i++) ceilings.denied('p', 0)
  const first = admitted(ceilings.enter(facts('p'), 1))
  admitted(ceilings.enter(facts('p'), 1))
  assert.equal(first.delayMs, 50)
  assert.equal(ceilings.load.delayed, 2)
  const refused = ceilings.enter(facts('p'), 1)
  assert.ok(!refused.admit && refused.rule === 'overlay.delayed_max')
  admitted(ceilings.enter(facts('innocent'), 1))
  first.release()
  admitted(ceilings.enter(facts('p'), 1))
})

test('a flag of an operator delays its peer until it runs out, and an update replaces all flags', () => {
  const ceilings = opened()
  const delay = (nowMs: number) => {
    const entry = admitted(ceilings.enter(facts('p'), nowMs))
    entry.release()
    return entry.delayMs
  }
  ceilings.update({ limits, flags: [{ peer: 'p', remainingMs: 1_000, delayMs: 700 }] }, 100)
  assert.deepEqual([100, 1_099, 1_100].map(delay), [700, 700, 0])
  ceilings.update({ limits, flags: [{ peer: 'p', remainingMs: 1_000, delayMs: 700 }] }, 2_000)
  ceilings.update({ limits, flags: [] }, 2_001)
  assert.equal(delay(2_002), 0)
})

test('a flag outlives the eviction of its peer', () => {
  const ceilings = new Ceilings(
    { limits: { ...limits, peersMax: 1 }, flags: [{ peer: 'p', remainingMs: 1_000, delayMs: 700 }] },
    0,
  )
  ceilings.denied('p', 0)
  ceilings.denied('q', 0)
  assert.equal(admitted(ceilings.enter(facts('p'), 1)).delayMs, 700)
})

test('lowered limits hold for the next request, keep what is in flight, and shrink the table', () => {
  const ceilings = opened()
  const entries = ['a', 'b', 'c'].map((peer) => admitted(ceilings.enter(facts(peer), 0)))
  ceilings.denied('idle', 0)
  ceilings.update({ limits: { ...limits, inflightMax: 2, peersMax: 1 }, flags: [] }, 0)
  assert.deepEqual(ceilings.load, { inflight: 3, delayed: 0, peers: 3, tenants: 1 })
  assert.equal(ceilings.enter(facts('a'), 0).admit, false)
  for (const { release } of entries) release()
  admitted(ceilings.enter(facts('a'), 0))
})

test('in any order of entering, leaving and being denied the counts decide as the whole history does', () => {
  const peer = fc.constantFrom('p', 'q', 'r')
  const tenant = fc.constantFrom('s', 't')
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('enter' as const), peer, tenant }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('leave' as const), which: fc.nat(20) }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('denied' as const), peer }) },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(1, 250, 1_000, 4_000) }),
    },
  )
  const changed = fc.record({
    inflightMax: fc.integer({ min: 1, max: 6 }),
    peerInflightMax: fc.integer({ min: 1, max: 4 }),
    tenantInflightMax: fc.integer({ min: 1, max: 5 }),
    peerRateMax: fc.constantFrom(0, 1, 4),
    tarpitAfter: fc.constantFrom(0, 1, 2, 3),
    tarpitWindowMs: fc.constantFrom(500, 2_000),
    tarpitQuietMs: fc.constantFrom(1_000, 5_000),
    delayedMax: fc.integer({ min: 0, max: 3 }),
  })
  fc.assert(
    fc.property(changed, fc.array(step, { minLength: 30, maxLength: 120 }), (changed, steps) => {
      const limited = { ...limits, ...changed, peersMax: 100 }
      const ceilings = new Ceilings({ limits: limited, flags: [] }, 0)
      const naive = new NaiveCeilings(limited)
      const releases: (() => void)[] = []
      let nowMs = 0
      for (const step of steps) {
        if (step.kind === 'wait') nowMs += step.ms
        if (step.kind === 'leave') releases.splice(step.which % (releases.length + 1), 1)[0]?.()
        if (step.kind === 'denied') {
          assert.equal(ceilings.denied(step.peer, nowMs), naive.denied(step.peer, nowMs))
        }
        if (step.kind === 'enter') {
          const entry = ceilings.enter(facts(step.peer, step.tenant), nowMs)
          const wanted = naive.enter(facts(step.peer, step.tenant), nowMs)
          assert.equal(
            entry.admit ? entry.delayMs : entry.rule,
            typeof wanted === 'string' ? wanted : wanted.delayMs,
          )
          if (!entry.admit) assert.ok(entry.retryAfterMs > 0)
          if (entry.admit && typeof wanted !== 'string') {
            releases.push(() => {
              entry.release()
              wanted.release()
            })
          }
        }
        assert.equal(ceilings.load.inflight, naive.inflight)
      }
      for (const release of releases) release()
      const { inflight, delayed, tenants } = ceilings.load
      assert.deepEqual({ inflight, delayed, tenants }, { inflight: 0, delayed: 0, tenants: 0 })
    }),
    { numRuns: 500 },
  )
})
