/**
 * An event in the audit log, shown in zero knowledge: the log says where it lies to who may read it, and signs the root; a
 * prover shows that it is under that root and not where; the node verifies it over HTTP, over OAP, and for the SDK and `ronctl`.
 */

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { attenuate, SDK } from '@ron/app-sdk'
import { proveInclusion, type EventAt } from '@ron/app-sdk/proving'
import { parseEventRoot } from '@ron/kernel/tlog/event-root'
import { openNote, parseVerifierKey } from '@ron/kernel/tlog/note'
import { leafHash } from '@ron/kernel/tlog/hash'
import { rerandomised } from '@ron/services/zk-verify/snark/rerandomised.fixture'
import { provable } from '@ron/services/zk-verify/proving/statements'
import { eventually } from './eventually.ts'
import { asker } from './http.ts'
import { startNode } from './node-process.ts'
import { ronctl } from './ronctl.ts'
import { scratchFile, scratchFolder } from './scratch.ts'

interface Place extends EventAt {
  readonly index: number
  readonly size: number
  readonly first: number
  readonly root: string
  readonly statement: string
}

const pins = provable.map(({ circuit, keyHash }) => `${circuit}@${keyHash}`).join(',')
const [node, other, without] = await Promise.all([
  startNode({
    profile: 'macro',
    env: { MACRO_ZK_VERIFY_CIRCUITS: pins, MACRO_ZK_VERIFY_VERIFIER: 'log-node' },
  }),
  startNode({
    profile: 'macro',
    args: ['--set', 'admin.capability=always'],
    env: { MACRO_ZK_VERIFY_CIRCUITS: pins, MACRO_ZK_VERIFY_VERIFIER: 'log-node' },
  }),
  startNode({ profile: 'macro' }),
])
const admin = asker({ url: node.admin, token: node.token })
const placeOf = async (index: number, ask = admin): Promise<Place> => {
  const answer = await ask(`GET /api/v1/audit/place?index=${index}`)
  assert.equal(answer.status, 200, answer.text)
  return answer.json<Place>()
}
const records = await eventually('the first records', async () => {
  const { size } = (await admin('GET /api/v1/audit')).json<{ size: number }>()
  return size >= 4 && size
})

for (const carrier of ['http', 'oap'] as const) {
  test(`over ${carrier}, an event is shown to be in the log, once, to who asked, and not another one`, async () => {
    const sdk = new SDK({ baseUrl: node.url, cap: node.token, carrier })
    const place = await placeOf(2)
    const asked = await sdk.zk.nonce()
    const claim = proveInclusion(place, asked)
    const { valid, log } = await sdk.zk.inclusion({ ...claim, body: Uint8Array.from(claim.body) })
    assert.equal(valid, true)
    assert.deepEqual([log?.first, log?.size, (log?.size ?? 0) >= records], [0, place.size, true])

    const told = async (change: Partial<typeof claim>) => {
      const answer = await sdk.zk.inclusion({ ...claim, body: Uint8Array.from(claim.body), ...change })
      assert.equal(answer.valid, false)
      assert.ok((answer.reason?.length ?? 0) > 10 && (answer.fix?.length ?? 0) > 10)
      return answer.rule
    }
    assert.equal(await told({}), 'nonce')
    assert.equal(await told({ body: rerandomised(claim.body) }), 'nonce')
    assert.equal(await told({ root: '0'.repeat(64) }), 'root')
    const fresh = async () => (await sdk.zk.nonce()).nonce
    const event = (await placeOf(1)).event
    assert.equal(await told({ nonce: await fresh() }), 'equation')
    const next = await sdk.zk.nonce()
    assert.equal(await told({ ...proveInclusion(place, next), event }), 'equation')
    assert.equal(await told({ nonce: await fresh(), body: new Uint8Array(191) }), 'length')
    sdk.close()
  })
}

test('the statement is the log’s own, of the same head, and the place is of the record and leads to its root', async () => {
  const place = await placeOf(1)
  const { key } = (await admin('GET /api/v1/audit')).json<{ key: string }>()
  const text = openNote(place.statement, [parseVerifierKey(key)])
  assert.deepEqual(parseEventRoot(text), { first: 0, root: place.root })
  assert.equal(Number(text.split('\n')[1]), place.size)
  const {
    records: [record],
  } = (await admin('GET /api/v1/audit/tail?from=1&limit=1')).json<{
    records: [object]
  }>()
  const hash = Buffer.from(leafHash(Buffer.from(JSON.stringify(record)))).toString('hex')
  assert.equal(place.event, hash)
  assert.equal(proveInclusion(place, { verifier: 'log-node', nonce: '00'.repeat(16) }).root, place.root)
})

test('whoever has the key computes the root again, offline, from a mirror of the log', async () => {
  const { key } = (await admin('GET /api/v1/audit')).json<{ key: string }>()
  const { statement, root } = await placeOf(1)
  const folder = join(scratchFolder(), 'log')
  assert.equal((await ronctl(['audit', 'mirror', folder, '--admin', node.admin])).code, 0)
  const verify = (note: string) =>
    ronctl(['audit', 'verify', folder, '--key', key, '--statement', scratchFile('statement', note), '--json'])
  const whole = await verify(statement)
  assert.deepEqual([whole.code, whole.stderr], [0, ''])
  assert.equal((JSON.parse(whole.stdout) as { event_root: string }).event_root, root)
  const foreign = await placeOf(1, asker({ url: other.admin, token: other.token }))
  assert.equal((await verify(foreign.statement)).code, 1)
})

test('a root that another node published, and a tree of the prover’s own, show this node nothing', async () => {
  const sdk = new SDK({ baseUrl: node.url, cap: node.token })
  const foreign = await placeOf(1, asker({ url: other.admin, token: other.token }))
  const told = await sdk.zk.inclusion(proveInclusion(foreign, await sdk.zk.nonce()))
  assert.deepEqual([told.valid, told.rule], [false, 'root'])
  const invented = { event: 'ab'.repeat(32), place: foreign.place }
  const own = await sdk.zk.inclusion(proveInclusion(invented, await sdk.zk.nonce()))
  assert.deepEqual([own.valid, own.rule], [false, 'root'])
  // The root that is published, with a proof of the one that is not.
  const { root } = await placeOf(1)
  const mixed = await sdk.zk.inclusion({ ...proveInclusion(invented, await sdk.zk.nonce()), root })
  assert.deepEqual([mixed.valid, mixed.rule], [false, 'equation'])
  sdk.close()
})

test('the place is for who may read the log, of a record there is, and nothing else is asked', async () => {
  const guarded = asker({ url: other.admin, token: other.token })
  for (const [token, status] of [
    [attenuate(other.token, 'verbs = objects.*,zk.*'), 403],
    [null, 401],
    [attenuate(other.token, 'verbs = audit.read'), 200],
  ] as const)
    assert.equal((await guarded('GET /api/v1/audit/place?index=1', { token })).status, status)
  assert.equal((await admin('GET /api/v1/audit/place?index=999999')).status, 404)
  assert.equal((await admin('GET /api/v1/audit/place')).status, 400)
  assert.equal((await admin('GET /api/v1/audit/place?index=1&size=2')).status, 400)
  // Whoever may not read it may still verify what somebody else shows.
  const blind = attenuate(node.token, 'verbs = zk.*')
  const sdk = new SDK({ baseUrl: node.url, cap: blind })
  const shown = await sdk.zk.inclusion(proveInclusion(await placeOf(1), await sdk.zk.nonce()))
  assert.equal(shown.valid, true)
  sdk.close()
})

test('a node that verifies nothing says which setting is missing, and its log serves places all the same', async () => {
  const sdk = new SDK({ baseUrl: without.url, cap: without.token })
  const place = await placeOf(1, asker({ url: without.admin, token: without.token }))
  const claim = proveInclusion(place, { verifier: 'x', nonce: '00'.repeat(16) })
  await assert.rejects(sdk.zk.inclusion(claim), /set zk-verify\.circuits/)
  sdk.close()
})

test('ronctl proves it, and what it prints is all that the node has to be asked with', async () => {
  const ask = asker(node)
  const { nonce, verifier } = (await ask('POST /zk/nonces', { json: {} })).json<{
    nonce: string
    verifier: string
  }>()
  const asked = ['--admin', node.admin, '--zk', '--verifier', verifier, '--nonce', nonce]
  const run = await ronctl(['audit', 'prove', '3', ...asked, '--json'], { env: { RON_CAP: node.token } })
  assert.equal(run.code, 0, run.stderr)
  const { root, event, proof, record } = JSON.parse(run.stdout) as {
    root: string
    event: string
    proof: string
    record: { seq: number }
  }
  assert.equal(record.seq, 3)
  const claim: `POST /${string}` = `POST /zk/inclusion?root=${root}&event=${event}&nonce=${nonce}`
  const answer = await ask(claim, { body: Buffer.from(proof, 'base64') })
  assert.equal(answer.json<{ valid: boolean }>().valid, true, answer.text)
  assert.equal(
    (await ask(claim, { body: Buffer.from(proof, 'base64') })).json<{ rule: string }>().rule,
    'nonce',
  )

  const half = await ronctl(['audit', 'prove', '3', '--admin', node.admin, '--zk'])
  assert.equal(half.code, 2)
  assert.match(half.stderr, /--zk, --verifier and --nonce go together/)
  const none = await ronctl(['audit', 'prove', '99999', ...asked], { env: { RON_CAP: node.token } })
  assert.equal(none.code, 1)
  assert.match(none.stderr, /the log has no record 99999/)
})
