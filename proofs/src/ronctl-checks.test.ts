/**
 * What `ronctl` runs against a node, and what it promises on every command: a drill and a small load with a verdict,
 * help, one shape for errors, and exit codes as documented.
 */

import { join } from 'node:path'
import { test } from 'node:test'
import assert from 'node:assert/strict'
import { attenuate } from '@ron/app-sdk'
import { startNode } from './node-process.ts'
import { ronctl } from './ronctl.ts'
import { scratchFolder } from './scratch.ts'

const node = await startNode()
const run = (...args: readonly string[]) => ronctl(args, node)
const gone = { admin: 'http://127.0.0.1:1', token: node.token }

test('a drill is run against the node of the command, and its verdict is the exit code', async () => {
  const { code, stdout, stderr } = await run(
    'drill',
    'index',
    '--how',
    'throw',
    '--every',
    '1s',
    '--for',
    '2s',
    '--json',
  )
  assert.deepEqual([code, stderr], [0, ''], stdout)
  const told = JSON.parse(stdout)
  assert.equal(told.ok, true)
  assert.equal(told.report.at(-1), 'PASS')
  const refused = await ronctl(['drill', 'index', '--for', '2s'], {
    admin: node.admin,
    token: attenuate(node.token, 'verbs = objects.*'),
  })
  assert.equal(refused.code, 1)
})

test('a small load is judged: by its failures, and by how long the slowest took', async () => {
  const passed = await run('bench', '--for', '500ms', '--connections', '4', '--p99', '5s', '--json')
  assert.equal(passed.code, 0, passed.stdout)
  const told = JSON.parse(passed.stdout)
  assert(told.ok && told.requests > 10 && told.wrong === 0 && told.p99_ms > 0, passed.stdout)
  const slow = await run('bench', '--for', '200ms', '--p99', '1ms', '--connections', '64', '--size', '64KiB')
  assert.equal(slow.code, 1)
  assert.match(slow.stdout, /FAIL +p99 is .* ms; it may be 1 ms/)
  const refused = await ronctl(['bench', '--for', '200ms'], {
    admin: node.admin,
    token: attenuate(node.token, 'verbs = index.read'),
  })
  assert.equal(refused.code, 1)
  assert.match(refused.stdout, /× 403[^]*FAIL +100 % failed/)
})

test('every command has its help, which every way of asking gives', async () => {
  const { stdout } = await ronctl(['complete', '--', ''])
  const names = stdout
    .trim()
    .split('\n')
    .map((line) => line.split('\t')[0] ?? '')
  assert(names.length > 15)
  for (const name of names) {
    const { code, stdout: help } = await run(name, '--help')
    assert.equal(code, 0, name)
    assert.match(help, new RegExp(`^Usage: ronctl ${name}`), name)
    assert.match(help, /--context <name>|Usage: ronctl help/, name)
  }
})

test('exit codes are those that docs/OPERATING.md has', async () => {
  for (const [code, args, asking] of [
    [0, ['ready'], node],
    [0, ['context', 'list'], { env: { XDG_CONFIG_HOME: join(scratchFolder(), 'empty') } }],
    [1, ['ready'], gone],
    [1, ['doctor'], gone],
    [1, ['explain', 'nobody'], node],
    [1, ['service', 'restart', 'ghost'], node],
    [1, ['status', '--context', 'nowhere'], node],
    [1, ['audit', 'tail'], node],
    [2, ['stauts'], node],
    [2, [], node],
    [2, ['status'], {}],
    [2, ['top'], node],
    [2, ['explain'], node],
    [3, ['doctor'], { admin: node.admin }],
  ] as const) {
    const ran = await ronctl(args, asking)
    assert.equal(ran.code, code, `${args.join(' ')}: ${ran.stdout}${ran.stderr}`)
  }
})

test('with --json every error has one shape, on standard output and nothing on the other', async () => {
  for (const line of [
    'status',
    'ready',
    'tenants',
    'version',
    'metrics',
    'tail',
    'tail audit --follow',
    'explain x',
    'top --once',
    'service restart x',
    'service kill x',
    'audit tail',
    'audit verify',
    'config status',
    'config drift',
    'config apply /nowhere',
    'token revocations',
    'keys list',
    'bench --for 1s',
    'debug bundle /nowhere/x.tar.gz',
    'context show nobody',
    'stauts',
    'status --context nowhere',
  ]) {
    const { stdout, stderr, code } = await ronctl([...line.split(' '), '--json'], gone)
    assert.equal(stderr, '', line)
    const told = JSON.parse(stdout)
    assert.equal(told.ok, false, line)
    assert.equal(typeof told.message, 'string', line)
    assert.equal(told.exit_code, code, line)
    assert(code === 1 || code === 2, line)
  }
})
