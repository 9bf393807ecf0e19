/**
 * The audit log as a public transparency library in another language sees it: Go's golang.org/x/mod/sumdb verifies
 * signature, inclusion and consistency over HTTP and in the folder, and refuses what was changed; and a checkpoint that
 * Go signed too is good here.
 */

import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { chmodSync, cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { eventually } from './eventually.ts'
import { verifiedByGo } from './go-log.ts'
import { asker } from './http.ts'
import { startNode, type NodeProcess } from './node-process.ts'
import { ronctl } from './ronctl.ts'
import { scratchFile, scratchFolder } from './scratch.ts'

/** Each is recorded twice, so these fill a tile of 256 and the tree has two levels of them. */
const acts = 160
const keyFile = scratchFile(
  'log-key.pem',
  generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
)
chmodSync(keyFile, 0o600)

const settings = (folder: string) => [
  `node.audit_directory=${folder}`,
  `identity.key_path=${keyFile}`,
  'identity.origin=example.com/foreign',
]
const started = (folder: string) =>
  startNode({ profile: 'macro', args: settings(folder).flatMap((setting) => ['--set', setting]) })
async function stop(node: NodeProcess): Promise<void> {
  node.signal('SIGTERM')
  assert.equal(await node.ended(), 0)
}

/** A privileged act, once the log takes records. */
async function act(node: NodeProcess, inflight_max: number): Promise<void> {
  await eventually('the act done', async () => {
    const reply = await asker(node)('PUT /overlay/ceilings', { json: { inflight_max } })
    assert.ok([200, 503].includes(reply.status), reply.text)
    return reply.status === 200
  })
}

const folder = join(scratchFolder(), 'log')
const node = await started(folder)
const audit = asker({ url: node.admin, token: node.token })
const served = `${node.admin}/api/v1/audit`
const { key, origin } = (await audit('GET /api/v1/audit')).json<{ key: string; origin: string }>()
/** The checkpoint that is served, once it speaks of so many records. */
const checkpointOf = (records: number) =>
  eventually(`a checkpoint of ${records}`, async () => {
    const { status, text } = await audit('GET /api/v1/audit/checkpoint')
    return status === 200 && Number(text.split('\n')[1]) >= records && text
  })

test('a running node is verified over HTTP: signature, every record, and what it continues', async () => {
  await act(node, 900)
  const since = scratchFile('older', await checkpointOf(1))
  for (let at = 0; at < acts; at += 20)
    await Promise.all(Array.from({ length: 20 }, (_, nth) => act(node, 500 + at + nth)))
  await checkpointOf(257)
  const found = await verifiedByGo({ key, log: served, since })
  assert.equal(found.origin, origin)
  assert.equal(found.records, found.size)
  assert.equal(found.since, Number(readFileSync(since, 'utf8').split('\n')[1]))
  assert.ok(['tile/0/000', 'tile/entries/000'].every((path) => found.files.includes(path)))
  assert.ok(found.files.some((path) => path.startsWith('tile/1/000.p/')))
})

test('its folder is verified as it lies there, and with one byte changed in any file it is not', async () => {
  await stop(node)
  const { files, records } = await verifiedByGo({ key, log: folder })
  assert.ok(records > 256)
  const ours = await ronctl(['audit', 'verify', folder, '--key', key])
  assert.equal(ours.code, 0, ours.stderr)
  assert.ok(files.length >= 6, files.join())
  for (const path of files) {
    const bytes = readFileSync(join(folder, path))
    const wrong = Buffer.from(bytes)
    const middle = wrong.length >> 1
    wrong.writeUInt8(wrong.readUInt8(middle) ^ 1, middle)
    writeFileSync(join(folder, path), wrong)
    await assert.rejects(verifiedByGo({ key, log: folder }), /Go refuses/, path)
    assert.equal((await ronctl(['audit', 'verify', folder, '--key', key])).code, 1, path)
    writeFileSync(join(folder, path), bytes)
  }
  assert.equal((await verifiedByGo({ key, log: folder })).records, records)
})

test('a checkpoint that Go signed with a second key of that name is good for ronctl, by either', async () => {
  const { cosigner, cosigned } = await verifiedByGo({ key, log: folder, cosign: origin })
  const copy = join(scratchFolder(), 'cosigned')
  cpSync(folder, copy, { recursive: true })
  writeFileSync(join(copy, 'checkpoint'), cosigned)
  for (const each of [key, cosigner]) {
    const verified = await ronctl(['audit', 'verify', copy, '--key', each])
    assert.equal(verified.code, 0, verified.stderr)
  }
  const without = await ronctl(['audit', 'verify', folder, '--key', cosigner])
  assert.equal(without.code, 1)
})

test('two histories under one key and name are found out by Go', async () => {
  const other = join(scratchFolder(), 'other')
  cpSync(folder, other, { recursive: true })
  for (const [each, more] of [
    [folder, 2],
    [other, 1],
  ] as const) {
    const again = await started(each)
    for (let at = 0; at < more; at++) await act(again, 600 + at)
    await stop(again)
    await verifiedByGo({ key, log: each, since: join(scratchFolder(), 'older') })
  }
  await assert.rejects(
    verifiedByGo({ key, log: folder, since: join(other, 'checkpoint') }),
    /does not continue the older checkpoint/,
  )
})
