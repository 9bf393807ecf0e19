import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { test, type TestContext } from 'node:test'
import { runClosed } from './closed-model.ts'
import { Histogram } from './histogram.ts'
import { runOpen } from './open-model.ts'
import type { Plan, Tally } from './plan.ts'
import { respCommand } from './requests.ts'
import { Counting } from './tally.ts'

const well = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'
const busy = 'HTTP/1.1 429 Busy\r\nretry-after: 1\r\ncontent-length: 0\r\n\r\n'
const mute = 'HTTP/1.1 503 Away\r\ncontent-length: 0\r\n\r\n'
const bye = 'HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok'
const request = Buffer.from('GET / HTTP/1.1\r\n\r\n')

/** A server whose `nth` answer, from 0, over all connections is what `answer` does. */
async function serve(t: TestContext, answer: (nth: number, socket: Socket) => void): Promise<Plan> {
  let nth = 0
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      for (let sent = 0; sent < chunk.length; sent += request.length) answer(nth++, socket)
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const model = { kind: 'closed', connections: 1, depth: 1 } as const
  const requests = [request]
  return { protocol: 'http', host: '127.0.0.1', port, requests, model, warmUpSeconds: 0, seconds: 0.3 }
}

async function closed(plan: Plan, connections: number, depth: number): Promise<Tally> {
  const now = performance.now()
  const counting = new Counting(now, now + 300)
  // Every answer comes, and none is waited for any longer.
  const times = { countToMs: now + 300, endMs: now + 60_000 }
  await runClosed(plan, { kind: 'closed', connections, depth }, counting, times)
  return counting.result(0)
}

async function open(plan: Plan, connections: number, perSecond: number, waitingMax = 1_000): Promise<Tally> {
  const beginMs = performance.now() + 50
  const counting = new Counting(beginMs, beginMs + 300)
  const times = { beginMs, countToMs: beginMs + 300, endMs: beginMs + 2_000 }
  const arrivals = { kind: 'constant', perSecond, seed: 1 } as const
  await runOpen(plan, { kind: 'open', connections, arrivals, waitingMax }, counting, times)
  return counting.result(0)
}

const sum = (tally: Tally) => Object.values(tally.statuses).reduce((total, count) => total + count, 0)

test('in the closed model every request that began is answered, each connection by itself', async (t) => {
  const tally = await closed(await serve(t, (_, socket) => socket.write(well)), 4, 1)
  assert.ok(tally.intended >= 4)
  assert.equal(sum(tally), tally.intended)
  assert.equal(new Histogram(tally.served).total, tally.intended)
})

test('pipelined, so many requests go out at once, and the next when all are answered', async (t) => {
  let owed = 0
  const plan = await serve(t, (nth, socket) => {
    owed++
    if (nth % 16 < 15) return
    assert.equal(owed, 16)
    owed = 0
    socket.write(well.repeat(16))
  })
  const tally = await closed(plan, 1, 16)
  assert.ok(tally.intended >= 16)
  assert.equal(tally.statuses[200], tally.intended)
})

test('in the open model as many requests start as were meant to', async (t) => {
  const tally = await open(await serve(t, (_, socket) => socket.write(well)), 2, 100)
  assert.equal(tally.intended, 29)
  assert.deepEqual(tally.statuses, { 200: 29 })
  assert.equal(tally.givenUp, 0)
})

test('a server that stands still pays for all who came meanwhile', async (t) => {
  const plan = await serve(t, (nth, socket) => void setTimeout(() => socket.write(well), nth === 0 ? 200 : 0))
  const { served, statuses } = await open(plan, 1, 100)
  assert.deepEqual(statuses, { 200: 29 })
  // Those meant to start 0, 10, … 190 ms into the pause waited for what was left of it: the tenth longest, 100 ms.
  assert.ok(new Histogram(served).percentile(70) >= 100_000)
})

test('refusals are counted beside what was served, and those that do not say when to come back', async (t) => {
  const plan = await serve(t, (nth, socket) => socket.write([well, busy, mute][nth % 3] ?? ''))
  const tally = await open(plan, 1, 100)
  assert.deepEqual(tally.statuses, { 200: 10, 429: 10, 503: 9 })
  assert.deepEqual([tally.refused, tally.refusedWithoutRetryAfter], [19, 9])
  assert.equal(new Histogram(tally.refusal).total, 19)
  assert.equal(new Histogram(tally.served).total, 10)
})

test('what has no answer is given up, and counts with the age it had', async (t) => {
  const tally = await open(await serve(t, (nth, socket) => nth > 0 || socket.write(well)), 1, 100)
  assert.equal(tally.givenUp, 28)
  assert.equal(new Histogram(tally.served).total, 29)
  assert.ok(new Histogram(tally.served).percentile(50) >= 1_000_000)
})

test('what finds too many waiting is given up at once', async (t) => {
  const plan = await serve(t, (nth, socket) => void setTimeout(() => socket.write(well), nth === 0 ? 400 : 0))
  const tally = await open(plan, 1, 100, 5)
  assert.deepEqual([tally.statuses, tally.givenUp], [{ 200: 6 }, 23])
})

test('a connection that breaks costs its request; one that ends with its answer costs nothing', async (t) => {
  const plan = await serve(t, (nth, socket) => (nth === 3 ? socket.destroy() : socket.end(bye)))
  const tally = await open(plan, 1, 100)
  assert.equal(tally.broken, 1)
  assert.equal(tally.statuses[200], 28)
})

test('where nobody listens both models fail and say so', async () => {
  const plan = { protocol: 'http', host: '127.0.0.1', port: 1, requests: [request] } as const
  const rest = { model: { kind: 'closed', connections: 1, depth: 1 }, warmUpSeconds: 0, seconds: 1 } as const
  const now = performance.now()
  const times = { beginMs: now, countToMs: now + 20_000, endMs: now + 20_000 }
  const arrivals = { kind: 'constant', perSecond: 1, seed: 1 } as const
  const counting = new Counting(now, now + 20_000)
  const both = [
    runClosed({ ...plan, ...rest }, rest.model, counting, times),
    runOpen({ ...plan, ...rest }, { kind: 'open', connections: 1, arrivals, waitingMax: 1 }, counting, times),
  ]
  await Promise.all(both.map((run) => assert.rejects(run, /nobody answers at 127.0.0.1:1/)))
})

test('an answer of another protocol fails the run', async (t) => {
  const plan = await serve(t, (_, socket) => socket.write(well))
  await assert.rejects(closed({ ...plan, protocol: 'resp' }, 1, 1), /no answer of Redis/)
})

test('a command of Redis says how long its words are', () => {
  assert.equal(
    Buffer.from(respCommand('SET', 'k', 'é')).toString(),
    '*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$2\r\né\r\n',
  )
})
