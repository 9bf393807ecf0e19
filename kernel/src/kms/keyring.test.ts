import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { newKeyring, nextGoneMs, rotated, versionsMax, withoutGone, type Keyring } from './keyring.ts'

test('a rotated key stays good for its grace, and is gone after it', () => {
  const ring = rotated(newKeyring(100), 200, 50)
  assert.deepEqual(ring, [
    { version: 1, madeAtMs: 100, goneAtMs: 250 },
    { version: 2, madeAtMs: 200, goneAtMs: null },
  ])
  assert.equal(nextGoneMs(ring ?? []), 250)
  assert.equal(withoutGone(ring ?? [], 249).length, 2)
  assert.deepEqual(
    withoutGone(ring ?? [], 250).map(({ version }) => version),
    [2],
  )
})

test('no grace ends every earlier version at once, also those that had some left', () => {
  const ring = rotated(newKeyring(0), 0, 1_000) ?? []
  assert.deepEqual(rotated(ring, 10, 0), [{ version: 3, madeAtMs: 10, goneAtMs: null }])
  assert.deepEqual(
    (rotated(ring, 10, 5) ?? []).map(({ goneAtMs }) => goneAtMs),
    [15, 15, null],
  )
})

test('so many versions are good at once and no more', () => {
  let ring: Keyring = newKeyring(0)
  for (let version = 2; version <= versionsMax; version++) ring = rotated(ring, 0, 1_000) ?? []
  assert.equal(ring.length, versionsMax)
  assert.equal(rotated(ring, 0, 1_000), null)
  assert.notEqual(rotated(ring, 0, 0), null)
  assert.notEqual(rotated(ring, 1_000, 1_000), null)
})

test('whatever happens, one version is active, it is the newest, and no number comes twice', () => {
  const steps = fc.array(fc.record({ afterMs: fc.nat(100), graceMs: fc.nat(300) }), { maxLength: 30 })
  fc.assert(
    fc.property(steps, (steps) => {
      let [ring, nowMs, newest] = [newKeyring(0), 0, 1]
      for (const { afterMs, graceMs } of steps) {
        nowMs += afterMs
        const next = rotated(withoutGone(ring, nowMs), nowMs, graceMs)
        if (next !== null) newest++
        ring = next ?? ring
        assert.equal(ring.at(-1)?.version, newest)
        assert.equal(ring.filter(({ goneAtMs }) => goneAtMs === null).length, 1)
        assert.ok(ring.length <= versionsMax)
        assert.deepEqual(
          ring.map(({ version }) => version),
          [...new Set(ring.map(({ version }) => version))].toSorted((a, b) => a - b),
        )
      }
    }),
  )
})
