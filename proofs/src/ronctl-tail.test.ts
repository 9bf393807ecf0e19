/**
 * What a node tells of itself while it runs, and afterwards of one request: events, requests and the audit log as they
 * happen, why a request was refused and where its time went; and nothing of what was sent.
 */

import { test } from 'node:test'
import assert from 'node:assert/strict'
import { attenuate } from '@ron/app-sdk'
import { eventually } from './eventually.ts'
import { asker } from './http.ts'
import { startNode } from './node-process.ts'
import { OapSocket } from './oap-socket.ts'
import { ronctl, startRonctl } from './ronctl.ts'

const [node, guarded] = await Promise.all([
  startNode({ profile: 'macro' }),
  startNode({ profile: 'macro', args: ['--metrics', '0.0.0.0:0'] }),
])
const [ask, admin] = [asker(node), asker({ url: node.admin, token: node.token })]
const run = (...args: readonly string[]) => ronctl(args, node)
const canary = 'a-canary-that-nobody-else-has'

interface Explained {
  readonly requests: readonly {
    readonly status: number
    readonly route: string
    readonly operation: string
    readonly subject: string
    readonly refused: {
      readonly code: string
      readonly wall: string
      readonly rule: string
      readonly caveat: string
      readonly detail: string
      readonly fix: string
    } | null
    readonly stages: Readonly<Record<'wall_ms' | 'body_ms' | 'service_ms' | 'total_ms', number | null>>
  }[]
}

async function explain(id: string) {
  const { code, stdout } = await run('explain', id, '--json')
  assert.equal(code, 0, stdout)
  const { requests }: Explained = JSON.parse(stdout)
  const [request] = requests
  assert(request !== undefined)
  return request
}

test('a refused request is explained by each of its ids: wall, caveat, what helps, and where its time went', async () => {
  const narrow = attenuate(node.token, 'path = /objects/mine/*')
  const trace = 'b'.repeat(31) + '1'
  const traceparent = `00-${trace}-${'1'.repeat(16)}-01`
  const refused = await ask('GET /objects/yours', {
    token: narrow,
    headers: { 'x-request-id': 'ask-1', 'x-correlation-id': 'work-1', traceparent },
  })
  assert.equal(refused.status, 403)
  for (const id of ['ask-1', 'work-1', trace]) {
    const { status, route, operation, refused: why, stages, subject } = await explain(id)
    assert.deepEqual([status, route, operation], [403, '/objects/*name', 'storage.get'])
    assert.deepEqual([why?.code, why?.wall], ['CapabilityScope', 'auth'])
    assert.match(why?.caveat ?? '', /path = \/objects\/mine/)
    assert.notEqual(why?.fix, '')
    assert.equal(subject, '', 'the wall let nobody in')
    assert.deepEqual([stages.body_ms, stages.service_ms], [null, null])
    assert((stages.wall_ms ?? -1) >= 0 && stages.wall_ms === stages.total_ms)
  }
  const told = await run('explain', 'ask-1')
  assert.match(told.stdout, /refused +CapabilityScope: [^]*caveat +path = [^]*the service +not reached/)
})

test('what a service refuses is explained with all three stages, over HTTP and OAP', async () => {
  const missing = await ask('GET /objects/nothing-there', { headers: { 'x-request-id': 'ask-2' } })
  assert.equal(missing.status, 404)
  const { refused, stages } = await explain('ask-2')
  assert.equal(refused?.code, 'NotFound')
  for (const stage of ['wall_ms', 'body_ms', 'service_ms'] as const) assert((stages[stage] ?? -1) >= 0, stage)
  const sum = (stages.wall_ms ?? 0) + (stages.body_ms ?? 0) + (stages.service_ms ?? 0)
  assert(Math.abs(sum - (stages.total_ms ?? 0)) < 0.01, 'the stages are the whole')
  const socket = await OapSocket.open(node.url, node.token)
  const answer = await socket.call({ protocol: 0x0101, code: 1, corrId: 1, fields: { name: 'nothing' } })
  socket.close()
  assert.equal((await explain(String(answer.fields['trace_id']))).refused?.code, 'NotFound')
})

test('the slowest requests are remembered though they went well', async () => {
  const waited = await ask('POST /v1/mailbox/recv', {
    json: { topic: 'quiet', wait_ms: 300 },
    headers: { 'x-request-id': 'slow-1' },
  })
  assert.equal(waited.status, 200)
  const { refused, stages } = await explain('slow-1')
  assert.equal(refused, null)
  assert((stages.service_ms ?? 0) >= 250, JSON.stringify(stages))
})

test('an unknown id is told how far the memory reaches, and what is no id is refused', async () => {
  const unknown = await run('explain', 'never-asked')
  assert.equal(unknown.code, 1)
  assert.match(
    unknown.stderr,
    /NotFound: nothing is known of never-asked: .* last \d+ refusals of at most 2048/,
  )
  assert.match(unknown.stderr, /log\.level=debug/)
  assert.equal((await run('explain', 'a b')).code, 1)
  assert.equal((await admin('GET /api/v1/explain?id=a&more=b')).status, 400)
})

test('the memory is bounded: a flood neither grows it nor washes out a refusal of another kind', async () => {
  await ask('GET /objects/before-the-flood', { headers: { 'x-request-id': 'before' } })
  const flood = Array.from({ length: 3_000 }, (_, n) => n)
  for (let n = 0; n < flood.length; n += 100) {
    await Promise.all(
      flood
        .slice(n, n + 100)
        .map((one) => ask('GET /objects/x', { token: null, headers: { 'x-request-id': `flood-${one}` } })),
    )
  }
  assert.equal((await explain('before')).refused?.code, 'NotFound')
  const { stdout } = await run('explain', 'before', '--json')
  const { memory } = JSON.parse(stdout)
  assert(memory.refusals <= memory.refusals_max, stdout)
})

test('nothing that was sent is remembered or told', async () => {
  const headers = (id: string) => ({ 'x-request-id': id })
  await ask('POST /v1/mailbox/send', { json: { [canary]: 1 }, headers: headers('leak-1') })
  await ask('POST /v1/mailbox/send', {
    body: `{"${canary}`,
    headers: { ...headers('leak-2'), 'content-type': 'application/json' },
  })
  await ask(`GET /search?q=${canary}&n=${canary}`, { headers: headers('leak-3') })
  await ask('PUT /objects/a', {
    token: `${node.token.slice(0, -4)}AAAA`,
    body: canary,
    headers: headers('leak-4'),
  })
  for (const id of ['leak-1', 'leak-2', 'leak-3', 'leak-4']) {
    const { code, stdout } = await run('explain', id, '--json')
    assert.equal(code, 0, stdout)
    assert.doesNotMatch(stdout, new RegExp(canary), id)
  }
  const tail = await run('tail', 'events', 'requests', 'audit', '--limit', '256', '--json')
  assert.equal(tail.code, 0)
  for (const secret of [canary, node.token, node.token.slice(0, 40)]) assert(!tail.stdout.includes(secret))
})

test('tail shows what is remembered, chosen as asked, one object a line', async () => {
  await ask('GET /objects/not-there', { headers: { 'x-request-id': 'past-1' } })
  const { code, stdout, stderr } = await run(
    'tail',
    'requests',
    '--status',
    '404',
    '--limit',
    '256',
    '--json',
  )
  assert.deepEqual([code, stderr], [0, ''])
  const lines = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  assert(lines.length > 0 && lines.every(({ kind, status }) => kind === 'request' && status === 404))
  assert.equal(lines.at(-1).request_id, 'past-1')
  const none = await run('tail', 'requests', '--limit', '0')
  assert.deepEqual([none.code, none.stdout, none.stderr], [0, '', ''])
  for (const args of [['--status', '9xx'], ['--limit', '257'], ['everything']])
    assert.equal((await run('tail', ...args)).code, 2, args.join(' '))
  assert.equal((await admin('GET /api/v1/tail?kinds=secrets')).status, 400)
})

test('tail follows events, requests and the audit log until Ctrl-C', async () => {
  const tail = startRonctl(
    ['tail', 'events', 'requests', 'audit', '--follow', '--json', '--limit', '0'],
    node,
  )
  await eventually('the tail to run', async () => {
    await ask('GET /objects/followed', { headers: { 'x-request-id': 'follow-1' } })
    return tail.printed().includes('follow-1')
  })
  assert.equal((await run('service', 'kill', 'index')).code, 0)
  await eventually('the crash', async () => /"event":"ServiceCrashed","service":"index"/.test(tail.printed()))
  await eventually('its recovery', async () =>
    /"event":"ServiceRecovered","service":"index"/.test(tail.printed()),
  )
  await eventually('its record', async () => /"kind":"audit".*"service\.crash"/.test(tail.printed()))
  const { code, stderr, stdout } = await tail.interrupt()
  assert.deepEqual([code, stderr], [0, ''])
  for (const line of stdout.trimEnd().split('\n')) assert.doesNotThrow(() => JSON.parse(line), line)
  const told = await run('tail', 'events')
  assert.match(told.stdout, /^\d\d:\d\d:\d\d\.\d{3} {2}event +ServiceCrashed +service=index cause=throw/m)
})

test('tail shows each record of the audit log once and in order, also when the thread that keeps it falls', async () => {
  const tail = startRonctl(['tail', 'audit', '--follow', '--json', '--limit', '1'], node)
  const shown = () =>
    tail
      .printed()
      .split('\n')
      .filter((line) => line.startsWith('{"kind":"audit"'))
      .map((line): { seq: number; act: string; target: string } => JSON.parse(line))
  await eventually('the last record', async () => shown().length > 0)
  const acts = async (count: number) => {
    for (let at = 0; at < count; at++) {
      await eventually('the act done', async () => {
        const reply = await ask('PUT /overlay/ceilings', { json: { inflight_max: 500 + at } })
        return reply.status === 200
      })
    }
  }
  await acts(20)
  assert.equal((await run('service', 'kill', 'audit')).code, 0)
  await acts(20)
  const ends = () =>
    shown().filter(({ act, target }) => act === 'act.end' && target === 'overlay.putCeilings')
  await eventually('all acts', async () => ends().length === 40)
  const numbers = shown().map(({ seq }) => seq)
  assert.deepEqual(
    numbers,
    numbers.map((_, at) => (numbers[0] ?? 0) + at),
  )
  assert.equal((await tail.interrupt()).code, 0)
})

test('who follows the audit log needs audit.read, as long as it follows', async () => {
  const operator = { admin: `http://127.0.0.1:${guarded.adminPort}`, token: guarded.token }
  const mint = async (verb: string) =>
    (await ronctl(['token', 'mint', `verbs = ${verb}`], operator)).stdout.trim()
  const other = await ronctl(['tail', 'audit', '--follow'], { ...operator, token: await mint('admin.read') })
  assert.equal(other.code, 1)
  assert.match(other.stderr, /CapabilityScope/)
  const token = await mint('audit.read')
  const tail = startRonctl(['tail', 'audit', '--follow'], { ...operator, token })
  await eventually('a record', async () => tail.printed().includes('capability.mint'))
  assert.equal((await ronctl(['token', 'revoke'], { ...operator, input: token })).code, 0)
  const { code, stderr } = await tail.ended()
  assert.equal(code, 1)
  assert.match(stderr, /CapabilityInvalid/)
})

test('a token that is revoked ends the tail it was used for, soon and with the reason', async () => {
  const operator = { admin: `http://127.0.0.1:${guarded.adminPort}`, token: guarded.token }
  const minted = await ronctl(['token', 'mint', 'verbs = admin.read'], operator)
  const token = minted.stdout.trim()
  const tail = startRonctl(['tail', '--follow'], { ...operator, token })
  await eventually('the tail to run', async () => tail.printed().includes('Readiness'))
  assert.equal((await ronctl(['token', 'revoke'], { ...operator, input: token })).code, 0)
  const { code, stderr } = await tail.ended()
  assert.equal(code, 1)
  assert.match(stderr, /CapabilityInvalid/)
})

test('so many may follow, and the next is told so', async () => {
  const stop = new AbortController()
  const following = await Promise.all(
    Array.from({ length: 16 }, () =>
      fetch(`${node.admin}/api/v1/tail?follow=true&limit=0`, { signal: stop.signal }),
    ),
  )
  assert(following.every(({ status }) => status === 200))
  const refused = await run('tail')
  assert.equal(refused.code, 1)
  assert.match(refused.stderr, /Busy: 16 follow this node already/)
  stop.abort()
  await eventually('room', async () => (await run('tail')).code === 0)
})
