import assert from 'node:assert/strict'
import { createPublicKey, hkdfSync, verify } from 'node:crypto'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { Refusal } from '../contract/refusals.ts'
import { ManualClock } from '../system/manual-clock.ts'
import { Kms, type KeyChange } from './kms.ts'
import type { Purpose } from './purposes.ts'

/** A kms with the secrets that it was given. */
function kmsOf(held: readonly Purpose[] = ['capability-root', 'audit-log']) {
  const clock = new ManualClock(1_000_000)
  const drawn: Uint8Array[] = []
  const kms = new Kms(
    {
      clock,
      draw: () => {
        const secret = new Uint8Array(32).fill(0xa0 + drawn.length)
        drawn.push(secret)
        return secret
      },
    },
    held,
  )
  const changes: KeyChange[] = []
  kms.onChange((change) => changes.push(change))
  return { clock, drawn, kms, changes }
}

const isWiped = (secret: Uint8Array | undefined) => secret?.every((byte) => byte === 0)
const gone = (thrown: unknown) => thrown instanceof Refusal && thrown.code === 'Draining'

test('a derived key depends on purpose, version and use, and is not the secret', () => {
  const { kms, drawn } = kmsOf()
  const key = kms.derive('capability-root', 1, 'macaroon')
  const expected = hkdfSync('sha256', drawn[0] ?? '', '', 'ron/1 capability-root 1 macaroon', 32)
  assert.deepEqual(key, new Uint8Array(expected))
  assert.notDeepEqual(kms.derive('capability-root', 1, 'other'), key)
  kms.rotate('capability-root', 1_000)
  assert.notDeepEqual(kms.derive('capability-root', 2, 'macaroon'), key)
  assert.deepEqual(kms.derive('capability-root', 1, 'macaroon'), key, 'the version before goes on')
})

test('a signature is that of the version, and verifies with its public key alone', () => {
  const { kms } = kmsOf()
  kms.rotate('audit-log', 1_000)
  const message = Buffer.from('checkpoint')
  for (const version of [1, 2]) {
    const x = Buffer.from(kms.publicKey('audit-log', version)).toString('base64url')
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
    assert.ok(verify(null, message, key, kms.sign('audit-log', version, message)))
    assert.ok(!verify(null, message, key, kms.sign('audit-log', 3 - version, message)))
  }
})

test('while another node has copies, no key that it has is rotated', () => {
  const { kms } = kmsOf(['capability-root', 'session'])
  assert.deepEqual(
    kms.handOut().map(({ purpose, version }) => `${purpose} ${version}`),
    ['capability-root 1'],
  )
  const handedOver = (thrown: unknown) =>
    thrown instanceof Refusal && thrown.code === 'Conflict' && /another node takes over/.test(thrown.message)
  assert.throws(() => kms.rotate('capability-root', 1_000), handedOver)
  assert.equal(kms.active('capability-root'), 1)
  assert.equal(kms.rotate('session', 1_000), 2, 'it is never handed over')
  kms.takeBack()
  assert.equal(kms.rotate('capability-root', 1_000), 2)
})

test('a version is overwritten the moment its grace ends, after who uses it was told', () => {
  const { kms, drawn, clock, changes } = kmsOf()
  assert.equal(kms.rotate('capability-root', 500), 2)
  clock.advance(499)
  assert.ok(!isWiped(drawn[0]))
  clock.advance(1)
  assert.ok(isWiped(drawn[0]))
  assert.ok(!isWiped(drawn[1]) && !isWiped(drawn[2]))
  assert.throws(() => kms.derive('capability-root', 1, 'macaroon'), gone)
  assert.deepEqual(changes, [
    { purpose: 'capability-root', made: 2, gone: [] },
    { purpose: 'capability-root', made: null, gone: [1] },
  ])
  assert.deepEqual(kms.versions('audit-log').length, 1)
})

test('without grace the versions before are overwritten at once', () => {
  const { kms, drawn, changes } = kmsOf()
  kms.rotate('capability-root', 1_000)
  kms.rotate('capability-root', 0)
  assert.deepEqual(
    kms.versions('capability-root').map(({ version }) => version),
    [3],
  )
  assert.ok(isWiped(drawn[0]) && isWiped(drawn[2]) && !isWiped(drawn[3]))
  assert.deepEqual(changes.at(-1), { purpose: 'capability-root', made: 3, gone: [1, 2] })
})

test('too many versions, a purpose without keys, and a source without another key are refused and change nothing', () => {
  const { kms } = kmsOf(['capability-root'])
  for (let n = 0; n < 7; n++) kms.rotate('capability-root', 1_000)
  const before = kms.versions('capability-root')
  assert.throws(
    () => kms.rotate('capability-root', 1_000),
    (thrown) => thrown instanceof Refusal && thrown.code === 'Conflict' && /8 versions/.test(thrown.message),
  )
  assert.deepEqual(kms.versions('capability-root'), before)
  assert.throws(() => kms.rotate('audit-log', 0), /no keys for audit-log/)
  assert.throws(() => kms.sign('audit-log', 1, new Uint8Array()), gone)

  const empty = new Refusal('Conflict', 'the same key')
  let drawn = false
  const draw = () => {
    if (drawn) throw empty
    drawn = true
    return new Uint8Array(32)
  }
  const once = new Kms({ clock: new ManualClock(0), draw }, ['audit-log'])
  assert.throws(() => once.rotate('audit-log', 0), empty)
  assert.deepEqual(
    once.versions('audit-log').map(({ version }) => version),
    [1],
  )
})

test('what is shared is lent for a call, and to nobody when it is gone', () => {
  const { kms, drawn } = kmsOf(['discharge-issuer'])
  assert.equal(
    kms.lend('discharge-issuer', 1, (secret) => secret === drawn[0]),
    true,
  )
  kms.rotate('discharge-issuer', 0)
  assert.throws(() => kms.lend('discharge-issuer', 1, () => 0), gone)
})

test('what is destroyed is overwritten, and signs and derives nothing any more', () => {
  const { kms, drawn, clock } = kmsOf()
  kms.rotate('capability-root', 1_000)
  kms.destroy()
  kms.destroy()
  assert.ok(drawn.every(isWiped))
  assert.throws(() => kms.derive('capability-root', 2, 'macaroon'), gone)
  assert.throws(() => kms.sign('audit-log', 1, new Uint8Array()), gone)
  assert.throws(() => kms.rotate('capability-root', 0))
  clock.advance(1_000)
})

test('nothing that is printed of it has a secret in it', () => {
  const { kms, drawn } = kmsOf()
  const printed = [
    inspect(kms, { depth: 10, showHidden: true }),
    JSON.stringify(kms),
    JSON.stringify(kms.versions('capability-root')),
  ].join()
  for (const secret of drawn) {
    for (const encoding of ['hex', 'base64', 'base64url', 'latin1'] as const)
      assert.ok(!printed.includes(Buffer.from(secret).toString(encoding)))
    assert.ok(!printed.includes([...secret.subarray(0, 4)].join(', ')))
  }
})

test('what was kept is gone on with, and what is gone meanwhile stays gone', () => {
  const { kms, clock } = kmsOf()
  kms.rotate('capability-root', 1_000)
  const kept = kms.kept()
  assert.equal(kept.length, 3)
  const parts = { clock, draw: () => assert.fail('nothing is to be drawn') }
  const next = new Kms(parts, ['capability-root', 'audit-log'], kept)
  for (const version of [1, 2]) {
    assert.deepEqual(
      next.derive('capability-root', version, 'macaroon'),
      kms.derive('capability-root', version, 'macaroon'),
    )
  }
  assert.deepEqual(next.publicKey('audit-log', 1), kms.publicKey('audit-log', 1))
  clock.advance(1_000)
  assert.throws(() => next.derive('capability-root', 1, 'macaroon'), gone)
  const later = new Kms(parts, ['capability-root', 'audit-log'], kept)
  assert.deepEqual(
    later.versions('capability-root').map(({ version }) => version),
    [2],
  )
  assert.throws(() => new Kms(parts, ['audit-log'], [...kept, ...kept]), /no versions of one key/)
})

test('a key that is for this process alone is not among what is kept, and a new one is made', () => {
  const { kms, clock, drawn } = kmsOf(['capability-root', 'session'])
  assert.deepEqual(
    kms.kept().map(({ purpose }) => purpose),
    ['capability-root'],
  )
  let made = 0
  const draw = () => new Uint8Array(32).fill(++made)
  const next = new Kms({ clock, draw }, ['capability-root', 'session'], kms.kept())
  assert.equal(made, 1)
  assert.notDeepEqual(next.derive('session', 1, 'x-wing'), kms.derive('session', 1, 'x-wing'))
  assert.equal(drawn.length, 2)
})

test('a version that cannot be kept does not come to be, and its secret is overwritten', () => {
  const clock = new ManualClock(1_000_000)
  const drawn: Uint8Array[] = []
  let full = false
  const kms = new Kms(
    {
      clock,
      draw() {
        const secret = new Uint8Array(32).fill(7)
        drawn.push(secret)
        return secret
      },
      keep(keys) {
        assert.equal(keys.length, 2, 'it is kept before it is used')
        if (full) throw new Refusal('Unavailable', 'the disk is full')
      },
    },
    ['capability-root'],
  )
  full = true
  assert.throws(() => kms.rotate('capability-root', 1_000), /the disk is full/)
  assert.equal(kms.active('capability-root'), 1)
  assert.ok(isWiped(drawn[1]))
  full = false
  assert.equal(kms.rotate('capability-root', 1_000), 2)
})

test('a version that retires goes by the wall clock, also when that jumps', () => {
  const { kms, clock } = kmsOf()
  kms.rotate('capability-root', 60_000)
  clock.jump(-3_600_000)
  clock.advance(60_000)
  assert.equal(kms.versions('capability-root').length, 2, 'its end has not come yet')
  clock.advance(3_600_000)
  assert.equal(kms.versions('capability-root').length, 1)
  kms.rotate('capability-root', 60_000)
  clock.jump(3_600_000)
  assert.throws(() => kms.rotate('discharge-issuer', 0), /has no keys/)
  assert.deepEqual(
    kms.versions('capability-root').map(({ version }) => version),
    [3],
    'nothing is good past its end',
  )
})
