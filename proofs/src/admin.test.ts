/**
 * The operator's door: the same shapes on both profiles, metrics that Prometheus accepts under the names that
 * operators know, nothing for other machines without a capability, and no secret in any log line.
 */

import { test } from 'node:test'
import assert from 'node:assert/strict'
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { attenuate } from '@ron/app-sdk'
import { eventually } from './eventually.ts'
import { asker, type Problem } from './http.ts'
import { scrape } from './metrics.ts'
import { runCommand, startNode } from './node-process.ts'
import { OapSocket } from './oap-socket.ts'
import { runProgram } from './programs.ts'

const [micro, macro] = await Promise.all([
  startNode({ args: ['--set', 'log.level=debug'] }),
  startNode({ profile: 'macro', args: ['--bind', '0.0.0.0:0', '--metrics', '0.0.0.0:0'] }),
])
const nodes = { micro, macro }
const ask = asker(micro)
/** As another machine would reach it, were there one. */
const outside = asker({ url: `http://127.0.0.1:${macro.adminPort}`, token: macro.token })
/** A source archive has none, and no commit. */
const checkout = fileURLToPath(new URL('../..', import.meta.url))
const golden = ['/healthz', '/livez', '/readyz', '/readyz?verbose', '/version', '/api/v1/status'] as const

test('the golden endpoints say what every caller relies on', async () => {
  const admin = asker({ url: micro.admin, token: '' })
  const body = async (path: `/${string}`) => (await admin(`GET ${path}`, { token: null })).json<object>()
  assert.deepEqual(await body('/healthz'), { status: 'ok', checks: { event_loop: 'ok' } })
  assert.deepEqual(await body('/readyz'), { ready: true })
  interface Verbose {
    readonly ready: boolean
    readonly checks: Readonly<Record<string, { readonly ok: boolean; readonly because: string }>>
  }
  const { ready, checks } = (await admin('GET /readyz?verbose', { token: null })).json<Verbose>()
  assert.equal(ready, true)
  for (const gate of [
    'config',
    'listeners',
    'policy',
    'service:storage',
    'service:index',
    'service:mailbox',
  ]) {
    assert.deepEqual(checks[gate], { ok: true, because: '' }, gate)
  }
  const version = (await admin('GET /version', { token: null })).json<Record<string, unknown>>()
  assert.deepEqual(
    [version['name'], version['pq'], version['zk'], version['amnesia']],
    ['micronode', false, false, true],
  )
  assert.match(String(version['driver']), /^uWebSockets\.js@/)
  assert.equal(version['node'], process.versions.node)
  assert.deepEqual(version['features'], ['graph', 'search', 'feed'])
  const commits = await commitsOfBuild()
  assert(commits.includes(String(version['git_sha'])), `${version['git_sha']} is none of ${commits.join()}`)
  assert.equal((await admin('GET /readyz?depth=1', { token: null })).status, 400)
  assert.equal((await admin('GET /nowhere', { token: null })).status, 404)
  assert.equal((await admin('POST /healthz', { token: null })).status, 405)
})

test('micro and macro answer alike: same status, same headers, same members', async () => {
  const [left, right] = await Promise.all([answers(nodes.micro), answers(nodes.macro)])
  assert.deepEqual(left, right)
})

test('promtool finds nothing to say about the metrics', async () => {
  await ask('PUT /objects/metered', { body: 'x' })
  await ask('GET /objects/none')
  const { text } = await scrape(micro)
  const { exitCode, output } = await runProgram('promtool', ['check', 'metrics'], text)
  assert.deepEqual([exitCode, output], [0, ''])
})

test('the metrics have the names and labels of the blueprint, and no route of a client', async () => {
  await ask('GET /objects/some/name/or/other')
  await ask('GET /no/such/route')
  const { text, value } = await scrape(micro)
  const golden: Readonly<Record<string, readonly [type: string, labels: string]>> = {
    http_requests_total: ['counter', 'method,route,service,status'],
    request_latency_seconds: ['histogram', 'le,method,route'],
    inflight_requests: ['gauge', 'route'],
    bus_lagged_total: ['counter', 'service'],
    service_restarts_total: ['counter', 'service'],
    rejected_total: ['counter', 'reason'],
    pq_downgrade_events_total: ['counter', 'reason'],
    integrity_failure_total: ['counter', 'stage'],
  }
  for (const [name, [type, labels]] of Object.entries(golden)) {
    assert.match(text, new RegExp(`^# TYPE ${name} ${type}$`, 'm'))
    const series = new RegExp(`^${name}(?:_bucket)?\\{(.*)\\} [0-9]`, 'm').exec(text)?.[1] ?? ''
    assert.equal(
      [...series.matchAll(/(\w+)="/g)]
        .map(([, label]) => label)
        .toSorted()
        .join(),
      labels,
      name,
    )
  }
  assert(
    value('http_requests_total{route="/objects/*name",method="GET",status="404",service="micronode"}') >= 1,
  )
  for (const reason of ['oap_cap', 'backpressure', 'unauth']) {
    assert(value(`rejected_total{reason="${reason}"}`) >= 0, reason)
  }
  for (const stage of ['blake3_mismatch', 'decompress_cap']) {
    assert(value(`integrity_failure_total{stage="${stage}"}`) >= 0, stage)
  }
  assert.doesNotMatch(text, /some\/name|no\/such/)
})

test('what other machines can reach asks for a capability, except liveness and bare readiness', async () => {
  for (const path of ['/healthz', '/livez', '/readyz'] as const) {
    assert.equal((await outside(`GET ${path}`, { token: null })).status, 200, path)
  }
  const other = attenuate(macro.token, 'verbs = objects.read')
  for (const path of ['/metrics', '/version', '/readyz?verbose', '/api/v1/status'] as const) {
    const refused = await outside(`GET ${path}`, { token: null })
    assert.deepEqual([refused.status, refused.json<Problem>().code], [401, 'CapabilityMissing'], path)
    assert.equal((await outside(`GET ${path}`, { token: other })).status, 403, path)
    assert.equal((await outside(`GET ${path}`)).status, 200, path)
  }
  const surface = asker({ url: `http://127.0.0.1:${macro.port}`, token: macro.token })
  assert.equal((await surface('GET /metrics', { token: null })).status, 401)
  assert.equal((await surface('GET /metrics')).status, 200)

  const open = ['--metrics', '0.0.0.0:0', '--set', 'admin.capability=never']
  const { exitCode, stderr } = await runCommand(['--profile', 'micro', ...open])
  assert.equal(exitCode, 2)
  assert.match(stderr, /admin\.capability/)
})

test('no page of another origin is let in: there is no CORS header on any answer', async () => {
  const headers = { origin: 'https://elsewhere.example', 'access-control-request-method': 'GET' }
  for (const { admin, url } of [micro, macro]) {
    for (const base of [admin, url]) {
      for (const path of [...golden, '/metrics', '/objects']) {
        for (const method of ['GET', 'OPTIONS']) {
          const host = base.replace('0.0.0.0', '127.0.0.1')
          const reply = await fetch(host + path, { method, headers })
          await reply.arrayBuffer()
          const cors = [...reply.headers.keys()].filter((name) => name.startsWith('access-control'))
          assert.deepEqual(cors, [], `${method} ${path}`)
        }
      }
    }
  }
})

test('log lines tell who asked for what and how it went, and never a token or a payload', async () => {
  const payload = 'a-payload-nobody-else-has'
  const narrowed = attenuate(micro.token, 'path = /objects/logged/*')
  const forged = `${narrowed.slice(0, -6)}AAAAAA`
  const headers = { 'x-request-id': 'req-logged' }
  await ask('PUT /objects/logged/a', { token: narrowed, body: payload, headers })
  await ask('GET /objects/logged/a', { token: forged })
  await ask('POST /v1/mailbox/send', { json: { topic: 't', idem_key: payload, payload_b64: btoa(payload) } })
  await ask('PUT /search/docs/d', { json: { fields: { body: payload } } })
  await ask(`GET /search?q=${payload}&token=${narrowed}`)
  await ask('POST /feed/post', { json: { author: 'ann', text: payload } })
  await ask('POST /v1/mailbox/send', {
    body: `{"broken": "${payload}`,
    headers: { 'content-type': 'application/json' },
  })
  const socket = await OapSocket.open(micro.url, micro.token)
  const body = Buffer.from(payload)
  await socket.call({
    protocol: 0x0101,
    code: 2,
    corrId: 1,
    cap: narrowed,
    fields: { name: 'logged/b' },
    body,
  })
  socket.close()

  const lines = micro
    .output()
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('{"event":"ready"'))
  const records = lines.map((line): Record<string, unknown> => JSON.parse(line))
  const request = records.find((record) => record['request_id'] === 'req-logged')
  assert(request !== undefined)
  const { level, service, amnesia, route, status, peer_addr } = request
  assert.deepEqual(
    [level, service, amnesia, route, status, peer_addr],
    ['debug', 'front', true, '/objects/*name', 201, '127.0.0.1'],
  )
  for (const secret of [micro.token, narrowed, forged, payload, btoa(payload)]) {
    assert(!lines.some((line) => line.includes(secret)), secret)
  }
})

test('a client that leaves is counted as gone, and is no failure of the node', async () => {
  const left = 'http_requests_total{route="/v1/mailbox/recv",method="POST",status="499",service="micronode"}'
  const leaving = new AbortController()
  const json = { topic: 'quiet', wait_ms: 20_000 }
  const receiving = ask('POST /v1/mailbox/recv', { json, signal: leaving.signal })
  await eventually('the receiver to wait', async () => {
    return (await scrape(micro)).value('inflight_requests{route="/v1/mailbox/recv"}') === 1
  })
  leaving.abort()
  await assert.rejects(receiving)
  await eventually('the count', async () => (await scrape(micro)).value(left) === 1)
  const line = await eventually('the line', async () => {
    return /^.*"route":"\/v1\/mailbox\/recv".*$/m.exec(micro.output())?.[0] ?? null
  })
  assert.match(line, /^\{"level":"debug",.*"status":499/)
})

/** What is checked out now, and what was when the node was built. */
async function commitsOfBuild(): Promise<readonly string[]> {
  if (!existsSync(join(checkout, '.git'))) return ['unknown']
  const { mtime } = statSync(fileURLToPath(import.meta.resolve('@ron/kernel/build-info.json')))
  const commits: string[] = []
  for (const name of ['HEAD', `HEAD@{${mtime.toISOString()}}`]) {
    const { exitCode, output } = await runProgram('git', ['-C', checkout, 'rev-parse', name])
    // A checkout without a reflog does not know what it was.
    if (exitCode === 0) commits.push(...(output.match(/^[0-9a-f]{40}$/m) ?? []))
  }
  return commits
}

/** Status, header names and the shape of the body of every golden endpoint, and the declared metrics. */
async function answers({ adminPort, token }: typeof micro) {
  const admin = asker({ url: `http://127.0.0.1:${adminPort}`, token })
  const shapes = await Promise.all(
    golden.map(async (path) => {
      const { status, headers, text } = await admin(`GET ${path}`)
      return { path, status, headers: [...headers.keys()], shape: shapeOf(JSON.parse(text)) }
    }),
  )
  const { headers, text } = await admin('GET /metrics')
  const declared = text.split('\n').filter((line) => line.startsWith('#'))
  return { shapes, type: headers.get('content-type'), declared }
}

/** A value with its leaves replaced by what kind they are; the items of a list are of one shape. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return [...new Set(value.map((item) => JSON.stringify(shapeOf(item))))]
  if (typeof value !== 'object' || value === null) return typeof value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shapeOf(inner)]))
}
