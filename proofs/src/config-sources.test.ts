/**
 * Where bundles come from beside the admin surface, and what is left when something dies half way: a node has the whole
 * of a bundle or nothing of it, whichever thread falls and whenever the process is killed.
 */

import assert from 'node:assert/strict'
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { envelope, manifest, testSigner } from './dsse-signer.ts'
import { eventually } from './eventually.ts'
import { asker, type Ask, type Problem } from './http.ts'
import { runCommand, startNode, type NodeProcess } from './node-process.ts'
import { scratchFile, scratchFolder } from './scratch.ts'

interface Status {
  readonly version: number
  readonly phase: string
}

const alice = testSigner('alice')
const signers = ['--set', `bundle.signers=${alice.publicPath}`, '--set', 'bundle.probation=0s']
const folder = join(scratchFolder(), 'watched')
mkdirSync(folder)

const adminOf = ({ admin, token }: NodeProcess): Ask => asker({ url: admin, token })
const status = async (node: NodeProcess) => (await adminOf(node)('GET /api/v1/config')).json<Status>()
const apply = (node: NodeProcess, body: string) => adminOf(node)('POST /api/v1/config/apply', { body })
const reaches = (node: NodeProcess, version: number) =>
  eventually(`version ${version}`, async () => {
    const now = await status(node)
    return now.version === version && now.phase === 'idle'
  })

/** Policy, ceilings and quota all say which version it is, so that half of one would show. */
function bundle(version: number): string {
  const id = `rule-${version}`
  const rules = [
    { id, when: { path: '/graph*' }, action: 'deny' },
    { id: 'all', when: { path: '*' }, action: 'allow' },
  ]
  const parts = {
    'policy.json': JSON.stringify({ version, rules }),
    'quotas.toml': `[overlay]\ninflight_max = ${1_000 + version}\n`,
  }
  return envelope(manifest(version, parts), [alice])
}

/** Makes the file whole or not at all. */
function drop(name: string, text: string): void {
  writeFileSync(join(folder, `${name}.new`), text)
  renameSync(join(folder, `${name}.new`), join(folder, name))
}

/** The version that the policy thread, the overlay thread and the kernel each say. */
async function versions(node: NodeProcess): Promise<readonly number[]> {
  const ask = asker(node)
  const denied = await eventually('a decision of policy', async () => {
    const reply = await ask('GET /graph/degree?node=a')
    return reply.status === 403 && reply
  })
  const rule = denied.json<Problem>().explain?.rule ?? ''
  const ceilings = await eventually('the ceilings', async () => {
    const reply = await ask('GET /overlay/ceilings')
    return reply.status === 200 && reply
  })
  const { inflight_max } = ceilings.json<{ inflight_max: number }>()
  return [Number(rule.replace('rule-', '')), inflight_max - 1_000, (await status(node)).version]
}

test('a node starts with the highest bundle of its folder, and takes what is dropped there', async () => {
  drop('1.dsse.json', bundle(1))
  drop('2.dsse.json', bundle(2))
  drop('9.dsse.json', envelope(manifest(9, { 'node.toml': '' }), []))
  const past = { expires: '2026-01-02T00:00:00Z' }
  drop('8.dsse.json', envelope(manifest(8, { 'node.toml': '' }, past), [alice]))
  const node = await startNode({ profile: 'macro', args: [...signers, '--set', `bundle.folder=${folder}`] })
  assert.deepEqual(await versions(node), [2, 2, 2])
  assert.match(node.output(), /8\.dsse\.json: version 8 expired at .*passed by at the start/)
  assert.match(node.output(), /9\.dsse\.json: the bundle needs the signatures of 1 .*passed by at the start/)
  drop('3.dsse.json', bundle(3))
  await reaches(node, 3)
  assert.deepEqual(await versions(node), [3, 3, 3])
  drop('4.dsse.json', bundle(4).replace('payload', 'pailoat'))
  await eventually('the refusal', async () => /a config bundle was refused/.test(node.output()))
  assert.deepEqual(await versions(node), [3, 3, 3])
  rmSync(join(folder, '3.dsse.json'))
  drop('5.dsse.json', bundle(5))
  node.signal('SIGHUP')
  await reaches(node, 5)
  node.signal('SIGTERM')
  assert.equal(await node.ended(), 0)
})

test('a file that is named with --bundle is the one to start with, also under guard, or the node does not start', async () => {
  const file = scratchFile('named.dsse.json', bundle(7))
  const node = await startNode({ profile: 'macro', args: ['--guard', ...signers, '--bundle', file] })
  assert.deepEqual(await versions(node), [7, 7, 7])
  writeFileSync(file, bundle(8))
  node.signal('SIGHUP')
  await reaches(node, 8)
  node.signal('SIGTERM')
  assert.equal(await node.ended(), 0)
  const args = ['--profile', 'macro', ...signers, '--bundle', scratchFile('none.dsse.json', '{}')]
  const refused = await runCommand(args)
  assert.equal(refused.exitCode, 2)
  assert.match(refused.stderr, /this is no DSSE envelope: .*; send the JSON envelope/)
  const explained = await runCommand([
    ...signers,
    '--bundle',
    file,
    'config',
    'explain',
    'overlay.inflight_max',
  ])
  assert.match(explained.stdout, /from +bundle 8: quotas\.toml\n/)
})

test('what a running process cannot change is taken at its next start', async () => {
  const text = envelope(manifest(2, { 'node.toml': '[limits]\nmax_conns = 99\n' }), [alice])
  const node = await startNode({ profile: 'macro', args: signers })
  assert.equal((await apply(node, text)).json<Problem>().explain?.rule, 'bundle.process')
  const file = scratchFile('process.dsse.json', text)
  const printed = await runCommand([...signers, '--bundle', file, 'config', 'print'])
  assert.match(printed.stdout, /max_conns = 99 +# bundle 2: node\.toml/)
})

test('threads fall while bundles are applied, and policy, ceilings and kernel always agree in the end', async () => {
  const node = await startNode({ profile: 'macro', args: signers })
  await eventually('the first bundle', async () => (await apply(node, bundle(1))).status === 200)
  let last = 1
  for (let version = 2; version < 14; version++) {
    const service = ['policy', 'overlay', 'audit'][version % 3] ?? ''
    const killed = pause(version % 4).then(() =>
      adminOf(node)(`POST /api/v1/services/${service}/kill`, { json: { how: 'throw' } }),
    )
    const [reply] = await Promise.all([apply(node, bundle(version)), killed])
    // Applied, or clearly not: the caller may come again.
    assert.ok([200, 503].includes(reply.status), reply.text)
    if (reply.status === 503) assert.ok(reply.headers.get('retry-after') !== null)
    else last = version
    assert.deepEqual(await versions(node), [last, last, last], `after version ${version}, ${service} fell`)
  }
})

test('the process is killed while it applies a bundle, and starts again with the whole of one', async () => {
  drop('10.dsse.json', bundle(10))
  const args = [...signers, '--set', `bundle.folder=${folder}`]
  for (const afterMs of [0, 2, 5, 20]) {
    const node = await startNode({ profile: 'macro', args })
    const before = (await status(node)).version
    drop(`${before + 1}.dsse.json`, bundle(before + 1))
    node.signal('SIGHUP')
    await pause(afterMs)
    node.signal('SIGKILL')
    await node.ended()
    const again = await startNode({ profile: 'macro', args })
    assert.deepEqual(await versions(again), [before + 1, before + 1, before + 1])
    again.signal('SIGKILL')
    await again.ended()
  }
})
