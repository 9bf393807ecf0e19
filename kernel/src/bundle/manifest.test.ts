import assert from 'node:assert/strict'
import { test } from 'node:test'
import { insistAcceptable, skewMs, type Present } from './accept.ts'
import { BundleError } from './error.ts'
import { openBundle, parseManifest, partBytesMax, payloadOf, payloadType } from './manifest.ts'
import { revokedSigners } from './revocations.ts'

const whole = {
  version: 7,
  created: '2030-01-01T00:00:00Z',
  expires: '2030-02-01T00:00:00.500Z',
  min_node: '0.1.0',
  parts: { 'node.toml': '' },
}
const broken = (rule: string, because: RegExp) => (thrown: unknown) =>
  thrown instanceof BundleError &&
  thrown.rule === rule &&
  because.test(thrown.message) &&
  thrown.fix.length > 5
const envelope = (payload: string, type = payloadType) => ({
  payloadType: type,
  payload: Buffer.from(payload),
  signatures: [],
})

test('a bundle is read as it was written', () => {
  const bundle = openBundle(envelope(JSON.stringify(whole)))
  assert.deepEqual([bundle.version, bundle.minNode, [...bundle.parts]], [7, '0.1.0', [['node.toml', '']]])
  assert.equal(bundle.expiresMs, Date.UTC(2030, 1, 1) + 500)
  assert.deepEqual(openBundle({ ...envelope(''), payload: payloadOf(bundle) }), bundle)
})

test('what is no manifest is refused by the member that is wrong', () => {
  for (const [more, because] of [
    [{ version: 0 }, /version is a whole number from 1/],
    [{ version: 1.5 }, /version/],
    [{ version: '7' }, /version/],
    [{ min_node: '1.0' }, /min_node/],
    [{ created: '2030-01-01' }, /created is a time/],
    [{ created: '2030-13-01T00:00:00Z' }, /created is a time/],
    [{ expires: whole.created }, /expires before it was created/],
    [{ parts: {} }, /no part/],
    [{ parts: [] }, /parts is no object/],
    [{ parts: { '../x': '' } }, /a part is named "\.\.\/x"/],
    [{ parts: { '/etc/passwd': '' } }, /a part is named/],
    [{ parts: { 'node.toml': 7 } }, /node\.toml is no text/],
    [{ parts: { 'node.toml': '#'.repeat(partBytesMax + 1) } }, /more than 524288 bytes/],
    [{ extra: 1 }, /a member "extra"/],
  ] as const) {
    assert.throws(() => parseManifest({ ...whole, ...more }), broken('bundle.manifest', because))
  }
  parseManifest({ ...whole, parts: { 'node.toml': '#'.repeat(partBytesMax) } })
  assert.throws(() => openBundle(envelope('{')), broken('bundle.manifest', /no JSON/))
  const other = envelope('{}', 'application/json')
  assert.throws(() => openBundle(other), broken('bundle.type', /application\/json/))
})

const present: Present = {
  nowMs: Date.UTC(2030, 0, 10),
  nodeVersion: '0.1.0',
  current: { version: 6, createdMs: Date.UTC(2029, 11, 1) },
  versionMin: 1,
}
const bundle = parseManifest(whole)
const weighed =
  (more: Partial<Present>, minNode = '0.1.0') =>
  () =>
    insistAcceptable({ ...bundle, minNode }, { ...present, ...more })

test('a higher version in its time is taken, and no other', () => {
  weighed({})()
  weighed({ current: null, versionMin: 7 })()
  for (const version of [7, 8]) {
    const current = { version, createdMs: 0 }
    assert.throws(weighed({ current }), broken('bundle.version', /does not follow/))
  }
  assert.throws(weighed({ versionMin: 8 }), broken('bundle.version', /below 8/))
})

test('a clock that jumped is told from a bundle that is old', () => {
  assert.throws(weighed({ nowMs: bundle.expiresMs }), broken('bundle.expired', /expired at 2030-02-01/))
  weighed({ nowMs: bundle.expiresMs - 1 })()
  weighed({ nowMs: bundle.createdMs - skewMs })()
  const early = weighed({ nowMs: bundle.createdMs - skewMs - 1 })
  assert.throws(early, broken('bundle.clock', /was made at 2030-01-01/))
  const back = weighed({ current: { version: 6, createdMs: Date.UTC(2030, 0, 20) } })
  assert.throws(back, broken('bundle.clock', /before the bundle in force was made/))
})

test('a bundle for a newer node is refused, number by number', () => {
  for (const [minNode, nodeVersion, taken] of [
    ['0.1.0', '0.1.0', true],
    ['0.1.9', '0.2.0', true],
    ['0.9.0', '0.10.0', true],
    ['1.2.3', '2.0.0', true],
    ['0.1.1', '0.1.0', false],
    ['0.10.0', '0.9.0', false],
    ['2.0.0', '1.9.9', false],
  ] as const) {
    const weigh = weighed({ nodeVersion }, minNode)
    if (taken) weigh()
    else assert.throws(weigh, broken('bundle.min_node', /needs a node of/))
  }
})

test('revocations are a list of key ids', () => {
  const revoked = (text: string) => revokedSigners({ parts: new Map([['keys.json', text]]) })
  assert.deepEqual(revokedSigners({ parts: new Map() }), new Set())
  const id = 'ab'.repeat(32)
  assert.deepEqual(revoked(JSON.stringify({ revoked_signers: [id] })), new Set([id]))
  const ids = (count: number) => Array.from({ length: count }, (_, at) => String(at).padStart(64, '0'))
  const many = (count: number) => JSON.stringify({ revoked_signers: ids(count) })
  assert.equal(revoked(many(64)).size, 64)
  const wrong = ['{', '[]', '{"revoked":[]}', '{"revoked_signers":["x"]}', '{"revoked_signers":[],"a":1}']
  for (const text of [...wrong, many(65)])
    assert.throws(() => revoked(text), broken('bundle.keys', /keys\.json/), text)
})
