/**
 * A node that is governed by signed bundles, from outside: what is signed by enough known signers takes effect at once,
 * is on record and can be taken back; what is not is refused with the next step, and the node serves on as it was.
 */

import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { envelope, manifest, testSigner, type TestSigner } from './dsse-signer.ts'
import { eventually } from './eventually.ts'
import { asker, type Ask, type Problem } from './http.ts'
import { startNode, type NodeProcess } from './node-process.ts'
import { ronctl } from './ronctl.ts'
import { scratchFile, scratchFolder } from './scratch.ts'

interface Status {
  readonly version: number
  readonly hash: string
  readonly signers: readonly string[]
  readonly phase: string
  readonly warnings: readonly string[]
}
interface Entry {
  readonly kind: string
  readonly target: string
  readonly rule?: string
  readonly subject: string
}

const [alice, bob, carol, stranger] = ['alice', 'bob', 'carol', 'stranger'].map(testSigner) as [
  TestSigner,
  TestSigner,
  TestSigner,
  TestSigner,
]
const signersSetting = `bundle.signers=${[alice, bob, carol].map(({ publicPath }) => publicPath).join(',')}`
const governedBy = (...more: string[]) =>
  [signersSetting, 'bundle.threshold=2', ...more].flatMap((setting) => ['--set', setting])

const [node, hasty] = await Promise.all([
  startNode({ profile: 'macro', args: governedBy('bundle.probation=0s') }),
  startNode({ profile: 'macro', args: governedBy('bundle.probation=30s') }),
])
const adminOf = ({ admin, token }: NodeProcess): Ask => asker({ url: admin, token })
const [ask, admin] = [asker(node), adminOf(node)]

const allow = { id: 'all', when: { path: '*' }, action: 'allow' }
const policy = (version: number, ...rules: object[]) => JSON.stringify({ version, rules: [...rules, allow] })
const noGraph = { id: 'no-graph', when: { path: '/graph*' }, action: 'deny' }
const graph = 'GET /graph/degree?node=a'

const status = async (of = admin) => (await of('GET /api/v1/config')).json<Status>()
const apply = (body: string, of = admin, query = '') => of(`POST /api/v1/config/apply${query}`, { body })
/** Once the audit log takes records: before that, nothing that is to be on record is done. */
const applied = (body: string, of = admin) =>
  eventually('the bundle in force', async () => {
    const reply = await apply(body, of)
    assert.ok([200, 503].includes(reply.status), reply.text)
    return reply.status === 200
  })
const entries = async (of = admin) =>
  (await of('GET /api/v1/audit/tail?limit=256')).json<{ records: readonly Entry[] }>().records

test('a bundle that another implementation of DSSE signed takes effect, and is on record with its signers', async () => {
  assert.notEqual((await ask(graph)).status, 403)
  const text = envelope(manifest(1, { 'policy.json': policy(1, noGraph) }), [alice, carol], { plain: true })
  await applied(text)
  const denied = (await ask(graph)).json<Problem>()
  assert.deepEqual([denied.status, denied.explain?.rule], [403, 'no-graph'])
  const { version, signers, hash, phase } = await status()
  assert.deepEqual([version, signers, phase], [1, ['alice', 'carol'], 'idle'])
  const record = await eventually(
    'the record',
    async () => (await entries()).find(({ kind }) => kind === 'config.apply') ?? null,
  )
  assert.equal(record.target, `version 1 sha256:${hash} signed by alice, carol`)
  assert.match(node.output(), /"version":1,"msg":"configuration updated"/)
})

test('the operator signs a folder, plans, applies and looks, with ronctl alone', async () => {
  const folder = join(scratchFolder(), 'two')
  mkdirSync(folder)
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text)
  write('manifest.json', '{"version":2,"expires":"2099-01-01T00:00:00Z"}')
  write('policy.json', policy(2))
  write('quotas.toml', '[quota]\nburst = 5000\n[overlay]\ninflight_max = 400\n')
  write('node.toml', '[mailbox]\nsubscribers_max = 77\n')
  const out = join(scratchFolder(), '2.dsse.json')
  const first = await ronctl(['config', 'sign', folder, '--key', alice.secretPath, '--out', out])
  assert.equal(first.code, 0, first.stderr)
  const early = await ronctl(['config', 'apply', out], node)
  assert.equal(early.code, 1)
  assert.match(early.stderr, /needs the signatures of 2 different known signers, and only alice signed it/)
  assert.equal((await ronctl(['config', 'sign', out, '--key', bob.secretPath])).code, 0)

  const sent = await ask('POST /v1/mailbox/send', {
    json: { topic: 'kept', idem_key: 'k', payload_b64: 'aGVsbG8=' },
  })
  const planned = await ronctl(['config', 'plan', out, '--json'], node)
  const plan = JSON.parse(planned.stdout)
  assert.deepEqual([planned.code, plan.ok, plan.restarts, plan.policy_changes], [0, true, ['mailbox'], true])
  assert.deepEqual(
    plan.changes.map(({ key, takes }: { key: string; takes: string }) => `${key} ${takes}`),
    ['quota.burst live', 'mailbox.subscribers_max service', 'overlay.inflight_max live'],
  )
  assert.equal((await status()).version, 1, 'a plan changes nothing')

  const applied = await ronctl(['config', 'apply', out], node)
  assert.equal(applied.code, 0, applied.stderr)
  assert.notEqual((await ask(graph)).status, 403)
  assert.equal((await ask('GET /overlay/ceilings')).json<{ inflight_max: number }>().inflight_max, 400)
  // The service that restarted has what it had.
  assert.equal(sent.status < 300, true, sent.text)
  const received = await eventually('the message', async () => {
    const reply = await ask('POST /v1/mailbox/recv', { json: { topic: 'kept' } })
    return reply.status === 200 && reply
  })
  assert.match(received.text, /aGVsbG8=/)

  assert.equal((await ronctl(['config', 'drift'], node)).code, 0)
  await ask('PUT /overlay/ceilings', { json: { inflight_max: 401 } })
  const drift = await ronctl(['config', 'drift', '--json'], node)
  assert.equal(drift.code, 1)
  assert.equal(JSON.parse(drift.stdout).items[0].what, 'overlay.inflight_max')
})

/** What is wrong, and the rule that says so. Whatever it is, version 2 stays. */
const good = { 'policy.json': policy(9, noGraph) }
const both = [alice, bob]
const tampered = (text: string) => {
  const { payload, ...rest } = JSON.parse(text)
  const changed = Buffer.from(payload, 'base64').toString().replace('no-graph', 'on-graph')
  return JSON.stringify({ ...rest, payload: Buffer.from(changed).toString('base64') })
}
const bad: readonly (readonly [what: string, text: string, status: number, rule: string])[] = [
  ['no envelope', '{"version":9}', 400, 'bundle.envelope'],
  ['no signature', envelope(manifest(9, good), []), 412, 'bundle.threshold'],
  ['one signature', envelope(manifest(9, good), [alice]), 412, 'bundle.threshold'],
  ['the same twice', envelope(manifest(9, good), [alice, alice]), 412, 'bundle.threshold'],
  ['a stranger', envelope(manifest(9, good), [alice, stranger]), 412, 'bundle.threshold'],
  ['a changed payload', tampered(envelope(manifest(9, good), both)), 412, 'bundle.threshold'],
  ['another type', envelope(manifest(9, good), both, { type: 'application/json' }), 400, 'bundle.type'],
  ['an older version', envelope(manifest(1, good), both), 409, 'bundle.version'],
  ['the same version', envelope(manifest(2, good), both), 409, 'bundle.version'],
  ['expired', envelope(manifest(9, good, { expires: '2026-01-02T00:00:00Z' }), both), 412, 'bundle.expired'],
  [
    'from the future',
    envelope(manifest(9, good, { created: '2098-01-01T00:00:00Z' }), both),
    412,
    'bundle.clock',
  ],
  ['for a newer node', envelope(manifest(9, good, { min_node: '9.0.0' }), both), 412, 'bundle.min_node'],
  ['a stray member', envelope(manifest(9, good, { extra: 1 }), both), 400, 'bundle.manifest'],
  ['a path for a name', envelope(manifest(9, { '../x': 'y' }), both), 400, 'bundle.manifest'],
  [
    'a part too long',
    envelope(manifest(9, { 'node.toml': '#'.repeat(600_000) }), both),
    400,
    'bundle.manifest',
  ],
  [
    'an unknown setting',
    envelope(manifest(9, { 'node.toml': '[quota]\nbust=1' }), both),
    400,
    'bundle.settings',
  ],
  [
    'a setting of another part',
    envelope(manifest(9, { 'quotas.toml': '[log]\nlevel="warn"' }), both),
    400,
    'bundle.settings',
  ],
  [
    'its own trust',
    envelope(manifest(9, { 'node.toml': '[bundle]\nthreshold=1' }), both),
    400,
    'bundle.settings',
  ],
  [
    'a policy that is none',
    envelope(manifest(9, { 'policy.json': '{"version":9}' }), both),
    400,
    'bundle.policy',
  ],
  [
    'what needs a restart',
    envelope(manifest(9, { 'node.toml': '[limits]\nmax_conns=9' }), both),
    412,
    'bundle.process',
  ],
  [
    'a policy that denies its operator',
    envelope(manifest(9, { 'policy.json': JSON.stringify({ version: 9, rules: [] }) }), both),
    412,
    'bundle.operator',
  ],
  [
    'a revocation that leaves too few signers',
    envelope(manifest(9, { 'keys.json': JSON.stringify({ revoked_signers: [alice.id, carol.id] }) }), both),
    412,
    'bundle.operator',
  ],
  [
    'a service that cannot start',
    envelope(manifest(9, { 'node.toml': '[mailbox]\nbytes_max = 9007199254740991' }), both),
    503,
    'bundle.step',
  ],
]
for (const [what, text, code, rule] of bad) {
  test(`refused by name and with the next step: ${what}`, async () => {
    const problem = (await apply(text)).json<Problem>()
    assert.deepEqual([problem.status, problem.explain?.rule], [code, rule], problem.detail)
    assert.ok((problem.explain?.fix?.length ?? 0) > 10)
    assert.deepEqual([(await status()).version, (await status()).phase], [2, 'idle'])
    assert.notEqual((await ask(graph)).status, 403)
  })
}

test('a body over the limit is refused before it is read', async () => {
  const reply = await apply('x'.repeat(1024 * 1024 + 1))
  assert.equal(reply.status, 413)
})

test('refusals are on record, and nobody without the verb may change anything', async () => {
  const rules = await eventually('the records', async () => {
    const found = (await entries()).filter(({ kind }) => kind === 'config.refuse').map(({ rule }) => rule)
    return found.includes('bundle.operator') && found
  })
  assert.ok(rules.includes('bundle.threshold') && rules.includes('bundle.version'))
  const text = envelope(manifest(9, good), both)
  assert.equal((await admin('POST /api/v1/config/apply', { body: text, token: null })).status, 401)
  assert.equal((await status()).version, 2)
})

test('an operator may lock himself out when he says so, and go back to any version that did well', async () => {
  const text = envelope(manifest(3, { 'policy.json': JSON.stringify({ version: 3, rules: [] }) }), both)
  assert.equal((await apply(text, admin, '?force=true')).status, 200)
  assert.equal((await ask(graph)).status, 403)
  const back = await ronctl(['config', 'rollback'], node)
  assert.equal(back.code, 0, back.stderr)
  assert.deepEqual([(await status()).version, (await ask(graph)).status === 403], [2, false])
  assert.equal((await admin('POST /api/v1/config/rollback', { json: { version: 1 } })).status, 200)
  assert.equal((await ask(graph)).status, 403)
  const history = await ronctl(['config', 'history'], node)
  assert.match(history.stdout, /can go back to: 3, 2, 1, 0/)
})

test('a signer that is revoked while its bundle is in force: that stays, with a warning, and nothing more is taken', async () => {
  const revoking = manifest(10, { 'keys.json': JSON.stringify({ revoked_signers: [alice.id] }) })
  assert.equal((await apply(envelope(revoking, [alice, bob]))).status, 200)
  const now = await status()
  assert.equal(now.version, 10)
  assert.match(now.warnings.join(), /revoked/)
  const next = manifest(11, { 'policy.json': policy(11) })
  const problem = (await apply(envelope(next, [alice, bob]))).json<Problem>()
  assert.match(problem.detail, /only bob signed it: alice is revoked/)
  const back = (await admin('POST /api/v1/config/rollback', { json: { version: 2 } })).json<Problem>()
  assert.equal(back.explain?.rule, 'bundle.threshold')
  assert.equal((await apply(envelope(next, [carol, bob]))).status, 200)
})

test('a bundle that makes the node answer worse is rolled back by itself', async () => {
  const [ask, admin] = [asker(hasty), adminOf(hasty)]
  const tight = manifest(1, { 'quotas.toml': '[quota]\nrequests_per_second = 1\nburst = 1\n' })
  for (let asked = 0; asked < 60; asked++) await ask('GET /objects/none')
  await applied(envelope(tight, both), admin)
  assert.equal((await status(admin)).phase, 'probation')
  const busy = (await apply(envelope(manifest(2, good), both), admin)).json<Problem>()
  assert.equal(busy.explain?.rule, 'bundle.busy')
  for (let asked = 0; asked < 80; asked++) await ask('GET /objects/none')
  await eventually('the rollback', async () => (await status(admin)).version === 0)
  assert.equal((await ask('GET /objects/none')).status, 404)
  await eventually('its record', async () =>
    (await entries(admin)).some(({ kind, subject }) => kind === 'config.rollback' && subject === 'kernel'),
  )
  assert.match(hasty.output(), /answers failed, and 0 % before/)
})

test('a service that falls and stays away during the probation takes the bundle back as well', async () => {
  const admin = adminOf(hasty)
  await applied(envelope(manifest(3, good), both), admin)
  // Held down after a few falls in a row.
  await eventually('the rollback', async () => {
    await admin('POST /api/v1/services/storage/kill', { json: { how: 'throw' } })
    return (await status(admin)).version === 0
  })
  const why = /the node is not ready: [^"]*service:storage/
  await eventually('the log to say why', async () => why.test(hasty.output()))
})

test('a bundle on probation can be taken back by hand', async () => {
  const fresh = await startNode({ profile: 'macro', args: governedBy('bundle.probation=1h') })
  const admin = adminOf(fresh)
  await applied(envelope(manifest(1, good), both), admin)
  assert.equal((await ronctl(['config', 'rollback'], fresh)).code, 0)
  await eventually('the end', async () => {
    const { version, phase } = await status(admin)
    return version === 0 && phase === 'idle'
  })
  assert.notEqual((await asker(fresh)(graph)).status, 403)
})

test('hybrid: a bundle with Ed25519 alone is refused, and with both signatures taken', async () => {
  const key = join(scratchFolder(), 'dora.pem')
  assert.equal((await ronctl(['config', 'keygen', key, '--hybrid'])).code, 0)
  const signers = `bundle.signers=${key}.pub,${alice.publicPath}`
  const settings = [signers, 'bundle.hybrid=true', 'bundle.probation=0s'].flatMap((one) => ['--set', one])
  const hybrid = await startNode({ profile: 'macro', args: settings })
  const admin = adminOf(hybrid)
  const alone = (await apply(envelope(manifest(1, good), [alice]), admin)).json<Problem>()
  assert.match(alone.detail, /alice has no ML-DSA-65 key, and bundle\.hybrid asks for both/)
  const bundle = scratchFile('1.dsse.json', envelope(manifest(1, good), []))
  assert.equal((await ronctl(['config', 'sign', bundle, '--key', key])).code, 0)
  const whole = await ronctl(['config', 'apply', bundle, '--json'], hybrid)
  assert.equal(whole.code, 0, whole.stdout)
  assert.deepEqual((await status(admin)).signers, ['dora'])
})
