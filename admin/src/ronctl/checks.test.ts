import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  auditFinding,
  bundleFinding,
  clockFinding,
  driftFinding,
  readyFinding,
  serviceFindings,
  tokenFinding,
  verbsFinding,
  versionFinding,
} from './checks.ts'

const nowMs = Date.parse('2026-01-31T12:00:00Z')
const inDays = (days: number) => new Date(nowMs + days * 86_400_000).toISOString()

test('a version that may speak another wire fails, another patch warns', () => {
  for (const [own, node, level] of [
    ['0.1.0', '0.1.0', 'ok'],
    ['0.1.0', '0.1.1', 'warn'],
    ['0.1.0', '0.2.0', 'fail'],
    ['1.1.0', '1.2.0', 'warn'],
    ['1.1.0', '2.1.0', 'fail'],
  ] as const)
    assert.equal(versionFinding(own, node).level, level, `${own} ${node}`)
})

test('clocks may be two seconds apart, and not half a minute', () => {
  for (const [ms, level] of [
    [0, 'ok'],
    [1_999, 'ok'],
    [-2_000, 'warn'],
    [29_999, 'warn'],
    [-30_000, 'fail'],
  ] as const)
    assert.equal(clockFinding(ms).level, level, `${ms}`)
  assert.match(clockFinding(-2_500).says, /2500 ms behind/)
})

test('a token is judged by the node, and by how long it is good', () => {
  const level = (expires: string | null, good = true) =>
    tokenFinding({ good, stops: null, expires, caveats: [] }, nowMs).level
  assert.equal(level(inDays(1)), 'ok')
  assert.equal(level(null), 'ok')
  assert.equal(level(inDays(0.04)), 'warn')
  assert.equal(level(inDays(1), false), 'fail')
  const stops = { reason: 'it is revoked', fix: 'get another' }
  assert.deepEqual(tokenFinding({ good: false, stops }, nowMs), {
    name: 'token',
    level: 'fail',
    says: 'it is revoked',
    next: 'get another',
  })
  const verbs = (...allowed: readonly boolean[]) =>
    verbsFinding({ verbs: allowed.map((one, n) => ({ verb: n === 0 ? 'admin.read' : 'x.y', allowed: one })) })
      .level
  assert.deepEqual(
    [verbs(true, true), verbs(true, false), verbs(false, true), verbs(false, false)],
    ['ok', 'ok', 'warn', 'warn'],
  )
})

test('a service that is down, not well, or fell within the hour is named', () => {
  const one = { name: 'index', need: 'required', health: 'healthy', because: '', last_failure: null }
  const levels = (more: object) =>
    serviceFindings({ services: [{ ...one, ...more }] }, nowMs).map(({ level }) => level)
  const fell = (agoMs: number) => ({
    at: new Date(nowMs - agoMs).toISOString(),
    cause: 'throw',
    because: 'x',
  })
  assert.deepEqual(levels({}), ['ok'])
  assert.deepEqual(levels({ health: 'down' }), ['fail'])
  assert.deepEqual(levels({ health: 'down', need: 'optional' }), ['warn'])
  assert.deepEqual(levels({ health: 'degraded' }), ['warn'])
  assert.deepEqual(levels({ last_failure: fell(60_000) }), ['warn'])
  assert.deepEqual(levels({ last_failure: fell(3_600_000) }), ['ok'])
})

test('a bundle warns a week before its end, fails after it, and when it is torn', () => {
  const level = (more: object) =>
    bundleFinding({ governed: true, version: 3, phase: 'idle', ...more }, nowMs).level
  assert.equal(level({ governed: false }), 'ok')
  assert.equal(level({ expires: inDays(8) }), 'ok')
  assert.equal(level({ expires: inDays(6) }), 'warn')
  assert.equal(level({ expires: inDays(-1) }), 'fail')
  assert.equal(level({ phase: 'torn' }), 'fail')
  assert.equal(driftFinding({ drifted: false }).level, 'ok')
  const drifted = driftFinding({ drifted: true, items: [{ what: 'policy', fix: 'apply it again' }] })
  assert.deepEqual([drifted.level, drifted.next], ['warn', 'apply it again'])
})

test('a log that fills, lags or lost something is told', () => {
  const level = (more: object) =>
    auditFinding({ size: 1, bytes: 10, bytes_max: 100, waiting: 0, lost: 0, ...more }).level
  assert.equal(level({}), 'ok')
  assert.equal(level({ bytes: 80 }), 'warn')
  assert.equal(level({ bytes: 95 }), 'fail')
  assert.equal(level({ waiting: 1_000 }), 'warn')
  assert.equal(level({ lost: 1 }), 'fail')
})

test('each gate that is closed is named with its reason', () => {
  assert.equal(readyFinding({ ready: true }).level, 'ok')
  const { level, says } = readyFinding({
    ready: false,
    checks: { policy: { ok: false, because: 'none' }, auth: { ok: true, because: '' } },
  })
  assert.deepEqual([level, says], ['fail', 'policy: none'])
})
