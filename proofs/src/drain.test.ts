/**
 * How a node ends: first it is unready, then what is in flight comes to its end, then it exits with 0. Who
 * cannot wait gets 1. However it ends, nothing is left, and the next one starts in its place.
 */

import { after, test } from 'node:test'
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { RawClient } from '@ron/transport/listener/raw-client.fixture'
import { openEvents } from './event-source.ts'
import { eventually, inTime } from './eventually.ts'
import { freePort } from './free-port.ts'
import { asker, type Problem, type Reply } from './http.ts'
import { scrape } from './metrics.ts'
import { program, startNode, type NodeProcess } from './node-process.ts'
import { OapSocket, request } from './oap-socket.ts'
import { scratchFolder } from './scratch.ts'

const [patient, hurried, stuck] = await Promise.all([
  startNode({ env: { MICRO_READ_TIMEOUT: '2m', MICRO_DRAIN_DEADLINE: '2m' } }),
  startNode(),
  startNode({ args: ['--set', 'node.drain_deadline=200ms'] }),
])

/** Asks for a message that nobody sends, and resolves once the node waits for it. */
async function waiting(
  node: NodeProcess,
  waitMs: number,
): Promise<{ readonly answer: Promise<Reply | null> }> {
  const json = { topic: 'quiet', wait_ms: waitMs }
  const answer = asker(node)('POST /v1/mailbox/recv', { json }).catch(() => null)
  await eventually('the receiver to wait', async () => {
    return (await scrape(node)).value('inflight_requests{route="/v1/mailbox/recv"}') === 1
  })
  return { answer }
}

test('on SIGTERM a node turns unready, lets what is in flight end, and exits with 0', async () => {
  const node = patient
  const head = `GET /objects HTTP/1.1\r\nHost: node\r\nAuthorization: Bearer ${node.token}\r\n\r\n`
  const [kept, idle] = [await RawClient.open(node.port), await RawClient.open(node.port)]
  for (const one of [kept, idle]) assert.equal((await one.send(head).answer()).status, 200)
  const subscriber = await RawClient.open(node.port)
  assert.equal((await subscriber.send(head).answer()).status, 200)
  const upload = await RawClient.open(node.port)
  const length = 'Content-Length: 4\r\n'
  upload.send(
    `PUT /objects/late HTTP/1.1\r\nHost: node\r\nAuthorization: Bearer ${node.token}\r\n${length}\r\nha`,
  )
  const events = await openEvents(`${node.url}/v1/mailbox/subscribe?topic=t`, node.token)
  const socket = await OapSocket.open(node.url, node.token)
  socket.send(request({ protocol: 0x0201, code: 8, corrId: 1, fields: { topic: 't' } }))
  const receiver = await waiting(node, 2_000)

  node.signal('SIGTERM')
  const unready = await eventually('the node to be unready', async () => {
    const reply = await fetch(`${node.admin}/readyz?verbose`)
    const body: { ready: boolean; checks: Record<string, { ok: boolean }> } = JSON.parse(await reply.text())
    return reply.status === 503 && { reply, body }
  })
  assert.match(unready.reply.headers.get('retry-after') ?? '', /^[1-9]/)
  assert.deepEqual([unready.body.ready, unready.body.checks['accepting']?.ok], [false, false])
  assert.equal((await fetch(`${node.admin}/healthz`)).status, 200)

  const last = await kept.send(head).answer()
  assert.deepEqual([last.status, last.headers.get('connection')], [200, 'close'])
  await kept.ended()
  const subscribe = head.replace('/objects', '/v1/mailbox/subscribe?topic=t')
  const late = await subscriber.send(subscribe).answer()
  const problem: Problem = JSON.parse(late.body)
  assert.deepEqual([late.status, problem.code, problem.retryable], [503, 'Draining', true])
  assert.match(late.headers.get('retry-after') ?? '', /^[1-9]/)
  await subscriber.ended()
  const stranger = await RawClient.open(node.port)
  await stranger.ended()

  const told = await events.next()
  assert.equal(told?.kind, 'refused')
  const { problem: why }: { problem: Problem } = JSON.parse(told.data)
  assert.equal(why.code, 'Draining', 'a subscriber is told why its stream ends')
  assert.equal(await events.next(), null)
  const { status, fields } = await socket.answer(1)
  assert.deepEqual([status, fields['code'], fields['retryable']], [503, 'Draining', true])
  assert.equal(await socket.closed, 1001)
  assert.equal((await upload.send('lf').answer()).status, 201)
  const answered = await receiver.answer
  assert.deepEqual([answered?.status, answered?.text], [200, '{"messages":[]}'])
  await idle.ended()
  assert.equal(await node.ended(), 0)
})

test('a second signal ends the wait, and the exit code says so', async () => {
  const receiver = await waiting(hurried, 20_000)
  hurried.signal('SIGTERM')
  await eventually('the drain to begin', async () => (await fetch(`${hurried.admin}/readyz`)).status === 503)
  hurried.signal('SIGINT')
  assert.equal(await hurried.ended(), 1)
  assert.equal(await receiver.answer, null)
})

test('a drain has a deadline, and the exit code says that it passed', async () => {
  const receiver = await waiting(stuck, 20_000)
  stuck.signal('SIGTERM')
  assert.equal(await stuck.ended(), 1)
  assert.equal(await receiver.answer, null)
})

test('a node that was killed leaves nothing behind, and the next one takes its ports', async () => {
  const folder = scratchFolder()
  const [bind, metrics] = [`127.0.0.1:${await freePort()}`, `127.0.0.1:${await freePort()}`]
  const place = {
    cwd: folder,
    env: { HOME: folder, TMPDIR: folder },
    args: ['--bind', bind, '--metrics', metrics],
  }
  const first = await startNode(place)
  const held = await RawClient.open(first.port)
  await asker(first)('PUT /objects/mine', { body: 'x' })
  first.signal('SIGKILL')
  assert.equal(await first.ended(), 'SIGKILL')
  await held.ended()
  assert.deepEqual(readdirSync(folder), [])

  const next = await startNode(place)
  assert.equal(next.port, first.port)
  assert.equal((await asker(next)('GET /objects/mine')).status, 404)
  const twin = startNode({ args: ['--bind', bind] })
  await assert.rejects(twin, /cannot listen on 127\.0\.0\.1:\d+; the port is taken/)
  next.signal('SIGTERM')
  assert.equal(await next.ended(), 0)
  assert.deepEqual(readdirSync(folder), [])
})

test('a node whose output nobody reads any more goes on', async () => {
  const bind = `127.0.0.1:${await freePort()}`
  const child = spawn(process.execPath, [program, '--json', '--bind', bind], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const ended = once(child, 'close')
  after(() => child.kill('SIGKILL'))
  child.stdout.once('data', () => child.stdout.destroy())
  await eventually('the node to be ready', async () => {
    const reply = await fetch(`http://${bind}/readyz`).catch(() => null)
    return reply?.status === 200
  })
  // The node tells a reader that it is ready a moment after it is, and goes on without one.
  let answers = 0
  await eventually('the node to go on', async () => {
    answers += (await fetch(`http://${bind}/healthz`)).ok ? 1 : 0
    return answers === 20
  })
  child.kill('SIGTERM')
  assert.deepEqual(await inTime('the node to end', ended), [0, null])
})
