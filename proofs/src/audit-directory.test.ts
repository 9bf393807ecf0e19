/**
 * An audit log that outlives its process: tiles on a disk that go on after a restart and after a kill, that ronctl
 * verifies with nobody's help, that nobody can change unnoticed; and a disk that takes nothing stops privileged acts
 * alone.
 */

import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { eventually } from './eventually.ts'
import { asker, type Ask, type Problem } from './http.ts'
import { scrape } from './metrics.ts'
import { runCommand, startNode, type NodeProcess } from './node-process.ts'
import { ronctl } from './ronctl.ts'
import { scratchFile, scratchFolder } from './scratch.ts'
import { smallDisk } from './small-disk.ts'

const keyFile = scratchFile(
  'audit-key.pem',
  generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
)
chmodSync(keyFile, 0o600)

const settings = (folder: string) => [
  ...['--set', `node.audit_directory=${folder}`, '--set', `identity.key_path=${keyFile}`],
  ...['--set', 'identity.origin=example.com/kept'],
]
const started = (folder: string) => startNode({ profile: 'macro', args: settings(folder) })
const refusedStart = (folder: string, ...more: string[]) =>
  runCommand(['--profile', 'macro', '--json', ...settings(folder), ...more])
const adminOf = ({ admin, token }: NodeProcess): Ask => asker({ url: admin, token })

interface AuditStatus {
  readonly origin: string
  readonly key: string
  readonly size: number
}
const statusOf = async (node: NodeProcess) => (await adminOf(node)('GET /api/v1/audit')).json<AuditStatus>()

/** A privileged act, once the log takes records. */
async function act(node: NodeProcess, inflight_max: number): Promise<void> {
  await eventually('the act done', async () => {
    const reply = await asker(node)('PUT /overlay/ceilings', { json: { inflight_max } })
    assert.ok([200, 503].includes(reply.status), reply.text)
    return reply.status === 200
  })
}

const verify = (folder: string, key: string, ...more: string[]) =>
  ronctl(['audit', 'verify', folder, '--key', key, ...more])
const sizeOf = (folder: string) => Number(readFileSync(join(folder, 'checkpoint'), 'utf8').split('\n')[1])

test('the log goes on under its name after a restart and after a kill, and is verified offline', async (t) => {
  const folder = join(scratchFolder(), 'kept-log')
  const first = await started(folder)
  await act(first, 900)
  const { origin, key } = await statusOf(first)
  first.signal('SIGTERM')
  assert.equal(await first.ended(), 0)
  const stopped = await verify(folder, key)
  assert.deepEqual([stopped.code, stopped.stderr], [0, ''])
  const older = scratchFile('kept-checkpoint', readFileSync(join(folder, 'checkpoint'), 'utf8'))

  const second = await started(folder)
  for (let at = 0; at < 150; at++) await act(second, 500 + at)
  assert.equal((await statusOf(second)).origin, origin)
  const { size } = await statusOf(second)
  second.signal('SIGKILL')
  await second.ended()
  const killed = await verify(folder, key, '--since', older)
  assert.deepEqual([killed.code, killed.stderr], [0, ''])
  assert.match(killed.stdout, /continues what was signed/)

  const third = await started(folder)
  await act(third, 901)
  assert.ok((await statusOf(third)).size >= size, 'what was acknowledged is there')
  const tail = await adminOf(third)('GET /api/v1/audit/tail?limit=256')
  const starts = tail
    .json<{ records: readonly { kind: string }[] }>()
    .records.filter(({ kind }) => kind === 'node.start')
  assert.ok(starts.length >= 1)
  const metrics = await scrape(third)
  const [within, all] = ['bucket{le="0.5"}', 'count'].map((name) =>
    metrics.value(`audit_lag_seconds_${name}`),
  )
  t.diagnostic(`${within} of ${all} acts were recorded within half a second`)
})

test('a torn end is dropped, and what was changed stops the start with what to do', async () => {
  const folder = join(scratchFolder(), 'changed-log')
  const node = await started(folder)
  await act(node, 900)
  node.signal('SIGTERM')
  assert.equal(await node.ended(), 0)

  const size = sizeOf(folder)
  appendFileSync(join(folder, 'pending', String(size)), Buffer.from([1, 200, 7]))
  const torn = await started(folder)
  await act(torn, 901)
  assert.match(torn.output(), /was being written when the node ended, and is dropped/)
  const busy = await refusedStart(folder)
  assert.equal(busy.exitCode, 1)
  assert.match(busy.stderr, /belongs to process \d+, which runs/)
  torn.signal('SIGTERM')
  assert.equal(await torn.ended(), 0)

  const tampered = join(scratchFolder(), 'tampered-log')
  cpSync(folder, tampered, { recursive: true })
  const [name = ''] = readdirSync(join(tampered, 'tile/entries/000.p'))
  const path = join(tampered, 'tile/entries/000.p', name)
  writeFileSync(path, readFileSync(path, 'latin1').replace('node.start', 'node.stop '), 'latin1')
  const refused = await refusedStart(tampered)
  assert.equal(refused.exitCode, 1)
  assert.match(refused.stderr, /node\.audit_directory: .* cannot be gone on with: .*put back a copy of it/)

  const other = await refusedStart(folder, '--set', 'identity.origin=example.com/other')
  assert.match(other.stderr, /the note is not signed by|set identity\.origin/)
})

test('what cannot be is refused before anything begins', async () => {
  const folder = join(scratchFolder(), 'refused-log')
  const asked = async (...more: string[]) => (await refusedStart(folder, ...more)).stdout
  assert.match(
    await asked('--set', 'node.amnesia=true'),
    /MACRO_AMNESIA=1 and MACRO_AUDIT_DIRECTORY are mutually exclusive/,
  )
  assert.match(
    await asked('--set', 'identity.key_path='),
    /needs a key that stays; set MACRO_IDENTITY_KEY_PATH/,
  )
  assert.match(await asked('--set', 'node.audit=false'), /keeps an audit log; set MACRO_AUDIT=1/)
  assert.equal(existsSync(folder), false)
})

test('a disk that takes nothing stops privileged acts alone, and what waited is written when it does', async () => {
  const folder = join(scratchFolder(), 'stuck-log')
  const node = await started(folder)
  await act(node, 900)
  const { key } = await statusOf(node)
  await eventually('the checkpoint', async () => existsSync(join(folder, 'checkpoint')))
  renameSync(folder, `${folder}.away`)
  writeFileSync(folder, 'in the way')
  const refused = await eventually('a refusal', async () => {
    const reply = await asker(node)('PUT /overlay/ceilings', { json: { inflight_max: 901 } })
    return reply.status === 503 && reply.json<Problem>()
  })
  assert.match(refused.explain?.rule ?? '', /^audit\./)
  assert.match(node.output(), /the audit log cannot be written/)
  assert.equal((await asker(node)('PUT /objects/a', { body: 'x' })).status, 201)
  assert.equal((await asker(node)('GET /objects/a')).text, 'x')
  renameSync(folder, `${folder}.gone`)
  renameSync(`${folder}.away`, folder)
  await act(node, 902)
  node.signal('SIGTERM')
  assert.equal(await node.ended(), 0)
  assert.deepEqual((await verify(folder, key)).code, 0)
})

test('a full disk refuses privileged acts with 507 and nothing else, until there is room again', async (t) => {
  const disk = smallDisk('full-disk', '128k')
  if (disk === null) return t.diagnostic('no tmpfs can be mounted here: a full disk is left out')
  const folder = join(disk.path, 'log')
  const node = await started(folder)
  await act(node, 900)
  const { key } = await statusOf(node)
  const refused = await eventually('a full disk', async () => {
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, at) =>
        asker(node)('PUT /overlay/ceilings', { json: { inflight_max: 500 + at } }),
      ),
    )
    return replies.find(({ status }) => status === 507) ?? null
  })
  const { explain } = refused.json<Problem>()
  assert.equal(explain?.rule, 'audit.full')
  assert.match(explain.fix ?? '', /make room on the disk of node\.audit_directory/)
  await eventually('the log to say so', async () => node.output().includes('the audit log is full'))
  assert.equal((await asker(node)('PUT /objects/a', { body: 'x' })).status, 201)
  disk.resize('8m')
  await eventually('the act done', async () => {
    const reply = await asker(node)('PUT /overlay/ceilings', { json: { inflight_max: 902 } })
    return reply.status === 200
  })
  node.signal('SIGTERM')
  assert.equal(await node.ended(), 0)
  const verified = await verify(folder, key)
  assert.deepEqual([verified.code, verified.stderr], [0, ''])
})
