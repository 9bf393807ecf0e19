/**
 * The keys of a node, from outside: they are rotated under load without a failed request, a checkpoint is verified
 * with the key before and the one after, and nothing secret is in what the node says, prints or hands its threads.
 */

import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import assert from 'node:assert/strict'
import { attenuate, SDK, tokensOf } from '@ron/app-sdk'
import { openNote, parseVerifierKey } from '@ron/kernel/tlog/note'
import { eventually } from './eventually.ts'
import { asker, type Problem } from './http.ts'
import { scrape } from './metrics.ts'
import { startNode } from './node-process.ts'
import { scratchFile } from './scratch.ts'
import { heapsOf } from './thread-heaps.ts'
import { inspected } from './thread-killer.ts'

const pem = () =>
  generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
const planted = pem()
const keyFile = scratchFile('planted-key.pem', planted)
chmodSync(keyFile, 0o600)
/** In the environment of the process, as a secret of whoever starts it would be. */
const canary = 'canary-7f3a9c51e8d24b06'

const node = await startNode({
  profile: 'macro',
  args: ['--set', `identity.key_path=${keyFile}`, '--set', 'log.level=debug'],
  env: { DEPLOY_SECRET: canary, ...inspected },
})
const admin = asker({ url: node.admin, token: node.token })
const client = (cap: string) => tokensOf(new SDK({ baseUrl: node.admin, cap }))
const said: string[] = []
/** A token of the root key that is good now. */
let current = node.token

interface Version {
  readonly version: number
  readonly state: string
}
interface Purpose {
  readonly purpose: string
  readonly versions: readonly Version[]
}

async function versionsOf(purpose: string): Promise<readonly Version[]> {
  const { purposes } = (await admin('GET /api/v1/keys')).json<{ purposes: readonly Purpose[] }>()
  return purposes.find((each) => each.purpose === purpose)?.versions ?? []
}

async function rotate(purpose: string, body: object, token = node.token) {
  const reply = await admin(`POST /api/v1/keys/${purpose}/rotate`, { json: body, token })
  said.push(reply.text)
  return reply
}

test('root keys are rotated under load, and no request fails', async () => {
  const ask = asker(node)
  let token = node.token
  const over = new AbortController()
  const statuses = new Map<number, number>()
  const load = async (nth: number) => {
    while (!over.signal.aborted) {
      const { status } = await ask(`PUT /objects/load-${nth}`, { body: 'x', token })
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
    }
  }
  const loads = Promise.all([0, 1, 2, 3].map(load))
  for (let round = 0; round < 5; round++) {
    const { status, text } = await rotate('capability-root', { grace_ms: 600_000 }, token)
    assert.equal(status, 200, text)
    const { token: renewed, identifier } = await client(token).mint([])
    assert.match(identifier, new RegExp(`^v1:boot-${round + 2}:`))
    assert.ok((await ask('PUT /objects/old', { body: 'x', token: node.token })).status < 300)
    token = renewed
  }
  over.abort()
  await loads
  assert.deepEqual(
    [...statuses.keys()].toSorted((a, b) => a - b).filter((status) => status >= 300),
    [],
  )
  assert.ok([...statuses.values()].reduce((sum, count) => sum + count, 0) > 20)
  assert.equal((await versionsOf('capability-root')).length, 6)
})

test('when its grace ends a key is gone, and so is every token of it, at once', async () => {
  const ask = asker(node)
  const { token } = await client(node.token).mint(['verbs = *'])
  assert.equal((await rotate('capability-root', { grace_ms: 1_500 })).status, 200)
  const heir = (await client(token).mint([])).token
  assert.notEqual((await ask('GET /objects/old', { token })).status, 401)
  await eventually(
    'the end of the grace',
    async () => (await ask('GET /objects/old', { token })).status === 401,
  )
  assert.equal((await ask('GET /objects/old', { token: heir })).status, 200)
  assert.equal((await versionsOf('capability-root')).length, 1)
  assert.equal((await rotate('capability-root', {}, attenuate(heir, 'verbs = admin.read'))).status, 403)
  assert.equal((await rotate('nonsense', {}, heir)).status, 404)
  assert.equal((await rotate('capability-root', { grace: 1 }, heir)).status, 400)
  current = heir
})

test('the key of the audit log is rotated by its file, and a checkpoint is signed with both meanwhile', async () => {
  const keyOf = async () => (await admin('GET /api/v1/audit')).json<{ key: string }>().key
  const before = await keyOf()
  const same = await rotate('audit-log', {}, current)
  assert.deepEqual([same.status, same.json<Problem>().code], [409, 'Conflict'])
  writeFileSync(keyFile, pem())
  assert.equal((await rotate('audit-log', { grace_ms: 600_000 }, current)).status, 200)
  const after = await keyOf()
  assert.notEqual(after, before)
  const note = (await admin('GET /api/v1/audit/checkpoint')).text
  for (const key of [before, after])
    assert.match(openNote(note, [parseVerifierKey(key)]), /^localhost\/audit\//)
  writeFileSync(keyFile, 'no key at all')
  const broken = await rotate('audit-log', {}, current)
  assert.equal(broken.status, 409)
  assert.doesNotMatch(broken.text, /no key at all/)
  assert.equal(await keyOf(), after)
})

test('no secret is in what the node answers, prints and measures, or in the heaps of its threads', async () => {
  const ask = asker({ url: node.url, token: current })
  const operator = asker({ url: node.admin, token: current })
  const wrong = `${current.slice(0, -8)}AAAAAAAA`
  said.push((await ask('GET /objects/old', { token: wrong })).text)
  said.push((await operator('POST /api/v1/tokens/inspect', { json: { token: wrong } })).text)
  said.push((await operator('POST /api/v1/tokens/revoke', { json: { token: wrong } })).text)
  for (const path of [
    '/version',
    '/api/v1/status',
    '/api/v1/keys',
    '/api/v1/audit/tail?limit=256',
    '/readyz?verbose',
  ] as const)
    said.push((await operator(`GET ${path}`)).text)
  const metrics = (await scrape(node)).text
  assert.match(metrics, /^key_version\{purpose="audit-log"\} 2$/m)
  assert.match(metrics, /^key_versions_good\{purpose="capability-root"\} 1$/m)
  said.push(metrics, node.output().replace(/^\{"event":"ready".*$/m, ''))
  const seed = createPrivateKey(planted).export({ format: 'der', type: 'pkcs8' }).subarray(-32)
  const secrets = [
    canary,
    ...planted.split('\n').filter((line) => line.length > 40 && !line.startsWith('-')),
    ...(['hex', 'base64', 'base64url'] as const).map((encoding) =>
      seed.toString(encoding).replace(/=+$/, ''),
    ),
    ...[node.token, current].map((token) => token.slice(-43)),
  ]
  for (const secret of secrets)
    assert.ok(!said.some((text) => text.includes(secret)), `${secret.slice(0, 6)}… was told`)

  const heaps = await heapsOf(node)
  assert.ok(heaps.length > 4, `${heaps.length} threads were looked into`)
  // What a thread was given would be seen.
  assert.ok(heaps.some(({ text }) => text.includes('text_bytes_max') || text.includes('textBytesMax')))
  for (const { name, text } of heaps) {
    assert.ok(text.length > 100_000, `the heap of ${name} is there`)
    for (const secret of secrets) assert.ok(!text.includes(secret), `${secret.slice(0, 6)}… is in ${name}`)
  }
})

test('a node that is told to stop ends well, and leaves the file of its key', async () => {
  node.signal('SIGTERM')
  assert.equal(await node.ended(), 0)
  assert.notEqual(readFileSync(keyFile, 'utf8'), '')
})
