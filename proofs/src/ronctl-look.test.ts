/**
 * Looking at a whole node with `ronctl`: at a glance in a terminal, check by check with a next step for each, and in one
 * file for somebody else, without a secret in it.
 */

import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, statSync } from 'node:fs'
import { once } from 'node:events'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { test } from 'node:test'
import assert from 'node:assert/strict'
import { attenuate } from '@ron/app-sdk'
import { eventually } from './eventually.ts'
import { asker } from './http.ts'
import { startNode } from './node-process.ts'
import { need, runProgram } from './programs.ts'
import { ronctl, ronctlPath } from './ronctl.ts'
import { scratchFolder } from './scratch.ts'

const node = await startNode({ profile: 'macro' })
const [ask, admin] = [asker(node), asker({ url: node.admin, token: node.token })]
const run = (...args: readonly string[]) => ronctl(args, node)
const canary = 'a-canary-that-nobody-else-has'

test('top shows the node once, for a person and for a program', async () => {
  const enough = new AbortController()
  const load = busy(enough.signal)
  const [text, json] = await Promise.all([run('top', '--once'), run('top', '--json')])
  enough.abort()
  await load
  assert.deepEqual([text.code, json.code], [0, 0])
  assert.match(text.stdout, /^macronode \S+ {2}ready {2}Running/)
  assert.match(text.stdout, /^[├└]─ storage +running +healthy +\d+ +\d+/m)
  assert.match(text.stdout, /^tenant +requests per second/m)
  const { rates, status } = JSON.parse(json.stdout)
  assert(rates.requests_per_second > 0, json.stdout)
  assert(rates.by_class['2xx'] > 0 && rates.p99_ms > 0)
  assert(status.services.length > 4)
})

test('top without a terminal says what to use instead', async () => {
  const refused = await run('top')
  assert.deepEqual([refused.code, refused.stdout], [2, ''])
  assert.match(refused.stderr, /this is none; use --once, and --json for a script/)
  assert.equal((await ronctl(['top', '--once'], { admin: 'http://127.0.0.1:1' })).code, 1)
})

test('top in a terminal keeps within it, and leaves it as it was, also on Ctrl-C', async () => {
  const columns = 60
  const shell = `trap : INT; stty cols ${columns} rows 12; "${process.execPath}" "${ronctlPath}" top; echo "status=$?"; stty -a`
  const child = spawn(need('script'), ['-qec', shell, '/dev/null'], {
    env: { PATH: process.env['PATH'], SHELL: '/bin/sh', RON_ADMIN: node.admin, RON_CAP: node.token },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  let printed = ''
  child.stdout.on('data', (piece: Buffer) => (printed += piece.toString()))
  const ended = once(child, 'close')
  const home = '\u001b[H'
  await eventually('a second frame', async () => printed.split(home).length > 3)
  child.stdin.write('\u0003')
  await ended
  const [before = '', ...frames] = printed.split(home)
  assert(before.includes('\u001b[?1049h\u001b[?25l'))
  const last = frames.at(-1) ?? ''
  assert(last.includes('\u001b[?25h\u001b[?1049l'), last)
  assert.match(last, /status=0/)
  assert.match(last, /[^-]icanon[^]*[^-]echo/)
  for (const frame of frames.slice(0, -1)) {
    const lines = frame.replaceAll('\u001b[K', '').replaceAll('\u001b[J', '').split('\r\n')
    assert(lines.length <= 12, `${lines.length} lines`)
    for (const line of lines) assert(line.length <= columns, line)
  }
})

test('doctor finds a sound node sound but for what a machine has, each with what was looked at', async () => {
  const { code, stdout } = await run('doctor', '--json')
  const { findings, worst } = JSON.parse(stdout)
  const level = (name: string) => findings.find((one: { name: string }) => one.name === name)?.level
  for (const name of [
    'reachable',
    'version',
    'token',
    'token verbs',
    'ready',
    'services',
    'clock',
    'drift',
    'bundle',
    'audit',
  ])
    assert.equal(level(name), 'ok', `${name}: ${stdout}`)
  for (const name of ['memory', 'open files', 'backlog']) assert(level(name) !== undefined, name)
  assert.equal(
    code,
    new Map<unknown, number>([
      ['ok', 0],
      ['warn', 3],
    ]).get(worst),
  )
  for (const { level, next } of findings) assert.equal(next === null, level === 'ok')
})

test('doctor tells what is wrong, and its exit code is that of the worst', async () => {
  const finding = async (name: string, asking: Parameters<typeof ronctl>[1]) => {
    const { code, stdout } = await ronctl(['doctor', '--json'], asking)
    const found = JSON.parse(stdout).findings.find((one: { name: string }) => one.name === name)
    return { code, ...found }
  }
  const gone = await finding('reachable', { admin: 'http://127.0.0.1:1' })
  assert.deepEqual([gone.code, gone.level], [1, 'fail'])
  assert.match(gone.next, /see that the node runs/)
  const none = await finding('token', { admin: node.admin })
  assert.deepEqual([none.code, none.level], [3, 'warn'])
  const expired = attenuate(node.token, 'expires = 2020-01-31T12:00:00Z')
  const late = await finding('token', { admin: node.admin, token: expired })
  assert.deepEqual([late.code, late.level], [1, 'fail'])
  const soon = attenuate(node.token, `expires = ${new Date(Date.now() + 600_000).toISOString()}`)
  assert.equal((await finding('token', { admin: node.admin, token: soon })).level, 'warn')
  const narrow = attenuate(node.token, 'verbs = objects.read')
  assert.match((await finding('token verbs', { admin: node.admin, token: narrow })).says, /objects\.read/)
  assert.equal((await run('service', 'kill', 'index')).code, 0)
  const fallen = await eventually('the fall', async () => {
    const found = await finding('service index', node)
    return found.level === 'warn' && /throw/.test(found.says) ? found : null
  })
  assert.equal(fallen.code, 3)
})

test('a debug bundle has all parts and none of the secrets, is bounded, and is for nobody else to read', async () => {
  const file = join(scratchFolder(), 'node.tar.gz')
  await ask('PUT /objects/secret', { body: canary })
  await ask('POST /v1/mailbox/send', { json: { [canary]: 1 } })
  await admin(`GET /api/v1/status?${canary}`)
  const env = { SOME_TOKEN: canary, MY_PASSWORD: canary }
  const { code, stdout, stderr } = await ronctl(['debug', 'bundle', file, '--json'], { ...node, env })
  assert.deepEqual([code, stderr], [0, ''])
  assert.equal(statSync(file).mode & 0o777, 0o600)
  const told = JSON.parse(stdout)
  assert.equal(statSync(file).size, told.bytes)
  const all = gunzipSync(readFileSync(file)).toString('latin1')
  for (const secret of [node.token, node.token.slice(0, 60), canary]) assert(!all.includes(secret), secret)
  const folder = join(scratchFolder(), 'unpacked')
  mkdirSync(folder)
  const { exitCode, output } = await runProgram('tar', ['-xzvf', file, '-C', folder])
  assert.equal(exitCode, 0, output)
  assert.deepEqual(output.trim().split('\n').toSorted(), [...told.parts].toSorted())
  const part = (name: string) => readFileSync(join(folder, name), 'utf8')
  assert.equal(JSON.parse(part('version.json')).name, 'macronode')
  assert.equal(JSON.parse(part('settings.json')).profile, 'macro')
  assert.match(part('metrics.txt'), /^http_requests_total/m)
  assert.match(part('events.jsonl'), /"event":"ServiceCrashed"/)
  assert.match(part('audit-checkpoint.txt'), /^— /m)
  assert.match(part('doctor.txt'), /^ok +reachable/m)
  const again = await run('debug', 'bundle', file)
  assert.deepEqual([again.code, again.stdout], [1, ''])
  assert.match(again.stderr, /is there already; it is not overwritten/)
  assert.equal((await run('debug', 'bundle', 'node.zip')).code, 2)
  // The same in a folder, of which the archive is the other form.
  const loose = join(scratchFolder(), 'node-today')
  const spread = await ronctl(['debug', 'bundle', '--out', loose, '--json'], { ...node, env })
  assert.deepEqual([spread.code, spread.stderr], [0, ''])
  assert.deepEqual(JSON.parse(spread.stdout).parts, told.parts)
  assert.equal(statSync(loose).mode & 0o777, 0o700)
  for (const name of told.parts) {
    assert.equal(statSync(join(loose, name)).mode & 0o777, 0o600)
    assert(!readFileSync(join(loose, name), 'utf8').includes(canary), name)
  }
  assert.match((await run('debug', 'bundle', '--out', loose)).stderr, /is there already/)
  for (const args of [[], [file, '--out', loose]])
    assert.equal((await run('debug', 'bundle', ...args)).code, 2)
})

test('settings and the machine are told to whoever may read, and hold no secrets', async () => {
  const settings = (await admin('GET /api/v1/settings')).json<{ config: { node: object }; sources: object }>()
  assert(Object.keys(settings.config.node).includes('bind_addr'))
  const { findings } = (await admin('GET /api/v1/machine')).json<{ findings: readonly { name: string }[] }>()
  assert(findings.some(({ name }) => name === 'memory'))
})

/** Something to be seen. */
async function busy(enough: AbortSignal): Promise<void> {
  while (!enough.aborted) await ask('PUT /objects/busy', { body: 'x' })
}
