/**
 * Keys that outlive their process, sealed: tokens go on being good and revoked ones stay revoked after a restart, the audit
 * key is the same; and a key file that does not fit stops the start with what to do.
 */

import assert from 'node:assert/strict'
import { chmodSync, cpSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { asker } from './http.ts'
import { runCommand, startNode, type NodeProcess } from './node-process.ts'
import { scratchFile, scratchFolder } from './scratch.ts'

const unsealing = 'c0ffee'.padEnd(64, '5')
const unsealPath = secretFile('unsealing.key', unsealing)
const file = join(scratchFolder(), 'node.keys')

function secretFile(name: string, text: string): string {
  const path = scratchFile(name, `${text}\n`)
  chmodSync(path, 0o600)
  return path
}

const settings = (path = file, unseal = `file:${unsealPath}`) => [
  ...['--set', `keys.file=${path}`, '--set', `keys.unseal=${unseal}`],
]
const started = (...more: string[]) => startNode({ profile: 'macro', args: [...settings(), ...more] })
const adminOf = ({ admin, token }: NodeProcess) => asker({ url: admin, token })
const auditKey = async (node: NodeProcess) =>
  (await adminOf(node)('GET /api/v1/audit')).json<{ key: string }>().key

async function stopped(node: NodeProcess): Promise<void> {
  node.signal('SIGTERM')
  assert.equal(await node.ended(), 0)
}

test('keys, their versions and what was revoked are there after a restart and after a kill', async () => {
  const first = await started()
  assert.equal(statSync(file).mode & 0o777, 0o600)
  const admin = adminOf(first)
  const minted = await admin('POST /api/v1/tokens/mint', { json: { caveats: [] } })
  const { token: revoked } = minted.json<{ token: string }>()
  const rotated = await admin('POST /api/v1/keys/capability-root/rotate', { json: {} })
  assert.equal(rotated.status, 200, rotated.text)
  assert.equal((await admin('POST /api/v1/tokens/revoke', { json: { token: revoked } })).status, 200)
  const key = await auditKey(first)
  const younger = (await admin('POST /api/v1/tokens/mint', { json: { caveats: [] } })).json<{
    token: string
  }>().token
  first.signal('SIGKILL')
  await first.ended()

  const second = await started()
  const ask = asker(second)
  for (const token of [first.token, younger, second.token])
    assert.equal((await ask('GET /objects/none', { token })).status, 404)
  const over = await ask('GET /objects/none', { token: revoked })
  assert.deepEqual([over.status, /revoked/.test(over.text)], [401, true])
  assert.equal(await auditKey(second), key)
  await stopped(second)

  const sealed = readFileSync(file)
  assert.equal(sealed.includes(Buffer.from(unsealing, 'hex')) || sealed.includes('capability-root'), false)
  for (const node of [first, second]) assert.ok(!node.output().includes(unsealing))
})

test('the key comes from a descriptor or the environment as well, and is no setting', async () => {
  const fromEnv = await startNode({
    profile: 'macro',
    args: settings(file, 'env:RON_TEST_UNSEAL'),
    env: { RON_TEST_UNSEAL: unsealing },
  })
  const { text } = await adminOf(fromEnv)('GET /version')
  assert.ok(!text.includes(unsealing))
  await stopped(fromEnv)
  const fromShell = await startNode({
    profile: 'macro',
    args: settings(file, 'fd:7'),
    through: ['bash', '-c', `exec "$@" 7<${unsealPath}`, 'bash'],
  })
  await stopped(fromShell)
})

test('what does not fit stops the start, and says what to do', async () => {
  const attempt = async (path: string, unseal = `file:${unsealPath}`, ...more: string[]) => {
    const { exitCode, stdout, stderr } = await runCommand([
      ...['--profile', 'macro', '--json', ...settings(path, unseal), ...more],
    ])
    assert.ok(exitCode === 1 || exitCode === 2, stderr)
    return stdout + stderr
  }
  const copy = (name: string, change: (bytes: Buffer) => Buffer) => {
    const path = join(scratchFolder(), name)
    writeFileSync(path, change(readFileSync(file)), { mode: 0o600 })
    return path
  }
  const wrong = secretFile('wrong.key', 'd'.repeat(64))
  assert.match(await attempt(file, `file:${wrong}`), /keys\.file: .* was sealed with another unsealing key/)
  assert.match(
    await attempt(copy('cut.keys', (bytes) => bytes.subarray(0, -1))),
    /was changed since it was sealed, or is cut short/,
  )
  assert.match(await attempt(copy('short.keys', (bytes) => bytes.subarray(0, 30))), /is cut short/)
  const flipped = (bytes: Buffer) => {
    bytes[bytes.length - 40] = (bytes[bytes.length - 40] ?? 0) ^ 1
    return bytes
  }
  assert.match(await attempt(copy('flipped.keys', flipped)), /put back a copy of it/)
  assert.match(await attempt(copy('none.keys', () => Buffer.from('no keys'))), /holds no sealed keys/)
  const open = copy('open.keys', (bytes) => bytes)
  chmodSync(open, 0o644)
  assert.match(await attempt(open), /is open to others than its owner; chmod 600/)
  assert.match(await attempt(file, 'env:RON_TEST_NOT_THERE'), /is not in the environment/)
  assert.match(
    await attempt(file, 'somewhere'),
    /does not say where the key is; use file:PATH, fd:3 or env:NAME/,
  )
  assert.match(
    await attempt(file, undefined, '--set', 'node.amnesia=true'),
    /mutually exclusive; set MACRO_AMNESIA=0/,
  )
  assert.match(await attempt(file, `file:${scratchFile('loose.key', unsealing)}`), /chmod 600/)
  cpSync(file, `${file}.before`)
  assert.ok(existsSync(file))
})
