import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  denied,
  enter,
  isForgettable,
  leave,
  stranger,
  type Limits,
  type Peer,
  type State,
} from './admission.ts'

const limits: Limits = {
  inflightMax: 10,
  peerInflightMax: 4,
  tenantInflightMax: 6,
  peerRateMax: 0,
  tarpitAfter: 3,
  tarpitWindowMs: 1_000,
  tarpitBaseMs: 50,
  tarpitDelayMaxMs: 300,
  tarpitQuietMs: 5_000,
  delayedMax: 2,
  peersMax: 100,
}
const calm: State = { peer: stranger, inflight: 0, tenantInflight: 0, delayed: 0 }

function verdict(state: Partial<State>, changed: Partial<Limits> = {}, nowMs = 0, flaggedMs = 0) {
  return enter({ ...calm, ...state }, nowMs, flaggedMs, { ...limits, ...changed })[1]
}

function ruleOf(state: Partial<State>, changed: Partial<Limits> = {}): string {
  const said = verdict(state, changed)
  return said.admit ? 'admitted' : said.rule
}

/** A stranger denied at each of these times. */
function deniedAt(...times: number[]): Peer {
  return times.reduce((peer, at) => denied(peer, at, limits), stranger)
}

function delayOf(peer: Peer, nowMs: number): number {
  const said = verdict({ peer }, {}, nowMs)
  assert.ok(said.admit)
  return said.delayMs
}

test('a request that enters is counted everywhere, and not any more once it left', () => {
  const [after, said] = enter(calm, 0, 0, limits)
  assert.deepEqual(said, { admit: true, delayMs: 0 })
  assert.deepEqual(after, { peer: { ...stranger, inflight: 1 }, inflight: 1, tenantInflight: 1, delayed: 0 })
  assert.deepEqual(leave(after, false), calm)
})

test('each ceiling admits its last request and refuses the next, by its own rule', () => {
  assert.equal(ruleOf({ inflight: 9 }), 'admitted')
  assert.equal(ruleOf({ inflight: 10 }), 'overlay.inflight_max')
  assert.equal(ruleOf({ tenantInflight: 5 }), 'admitted')
  assert.equal(ruleOf({ tenantInflight: 6 }), 'overlay.tenant_inflight_max')
  assert.equal(ruleOf({ peer: { ...stranger, inflight: 3 } }), 'admitted')
  assert.equal(ruleOf({ peer: { ...stranger, inflight: 4 } }), 'overlay.peer_inflight_max')
})

test('a refusal says what there is too much of, which limit it met and when to come again', () => {
  assert.deepEqual(verdict({ inflight: 10 }), {
    admit: false,
    rule: 'overlay.inflight_max',
    because: '10 requests are in flight, the limit overlay.inflight_max; try again in 250 ms',
    retryAfterMs: 250,
  })
})

test('a refused request is not counted and costs its peer no token', () => {
  const full = { ...calm, inflight: 10 }
  assert.deepEqual(enter(full, 0, 0, { ...limits, peerRateMax: 1 })[0], full)
})

test('a peer may burst a second’s worth, then gets the rate, and is told when its next request fits', () => {
  const rated = { ...limits, peerRateMax: 2 }
  let state = calm
  const tryAt = (nowMs: number) => {
    const [after, said] = enter(state, nowMs, 0, rated)
    state = said.admit ? leave(after, false) : after
    return said.admit ? 'admitted' : said.retryAfterMs
  }
  assert.deepEqual([0, 0, 0, 250].map(tryAt), ['admitted', 'admitted', 500, 250])
  assert.deepEqual([500, 500, 1_000, 1_000].map(tryAt), ['admitted', 500, 'admitted', 500])
  assert.deepEqual([60_000, 60_000, 60_000].map(tryAt), ['admitted', 'admitted', 500])
})

test('denials within the window lead into the tarpit, and each further one doubles the wait up to the cap', () => {
  assert.equal(delayOf(deniedAt(0, 1), 2), 0)
  assert.equal(delayOf(deniedAt(0, 1, 2), 3), 50)
  assert.equal(delayOf(deniedAt(0, 1, 2, 3), 4), 100)
  assert.equal(delayOf(deniedAt(0, 1, 2, 3, 4), 5), 200)
  assert.equal(delayOf(deniedAt(0, 1, 2, 3, 4, 5), 6), 300)
  assert.equal(delayOf(deniedAt(...Array.from({ length: 10_000 }, (_, i) => i)), 10_000), 300)
})

test('denials that are spread beyond the window never lead into the tarpit', () => {
  const spread = Array.from({ length: 50 }, (_, i) => i * 500)
  assert.equal(delayOf(deniedAt(...spread), 50 * 500), 0)
})

test('a peer is out of the tarpit once it was quiet for long enough, and starts over after that', () => {
  const sunk = deniedAt(0, 1, 2)
  assert.equal(delayOf(sunk, 5_001), 50)
  assert.equal(delayOf(sunk, 5_002), 0)
  assert.equal(delayOf(denied(sunk, 5_001, limits), 5_002), 100)
  assert.equal(delayOf(denied(sunk, 5_002, limits), 5_003), 0)
})

test('a peer an operator flagged waits at least that long', () => {
  const said = (peer: Peer, flaggedMs: number) => verdict({ peer }, {}, 3, flaggedMs)
  assert.deepEqual(said(stranger, 700), { admit: true, delayMs: 700 })
  assert.deepEqual(said(deniedAt(0, 1, 2), 10), { admit: true, delayMs: 50 })
})

test('delayed requests have a ceiling of their own, which the others do not meet', () => {
  assert.equal(ruleOf({ delayed: 2 }), 'admitted')
  const said = verdict({ delayed: 2 }, {}, 0, 700)
  assert.ok(!said.admit)
  assert.equal(said.rule, 'overlay.delayed_max')
  assert.equal(said.retryAfterMs, 700)
  assert.deepEqual(verdict({ delayed: 1 }, {}, 0, 700), { admit: true, delayMs: 700 })
})

test('a tarpit that is switched off counts no denials and delays nobody', () => {
  const off = { ...limits, tarpitAfter: 0 }
  assert.deepEqual(denied(stranger, 0, off), stranger)
  const [after, said] = enter({ ...calm, peer: deniedAt(0, 1, 2) }, 3, 0, off)
  assert.deepEqual(said, { admit: true, delayMs: 0 })
  assert.equal(after.peer.tarpit, null)
})

test('a peer may be forgotten when it has nothing in flight and nothing on record', () => {
  assert.equal(isForgettable(stranger), true)
  assert.equal(isForgettable({ ...stranger, inflight: 1 }), false)
  assert.equal(isForgettable(deniedAt(0)), false)
  assert.equal(isForgettable(deniedAt(0, 1, 2)), false)
})
