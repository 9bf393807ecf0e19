/** Unix sockets, as those on the same machine meet them: the same node behind the same wall, for whom it is meant. */

import { test } from 'node:test'
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { RawClient } from '@ron/transport/listener/raw-client.fixture'
import { WebSocket } from 'ws'
import { eventually } from './eventually.ts'
import { runCommand, startNode, type NodeProcess } from './node-process.ts'
import { need } from './programs.ts'
import { ronctl, startRonctl } from './ronctl.ts'
import { scratchFolder } from './scratch.ts'

let folders = 0

interface Sockets {
  readonly node: string
  readonly admin: string
  readonly args: readonly string[]
}

/** In a folder that the node makes. */
function sockets(): Sockets {
  const folder = join(scratchFolder(), `run-${folders++}`)
  const [node, admin] = [join(folder, 'node.sock'), join(folder, 'admin.sock')]
  return { node, admin, args: ['--set', `uds.path=${node}`, '--set', `uds.admin_path=${admin}`] }
}

interface Asked {
  readonly method?: string
  readonly token?: string
  readonly body?: string
}

async function ask(
  socketPath: string,
  path: string,
  asked: Asked = {},
): Promise<{ status: number; body: string }> {
  const { method = 'GET', token, body } = asked
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
  const sent = request({ socketPath, path, method, headers, agent: false })
  sent.end(body)
  const [response] = await once(sent, 'response')
  return { status: response.statusCode, body: await text(response) }
}

async function refused(args: readonly string[]): Promise<string> {
  const { exitCode, stderr } = await runCommand(['--profile', 'micro', ...args])
  assert.equal(exitCode, 1, stderr)
  return stderr
}

const user = process.getuid?.() ?? 0

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8)

test('HTTP, OAP and the admin surface are served at Unix sockets as at ports, by one node, behind one wall', async () => {
  const at = sockets()
  const node = await startNode({ args: at.args })
  assert.deepEqual([at.node, at.admin, join(at.node, '..')].map(modeOf), ['600', '600', '700'])

  const { token } = node
  const content = 'x'.repeat(300_000)
  assert.equal((await ask(at.node, '/objects/a', { method: 'PUT', token, body: content })).status, 201)
  assert.equal((await ask(at.node, '/objects/a', { token })).body, content)
  const overPort = await fetch(`${node.url}/objects/a`, { headers: { authorization: `Bearer ${token}` } })
  assert.equal((await overPort.text()).length, content.length)

  assert.equal((await ask(at.node, '/objects/a')).status, 401)
  assert.equal((await ask(at.admin, '/objects/a', { token })).status, 404)
  assert.equal((await ask(at.admin, '/readyz')).status, 200)
  assert.match((await ask(at.admin, '/metrics')).body, /^# HELP /)

  const socket = new WebSocket(`ws+unix:${at.node}:/oap`, 'oap.1')
  await once(socket, 'open')
  socket.terminate()

  node.signal('SIGTERM')
  assert.equal(await node.ended(), 0)
  assert.deepEqual([at.node, at.admin].map(existsSync), [false, false])
})

test('ronctl asks, follows and remembers a node at its sockets', async () => {
  const at = sockets()
  const { token } = await startNode({ args: at.args })
  const admin = `unix:${at.admin}`
  const home = { XDG_CONFIG_HOME: join(at.node, '..', 'config') }

  for (const args of [
    ['ready'],
    ['status'],
    ['metrics', 'http_'],
    ['token', 'mint', 'verbs = objects.read'],
  ]) {
    const { code, stderr } = await ronctl(args, { admin, token })
    assert.equal(code, 0, `${args.join(' ')}: ${stderr}`)
  }
  const told = await ronctl(['bench', '--for', '300ms', '--p99', '10s', '--json'], {
    admin,
    token,
    env: { RON_URL: `unix:${at.node}` },
  })
  assert.equal(told.code, 0, told.stdout + told.stderr)

  const tail = startRonctl(['tail', '--follow', '--json'], { admin, token })
  await eventually('the tail to show a request', async () => {
    await ask(at.node, '/objects/none', { token })
    return tail.printed().includes('/objects/')
  })
  assert.equal((await tail.interrupt()).code, 0)

  const added = await ronctl(['context', 'add', 'here', '--admin', admin, '--token-env', 'HERE', '--use'], {
    env: home,
  })
  assert.equal(added.code, 0, added.stderr)
  const minted = ['token', 'mint', 'verbs = objects.read']
  assert.equal((await ronctl(minted, { env: { ...home, HERE: token } })).code, 0)

  const none = await ronctl(['ready', '--admin', `unix:${at.admin}.none`])
  assert.equal(none.code, 1)
  assert.match(none.stderr, /unix:.*admin\.sock\.none:\/.* cannot be reached: .*ENOENT/)
  for (const wrong of ['unix:admin.sock', 'unix:/a:/b', 'unix:'])
    assert.equal((await ronctl(['ready', '--admin', wrong])).code, 2, wrong)
})

test('limits and timeouts hold at a Unix socket', async () => {
  const at = sockets()
  const args = [...at.args, '--set', 'timeouts.read=300ms', '--max-conns', '2']
  const { token } = await startNode({ args })
  const large = await ask(at.node, '/objects/a', { method: 'PUT', token, body: 'x'.repeat(1_048_577) })
  assert.equal(large.status, 413)

  const silent = await RawClient.open(at.node)
  const second = await RawClient.open(at.node)
  const third = await RawClient.open(at.node)
  await third.ended()
  await silent.ended()
  await second.ended()
  assert.equal((await ask(at.node, '/objects/a', { token })).status, 404)
})

/** The status for this user as one of another group, where this user may choose one; 0 for no answer. */
async function asked(socketPath: string, token: string): Promise<number> {
  const options = [
    '--silent',
    '--unix-socket',
    socketPath,
    '--write-out',
    '%{http_code}',
    '--output',
    '/dev/null',
  ]
  const args = [...options, '--oauth2-bearer', token, 'http://node/objects/none']
  const curl = spawn(need('curl'), args, { stdio: ['ignore', 'pipe', 'ignore'], ...otherGroup })
  return Number(await text(curl.stdout))
}

const otherGroup = user === 0 ? { gid: user + 1 } : {}

test('only listed users are let in, whatever token and group they have', async () => {
  const [ours, others] = [sockets(), sockets()]
  const open = await startNode({ args: [...ours.args, '--set', `uds.allow_uids=7,${user},8`] })
  const shut = await startNode({ args: [...others.args, '--set', `uds.allow_uids=${user + 1}`] })
  const get = (at: Sockets, { token }: NodeProcess) => ask(at.node, '/objects/none', { token })
  assert.equal((await get(ours, open)).status, 404)
  assert.equal((await ask(ours.admin, '/readyz')).status, 200)
  await assert.rejects(get(others, shut))
  await assert.rejects(ask(others.admin, '/readyz'))
  const metrics = await (await fetch(`${shut.admin}/metrics`)).text()
  assert.match(metrics, /^rejected_total\{reason="unauth"\} 2$/m)
  assert.deepEqual([await asked(ours.node, open.token), await asked(others.node, shut.token)], [404, 0])
})

test('a list of users holds for a node that has one of its sockets alone', async () => {
  const list = ['--set', `uds.allow_uids=${user + 1}`]
  const [one, other] = [sockets(), sockets()]
  const nodes = [
    await startNode({ args: ['--set', `uds.path=${one.node}`, ...list] }),
    await startNode({ args: ['--set', `uds.admin_path=${other.admin}`, ...list] }),
  ]
  for (const { admin } of nodes) assert.equal((await fetch(`${admin}/readyz`)).status, 200)
  await assert.rejects(ask(one.node, '/healthz'))
  await assert.rejects(ask(other.admin, '/healthz'))
})

test('what a killed node left behind is replaced, and what is somebody else’s is not', async () => {
  const at = sockets()
  const first = await startNode({ args: at.args })
  assert.match(await refused(at.args), /uds\.path: another process listens at .*node\.sock; stop it/)
  const check = await runCommand(['--profile', 'micro', ...at.args, 'check'])
  assert.match(check.stdout + check.stderr, /another process listens at .*node\.sock/)

  first.signal('SIGKILL')
  await first.ended()
  assert.ok(statSync(at.node).isSocket())
  const second = await startNode({ args: at.args })
  assert.equal((await ask(at.node, '/objects/none', { token: second.token })).status, 404)
  second.signal('SIGTERM')
  await second.ended()

  writeFileSync(at.node, 'dear')
  assert.match(await refused(at.args), /uds\.path: .*node\.sock is there and is no socket; move it away/)
  assert.equal(readFileSync(at.node, 'utf8'), 'dear')

  const open = join(scratchFolder(), 'open')
  mkdirSync(open, { mode: 0o755 })
  assert.match(
    await refused(['--set', `uds.path=${join(open, 's')}`]),
    /the folder .*open is open to others than its owner; chmod 700/,
  )
})

/** The runtime's own way to say that a package has no binary here. */
const withoutKoffi = join(scratchFolder(), 'without-koffi.mjs')
writeFileSync(
  withoutKoffi,
  `import { register } from 'node:module'
  const hook = \`export const resolve = (name, context, next) => name === 'koffi'
    ? { url: 'data:text/javascript,throw new Error("no such file")', shortCircuit: true } : next(name, context)\`
  register('data:text/javascript,' + encodeURIComponent(hook))`,
)

test('where users cannot be told apart, a list of them refuses the start and none serves', async () => {
  const at = sockets()
  const env = { NODE_OPTIONS: `--import=${withoutKoffi}` }
  const { exitCode, stderr } = await runCommand(
    ['--profile', 'micro', ...at.args, '--set', `uds.allow_uids=${user}`],
    env,
  )
  assert.equal(exitCode, 1)
  assert.match(stderr, /uds\.allow_uids: koffi, .* cannot be loaded \(no such file\); leave it empty/)
  assert.ok(!existsSync(at.node))

  const node = await startNode({ args: at.args, env })
  assert.equal((await ask(at.node, '/objects/none', { token: node.token })).status, 404)
})
