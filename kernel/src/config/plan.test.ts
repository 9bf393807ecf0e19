import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Type } from 'typebox'
import type { PartName } from '../bundle/manifest.ts'
import { contract, operation } from '../contract/contract.ts'
import { settingsPlan } from './plan.ts'
import { read, serviceSections } from './reading.fixture.ts'

const nothing = Type.Object({}, { additionalProperties: false })
const proofs = contract({
  name: 'zk-verify',
  summary: 'Has settings of its own, and something to subscribe to.',
  need: 'optional',
  inbox: { capacity: 1, concurrency: 1 },
  config: serviceSections['zk-verify'],
  state: null,
  uses: {},
  oap: 1,
  operations: {
    watch: operation({
      summary: 'Tells.',
      request: nothing,
      requestBody: 'none',
      response: nothing,
      responseBody: 'none',
      events: nothing,
      refusals: [],
      timeoutMs: 1,
      door: {
        verb: 'zk.read',
        code: 1,
        http: { route: 'GET /zk', status: 200, requestHeaders: {}, responseHeaders: {} },
      },
    }),
  },
})

const governed = (parts: Partial<Record<PartName, string>>, env = {}) => {
  const entries = Object.entries(parts) as [PartName, string][]
  return read({ env, bundle: { version: 7, parts: new Map(entries) } })
}
const complaint = (parts: Partial<Record<PartName, string>>) => {
  const loaded = governed(parts)
  return loaded.ok ? '' : loaded.problems.map(({ message }) => message).join('; ')
}

test('a bundle has the last word on what it names, and says that it had it', () => {
  const env = { MICRO_LOG_LEVEL: 'debug', MICRO_QUOTA_BURST: '7' }
  const loaded = governed({ 'node.toml': '[log]\nlevel = "warn"' }, env)
  assert.equal(loaded.effective.get('log.level')?.value, 'warn')
  assert.deepEqual(loaded.effective.get('log.level')?.source, {
    kind: 'bundle',
    version: 7,
    part: 'node.toml',
  })
  assert.equal(loaded.effective.get('quota.burst')?.value, 7)
})

test('a part says what is for it to say, and no part whom the node believes', () => {
  assert.match(
    complaint({ 'quotas.toml': '[log]\nlevel = "warn"' }),
    /not for that part; put it into node\.toml/,
  )
  assert.match(complaint({ 'circuits.toml': '[quota]\nburst = 7' }), /not for that part/)
  assert.match(complaint({ 'node.toml': '[bundle]\nthreshold = 2' }), /says whom this node believes/)
  assert.match(
    complaint({ 'node.toml': '[quota]\nburst = 0' }),
    /^quota\.burst in node\.toml is 0, below the least/,
  )
  assert.match(complaint({ 'node.toml': 'x' }), /node\.toml is not TOML/)
  assert.equal(
    complaint({ 'quotas.toml': '[quota]\nburst = 7', 'circuits.toml': '[zk-verify]\nmotto = "m"' }),
    '',
  )
})

test('what a change takes is what its settings say it takes', () => {
  const before = read({})
  const after = governed({
    'node.toml':
      '[log]\nlevel = "warn"\n[limits]\nmax_conns = 9\n[zk-verify]\nmotto = "m"\n[timeouts]\nread = "5s"',
  })
  const { changes, restarts, drops, needsProcess } = settingsPlan(before, after, [proofs])
  assert.deepEqual(
    changes.map(({ key, from, to, takes, source }) => [key, from, to, takes, source]),
    [
      ['limits.max_conns', 1024, 9, 'process', 'bundle 7: node.toml'],
      ['log.level', 'info', 'warn', 'live', 'bundle 7: node.toml'],
      ['zk-verify.motto', '', 'm', 'service', 'bundle 7: node.toml'],
    ],
  )
  assert.deepEqual([restarts, needsProcess], [['zk-verify'], ['limits.max_conns']])
  assert.deepEqual(drops, [
    'requests to zk-verify for a moment (503 with Retry-After)',
    'subscriptions of zk-verify',
  ])
  assert.deepEqual(settingsPlan(after, after, [proofs]).changes, [])
})

test('every setting says what it takes, and those of trust are never another’s to change', () => {
  for (const { key, change } of read({}).catalogue.settings) {
    assert.ok(['live', 'service', 'process', 'fixed'].includes(change), key)
    assert.equal(change === 'fixed', key.startsWith('bundle.'), key)
  }
})
