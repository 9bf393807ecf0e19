import assert from 'node:assert/strict'
import { test } from 'node:test'
import { limitsOf, snapshotOf, wireLimits, wireTarpit } from './wire.ts'

const limits = {
  inflightMax: 1,
  peerInflightMax: 2,
  tenantInflightMax: 3,
  peerRateMax: 4,
  tarpitAfter: 5,
  tarpitWindowMs: 6,
  tarpitBaseMs: 7,
  tarpitDelayMaxMs: 8,
  tarpitQuietMs: 9,
  delayedMax: 10,
  peersMax: 11,
}

test('every limit survives the way to the wire and back', () => {
  assert.deepEqual(limitsOf(wireLimits(limits)), limits)
})

test('the wire spells every limit as the domain does, in snake case', () => {
  const spelled = Object.keys(limits).map((name) =>
    name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
  )
  assert.deepEqual(Object.keys(wireLimits(limits)), spelled)
})

test('a snapshot is read back as it was', () => {
  const flags = [{ peer: 'p', remainingMs: 12, delayMs: 13 }]
  assert.deepEqual(snapshotOf({ ceilings: wireLimits(limits), tarpits: flags.map(wireTarpit) }), {
    limits,
    flags,
  })
})

test('an event that lacks a limit or its lists is refused, naming what is missing', () => {
  const { delayed_max: _, ...rest } = wireLimits(limits)
  assert.throws(() => snapshotOf({ ceilings: rest, tarpits: [] }), /delayed_max is missing/)
  assert.throws(() => snapshotOf({ ceilings: wireLimits(limits) }), /no event of overlay\.watch/)
  assert.throws(() => snapshotOf({}), /no event of overlay\.watch/)
})
