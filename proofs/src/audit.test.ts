/**
 * The audit log of a node, from outside: governed acts are in it with rule, code and trace id and without any
 * secret, a copy of its files is verified with nothing but a key, and where acts cannot be recorded, privileged
 * ones are refused and all others go on.
 */

import { readdirSync, readFileSync, statSync, writeFileSync, chmodSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { generateKeyPairSync } from 'node:crypto'
import assert from 'node:assert/strict'
import { attenuate } from '@ron/app-sdk'
import { eventually } from './eventually.ts'
import { asker, type Ask, type Problem } from './http.ts'
import { scrape } from './metrics.ts'
import { startNode, type NodeProcess } from './node-process.ts'
import { ronctl } from './ronctl.ts'
import { scratchFile, scratchFolder } from './scratch.ts'

interface Entry {
  readonly seq: number
  readonly kind: string
  readonly outcome: string
  readonly verb?: string
  readonly target: string
  readonly code?: string
  readonly rule?: string
  readonly subject: string
  readonly trace_id: string
  readonly count?: number
}

interface AuditStatus {
  readonly origin: string
  readonly key: string
  readonly size: number
}

const keyFile = scratchFile(
  'node-key.pem',
  generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
)
chmodSync(keyFile, 0o600)
const [node, micro, small, named] = await Promise.all([
  startNode({ profile: 'macro' }),
  startNode(),
  startNode({ profile: 'macro', args: ['--set', 'audit.journal_bytes_max=64KiB'] }),
  startNode({
    profile: 'macro',
    args: ['--set', `identity.key_path=${keyFile}`, '--set', 'identity.origin=example.com/node-1/audit'],
  }),
])
const adminOf = ({ admin, token }: NodeProcess): Ask => asker({ url: admin, token })
const [ask, admin] = [asker(node), adminOf(node)]
const traceId = (digit: string) => digit.repeat(32)
const traced = (digit: string) => ({ traceparent: `00-${traceId(digit)}-${'1'.repeat(16)}-01` })

/** None while the service is away. */
async function entries(from = 0, of = admin): Promise<readonly Entry[]> {
  const reply = await of(`GET /api/v1/audit/tail?from=${from}&limit=256`)
  if (reply.status !== 200) return []
  const { records, size, first } = reply.json<{
    records: readonly Entry[]
    size: number
    first: number
  }>()
  const next = first + records.length
  return next < size && records.length > 0 ? [...records, ...(await entries(next, of))] : records
}

const sought = (what: string, is: (entry: Entry) => boolean, of = admin) =>
  eventually(what, async () => (await entries(0, of)).find(is) ?? null)

const audit = (...args: readonly string[]) => ronctl(['audit', ...args])

const bundle = (version: number) => ({
  version,
  default: 'allow',
  rules: [],
})

test('a node begins its log with its key, its configuration, its start and the token it made', async () => {
  const started = await eventually('the first records', async () => {
    const found = await entries()
    return found.length >= 4 && found
  })
  const { key } = (await admin('GET /api/v1/audit')).json<AuditStatus>()
  assert.deepEqual(
    started.slice(0, 4).map(({ kind }) => kind),
    ['key.use', 'config.load', 'node.start', 'capability.mint'],
  )
  assert.equal(started[0]?.target, key)
  assert.match(started[1]?.target ?? '', /^sha256:[0-9a-f]{64}$/)
  assert.match(started[3]?.target ?? '', /^v1:boot-1:/)
})

test('what an operator changes is on record before it happens, and how it ended', async () => {
  const changed = await ask('PUT /overlay/ceilings', { json: { inflight_max: 900 }, headers: traced('a') })
  assert.equal(changed.status, 200, changed.text)
  const ended = await sought(
    'the end',
    (entry) => entry.trace_id === traceId('a') && entry.kind === 'act.end',
  )
  const begun = (await entries()).find(
    ({ trace_id, kind }) => trace_id === traceId('a') && kind === 'act.begin',
  )
  assert(begun !== undefined && begun.seq < ended.seq)
  assert.deepEqual(
    [ended.verb, ended.target, ended.outcome, ended.code],
    ['overlay.admin', 'overlay.putCeilings', 'done', undefined],
  )
  assert.match(ended.subject, /^v1:boot-1:/)

  const refused = await ask('PUT /policy/bundle', { body: '{"version":', headers: traced('b') })
  assert.equal(refused.status, 400)
  const failed = await sought(
    'the refusal',
    (entry) => entry.trace_id === traceId('b') && entry.kind === 'act.end',
  )
  assert.deepEqual([failed.outcome, failed.code], ['refused', 'BadRequest'])
})

test('who may not is on record, by rule and code, however often it was tried', async () => {
  const other = attenuate(node.token, 'verbs = objects.read')
  const tries = 40
  const replies = await Promise.all(
    Array.from({ length: tries }, () =>
      ask('PUT /policy/bundle', { token: other, json: bundle(9), headers: traced('c') }),
    ),
  )
  assert.deepEqual(new Set(replies.map(({ status }) => status)), new Set([403]))
  const nobody = await ask('PUT /policy/bundle', { token: null, json: bundle(9), headers: traced('d') })
  assert.equal(nobody.status, 401)
  const counted = await eventually('the denials', async () => {
    const found = (await entries()).filter(
      ({ kind, code }) => kind === 'denial' && code === 'CapabilityScope',
    )
    return found.reduce((sum, { count = 1 }) => sum + count, 0) === tries && found
  })
  assert(counted.length < tries, 'the same denial again is one record')
  assert.deepEqual(
    [counted[0]?.verb, counted[0]?.target, counted[0]?.rule],
    ['policy.admin', 'policy.putBundle', 'auth'],
  )
  const unknown = await sought('nobody', ({ trace_id }) => trace_id === traceId('d'))
  assert.deepEqual(
    [unknown.code, unknown.rule, unknown.subject],
    ['CapabilityMissing', 'capability-required', ''],
  )
})

test('a drill and the crash it brings about are on record', async () => {
  const reply = await admin('POST /api/v1/services/index/kill', {
    json: { how: 'throw' },
    headers: traced('e'),
  })
  assert.equal(reply.status, 202)
  const crash = await sought(
    'the crash',
    ({ kind, target }) => kind === 'service.crash' && target === 'index',
  )
  assert.equal(crash.code, 'throw')
  const begun = await sought(
    'the drill',
    ({ trace_id, kind }) => trace_id === traceId('e') && kind === 'act.begin',
  )
  assert.deepEqual([begun.verb, begun.target], ['admin.chaos', 'index throw'])
  assert(begun.seq < crash.seq)
})

test('the thread of the log dies, and nothing of it is lost; the node stays ready', async () => {
  const before = await entries()
  const { key } = (await admin('GET /api/v1/audit')).json<AuditStatus>()
  const checkpoint = await admin('GET /api/v1/audit/checkpoint')
  for (const how of ['throw', 'exit', 'hang']) {
    const reply = await admin('POST /api/v1/services/audit/kill', { json: { how } })
    assert.equal(reply.status, 202, reply.text)
    assert.equal((await admin('GET /readyz')).status, 200)
    assert.equal((await ask('PUT /objects/meanwhile', { body: 'x' })).status, how === 'throw' ? 201 : 200)
    const cause = (entry: Entry) =>
      entry.kind === 'service.crash' && entry.target === 'audit' && entry.code === how
    await eventually('its crash on record', async () => {
      const status = await admin('GET /api/v1/audit')
      return status.status === 200 && (await entries()).some(cause)
    })
  }
  assert.deepEqual((await entries()).slice(0, before.length), before)
  const older = scratchFile('older-checkpoint', checkpoint.text)
  const verified = await audit('verify', '--admin', node.admin, '--key', key, '--since', older)
  assert.deepEqual([verified.code, verified.stderr], [0, ''])
  assert.match(verified.stdout, /continues what was signed at \d+/)
})

test('a copy of the files is verified offline, and one byte that was changed is found', async () => {
  for (let at = 0; at < 150; at++) {
    const reply = await ask('PUT /overlay/ceilings', { json: { inflight_max: 800 + at } })
    assert.equal(reply.status, 200, reply.text)
  }
  const folder = join(scratchFolder(), 'log')
  const { key } = (await admin('GET /api/v1/audit')).json<AuditStatus>()
  const mirrored = await audit('mirror', folder, '--admin', node.admin)
  assert.deepEqual([mirrored.code, mirrored.stderr], [0, ''])
  const files = readdirSync(folder, { recursive: true })
    .map((path) => join(folder, String(path)))
    .filter((path) => statSync(path).isFile())
  assert(files.length >= 6, files.join())
  const verify = () => audit('verify', '--dir', folder, '--key', key)
  const whole = await verify()
  assert.deepEqual([whole.code, whole.stderr], [0, ''])
  assert.match(whole.stdout, /^localhost\/audit\/[0-9a-f]{8} has \d+ records under the root/)
  for (const path of files) {
    const bytes = readFileSync(path)
    writeFileSync(path, bytes.with(bytes.length - 3, (bytes.at(-3) ?? 0) ^ 1))
    const changed = await verify()
    assert.deepEqual([changed.code, changed.stdout], [1, ''], path)
    writeFileSync(path, bytes)
  }
  const proved = await audit('prove', '3', '--dir', folder, '--key', key, '--json')
  assert.equal(proved.code, 0)
  assert.equal(JSON.parse(proved.stdout).record.kind, 'capability.mint')
  const bundle = files.find((path) => path.endsWith('tile/entries/000')) ?? assert.fail('no entries')
  const written = readFileSync(bundle, 'latin1')
  writeFileSync(bundle, written.replace('capability.mint', 'capability.lent'), 'latin1')
  const other = await audit('prove', '3', '--dir', folder, '--key', key)
  assert.deepEqual([other.code, other.stdout], [1, ''])
  assert.match(other.stderr, /record 3 is not in the tree that the checkpoint signs/)
  writeFileSync(bundle, written, 'latin1')
  const strange = await audit('verify', '--dir', folder, '--key', await keyOf(named))
  assert.equal(strange.code, 1)
  assert.match(strange.stderr, /not signed by example\.com\/node-1\/audit/)
})

test('the files have the types and lifetimes that readers of logs expect', async () => {
  const checkpoint = await admin('GET /api/v1/audit/checkpoint')
  assert.equal(checkpoint.headers.get('content-type'), 'text/plain; charset=utf-8')
  assert.equal(checkpoint.headers.get('cache-control'), 'no-store')
  const size = Number(checkpoint.text.split('\n')[1])
  assert(size > 256, `${size}`)
  const full = await admin('GET /api/v1/audit/tile/0/000')
  assert.deepEqual([full.status, full.bytes.length], [200, 8_192])
  assert.equal(full.headers.get('content-type'), 'application/octet-stream')
  assert.match(full.headers.get('cache-control') ?? '', /immutable/)
  const part = await admin('GET /api/v1/audit/tile/1/000.p/1')
  assert.deepEqual([part.status, part.bytes.length], [200, 32])
  for (const [path, status] of [
    ['tile/0/000.p/256', 404],
    ['tile/0/00', 404],
    ['tile/0/x000/000', 404],
    ['tile/2/000.p/1', 404],
    ['tile/entries/999', 404],
    ['tile/0/000?x=1', 400],
    ['checkpoint?size=3', 400],
    ['tail?limit=257', 400],
    ['tail?from=1&from=2', 400],
    ['prove', 400],
    ['prove?index=99999999', 404],
  ] as const) {
    assert.equal((await admin(`GET /api/v1/audit/${path}`)).status, status, path)
  }
  const { proof, leaf } = (await admin('GET /api/v1/audit/prove?index=0&size=1')).json<{
    proof: readonly string[]
    leaf: string
  }>()
  assert.deepEqual(proof, [])
  assert.equal(leaf, Buffer.from(full.bytes.subarray(0, 32)).toString('base64'))
})

test('no record holds a token, a payload or a key', async () => {
  const all = JSON.stringify(await entries())
  const { key } = (await admin('GET /api/v1/audit')).json<AuditStatus>()
  for (const secret of [
    node.token,
    attenuate(node.token, 'verbs = objects.read'),
    'inflight_max',
    '"rules"',
  ]) {
    assert(!all.includes(secret), secret)
  }
  assert(all.includes(key))
})

test('a key of the operator is used, and one that others could read is refused', async () => {
  assert.match(await keyOf(named), /^example\.com\/node-1\/audit\+[0-9a-f]{8}\+/)
  const { stdout, code } = await audit('verify', '--admin', named.admin, '--key', await keyOf(named))
  assert.equal(code, 0)
  assert.match(stdout, /^example\.com\/node-1\/audit\/[0-9a-f]{8} has/)
  const open = scratchFile('open-key.pem', readFileSync(keyFile, 'utf8'))
  chmodSync(open, 0o640)
  await assert.rejects(
    startNode({ profile: 'macro', args: ['--set', `identity.key_path=${open}`] }),
    /identity\.key_path: .* is open to others than its owner; chmod 600/,
  )
  const none = scratchFile('no-key.pem', 'nonsense')
  chmodSync(none, 0o600)
  await assert.rejects(
    startNode({ profile: 'macro', args: ['--set', `identity.key_path=${none}`] }),
    /holds no private Ed25519 key/,
  )
})

test('a full log has privileged acts refused with the setting to raise; all others go on, and it is still verified', async () => {
  const [asks, admins] = [asker(small), adminOf(small)]
  let refused = await asks('PUT /overlay/ceilings', { json: { inflight_max: 700 } })
  for (let at = 0; at < 400 && refused.status === 200; at++) {
    refused = await asks('PUT /overlay/ceilings', { json: { inflight_max: 700 + at } })
  }
  const problem = refused.json<Problem>()
  assert.deepEqual([refused.status, problem.code, problem.explain?.wall], [507, 'Full', 'audit'])
  assert.match(`${problem.detail} ${problem.explain?.fix}`, /audit\.journal_bytes_max/)
  const { inflight_max: held } = (await asks('GET /overlay/ceilings')).json<{ inflight_max: number }>()
  const killed = await admins('POST /api/v1/services/index/kill', { json: { how: 'throw' } })
  assert.equal(killed.status, 507)
  const again = await asks('PUT /overlay/ceilings', { json: { inflight_max: held + 1 } })
  assert.equal(again.status, 507)
  assert.equal((await asks('GET /overlay/ceilings')).json<{ inflight_max: number }>().inflight_max, held)
  assert.equal((await asks('PUT /objects/a', { body: 'x' })).status, 201)
  assert.equal((await asks('GET /objects/a')).text, 'x')
  assert.equal((await admins('GET /readyz')).status, 200)
  const verified = await audit('verify', '--admin', small.admin)
  assert.equal(verified.code, 0, verified.stderr)
})

test('a node that was told to keep no log says so, and its acts go on', async () => {
  const reply = await adminOf(micro)('GET /api/v1/audit/checkpoint')
  assert.deepEqual([reply.status, reply.json<Problem>().code], [501, 'NotEnabled'])
  const changed = await asker(micro)('PUT /overlay/ceilings', { json: { inflight_max: 900 } })
  assert.equal(changed.status, 200)
  const { services } = (await adminOf(micro)('GET /api/v1/status')).json<{
    services: readonly { name: string }[]
  }>()
  assert(!services.some(({ name }) => name === 'audit'))
})

test('records are in the log within half a second', async () => {
  const { value } = await scrape(node)
  const [all, soon] = [value('audit_lag_seconds_count'), value('audit_lag_seconds_bucket{le="0.5"}')]
  assert(all > 300 && value('audit_lost_total') === 0, `${all}`)
  // Those of the kills above waited for the next thread.
  assert(soon / all >= 0.9, `${soon} of ${all}`)
})

async function keyOf(of: NodeProcess): Promise<string> {
  return (await adminOf(of)('GET /api/v1/audit')).json<AuditStatus>().key
}
