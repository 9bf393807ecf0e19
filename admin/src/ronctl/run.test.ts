import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { mint } from '@ron/transport/macaroon/chain'
import { encodeToken } from '@ron/transport/macaroon/codec'
import { nodeHmac } from '@ron/transport/wall/hmac'
import { ronctl, type World } from './run.ts'

const token = encodeToken(mint(nodeHmac, { key: new Uint8Array(32), identifier: 'v1:k1:n', location: null }))

/** An admin surface that answers as the test says. */
async function admin(t: TestContext, answer: (response: ServerResponse, request: IncomingMessage) => void) {
  const server = createServer((request, response) => answer(response, request))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`
}

function world(more: Partial<World> = {}): World {
  const readInput = async () => assert.fail('standard input was read')
  const untouched = async () => assert.fail('a file was touched')
  const chance = () => assert.fail('chance was asked for')
  return {
    environment: {},
    readInput,
    fetch,
    files: {
      read: untouched,
      write: untouched,
      writeSecret: untouched,
      makePrivateFolder: untouched,
      readPrivate: untouched,
      writePrivate: untouched,
    },
    now: () => 0,
    steadyMs: () => 0,
    version: '0.1.0',
    runScript: () => assert.fail('a script was run'),
    live: () => assert.fail('nothing goes on'),
    chance,
    ...more,
  }
}

function answering(status: number, body: unknown) {
  return (response: ServerResponse) => response.writeHead(status).end(JSON.stringify(body))
}

test('status and version are tables for a person and the same JSON for a program', async (t) => {
  const urls: (string | undefined)[] = []
  const body = { profile: 'micro', services: [{ name: 'storage', health: 'healthy' }] }
  const url = await admin(t, (response, request) => {
    urls.push(request.url)
    answering(200, body)(response)
  })
  const status = await ronctl(['status', '--admin', url], world())
  assert.deepEqual(status, {
    exitCode: 0,
    stdout: 'profile  micro\n\nservices\n  name     health\n  storage  healthy\n',
    stderr: '',
  })
  const version = await ronctl(['version', '--admin', url, '--json'], world())
  assert.deepEqual([version.exitCode, JSON.parse(version.stdout)], [0, body])
  assert.deepEqual(urls, ['/api/v1/status', '/version'])
})

test('ready says yes by 0 and no by 1, with the reasons either way', async (t) => {
  const yes = await admin(t, answering(200, { ready: true, checks: { policy: { ok: true, because: '' } } }))
  const no = await admin(t, answering(503, { ready: false, missing: ['policy'] }))
  assert.deepEqual(await ronctl(['ready', '--admin', yes], world()), {
    exitCode: 0,
    stdout: 'ready  yes\n\nchecks\n  name    ok   because\n  policy  yes  -\n',
    stderr: '',
  })
  assert.deepEqual(await ronctl(['ready', '--admin', no], world()), {
    exitCode: 1,
    stdout: 'ready    no\nmissing  policy\n',
    stderr: '',
  })
})

test('an answer that only claims to be ready is not believed', async (t) => {
  const claiming = await admin(t, answering(503, { ready: true }))
  assert.equal((await ronctl(['ready', '--admin', claiming], world())).exitCode, 1)
  const other = await admin(t, answering(404, 'what?'))
  assert.equal((await ronctl(['ready', '--admin', other], world())).exitCode, 1)
})

test('metrics are a table, chosen by prefix', async (t) => {
  const url = await admin(t, (response) => response.end('# HELP a b\na_total{x="y"} 3\nb_total 4\n'))
  const all = await ronctl(['metrics', '--admin', url], world())
  assert.equal(all.stdout, 'a_total  x="y"  3\nb_total         4\n')
  const some = await ronctl(['metrics', 'b_', '--admin', url, '--json'], world())
  assert.deepEqual(JSON.parse(some.stdout), [{ name: 'b_total', labels: '', value: 4 }])
})

test('a refusal is a complaint that says what would help', async (t) => {
  const refusal = {
    code: 'CapabilityMissing',
    detail: 'no capability',
    explain: { wall: 'auth', fix: 'send a token' },
  }
  const url = await admin(t, answering(401, refusal))
  const result = await ronctl(['status', '--admin', url], world())
  assert.deepEqual(result, {
    exitCode: 1,
    stdout: '',
    stderr: 'CapabilityMissing: no capability; send a token\n',
  })
  const json = await ronctl(['metrics', '--admin', url, '--json'], world())
  assert.equal(JSON.parse(json.stdout).problem.code, 'CapabilityMissing')
})

test('RON_CAP is sent along, and not to where a redirect leads', async (t) => {
  const seen: (string | undefined)[] = []
  const environment = { RON_CAP: ` ${token}\n` }
  const url = await admin(t, (response, request) => {
    seen.push(request.headers.authorization)
    answering(200, {})(response)
  })
  await ronctl(['status', '--admin', url], world({ environment }))
  await ronctl(['status', '--admin', url], world())
  const redirecting = await admin(t, (response) => response.writeHead(307, { location: `${url}/x` }).end())
  const result = await ronctl(['status', '--admin', redirecting], world({ environment }))
  assert.equal(result.exitCode, 1)
  assert.deepEqual(seen, [`Bearer ${token}`, undefined])
})

test('a node that is not there, breaks off or talks without end is a complaint', async (t) => {
  const gone = await admin(t, (response) => response.socket?.destroy())
  assert.match(
    (await ronctl(['status', '--admin', gone], world())).stderr,
    /\/api\/v1\/status cannot be reached/,
  )
  const endless = await admin(t, (response) => {
    const chunk = Buffer.alloc(1024 * 1024, 'a')
    const more = (): void => void (response.writable && response.write(chunk, more))
    response.on('error', () => {})
    more()
  })
  assert.match((await ronctl(['version', '--admin', endless], world())).stderr, /more than 16777216 bytes/)
})

test('an answer that is no JSON is shown, harmlessly', async (t) => {
  const url = await admin(t, (response) => response.end('0.1.0\n\u001b[2Jcleared\n'))
  assert.equal((await ronctl(['version', '--admin', url], world())).stdout, '0.1.0\n\\u001b[2Jcleared\n')
})

test('a token comes from the flag, else the environment, else standard input', async () => {
  const from = async (argv: string[], more: Partial<World>) =>
    ronctl(['token', 'inspect', ...argv, '--json'], world(more))
  const readInput = async () => `${token}\n`
  assert.equal((await from(['--token', token], {})).exitCode, 0)
  assert.equal((await from([], { environment: { RON_CAP: token } })).exitCode, 0)
  assert.equal((await from([], { readInput })).exitCode, 0)
  assert.equal(
    (await from(['--token', '-'], { readInput, environment: { RON_CAP: 'not this' } })).exitCode,
    0,
  )
})

test('the command reads standard input, prints the token alone and ends with its code', async () => {
  const command = fileURLToPath(new URL('../ronctl.js', import.meta.url))
  const run = async (argv: string[], input: string) => {
    const child = spawn(process.execPath, [command, ...argv], { env: { PATH: process.env['PATH'] } })
    child.stdin.on('error', () => {})
    child.stdin.end(input)
    const [stdout, stderr, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'exit'),
    ])
    return { stdout, stderr, code }
  }
  const [narrowed, refused, wrong, flooded] = await Promise.all([
    run(['cap', 'attenuate', 'verbs = objects.read'], `${token}\n`),
    run(['token', 'inspect'], 'nonsense'),
    run(['cap', 'attenuate'], ''),
    run(['token', 'inspect'], 'A'.repeat(1_000_000)),
  ])
  assert.deepEqual([narrowed.code, narrowed.stderr], [0, ''])
  assert.match(narrowed.stdout, /^[\w-]+\n$/)
  assert.deepEqual([refused.code, refused.stdout], [1, ''])
  assert.deepEqual([wrong.code, wrong.stdout], [2, ''])
  assert.deepEqual([flooded.code, flooded.stdout], [1, ''])
})
