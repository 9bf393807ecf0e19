import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { until } from '@ron/kernel/system/until'
import type { Exchange, Handshake } from './listener.ts'
import { listenerSuite } from './listener.suite.ts'
import { aheadMax } from './node-line.ts'
import { nodeHttp, sharesPorts } from './node.ts'
import { clientFrame, handshakeText, type RawClient } from './raw-client.fixture.ts'
import { atSocket, echo, overTls, request, staged, text } from './staging.fixture.ts'

const folder = mkdtempSync(join(tmpdir(), 'listener-'))
after(() => rmSync(folder, { recursive: true }))

listenerSuite(nodeHttp)
listenerSuite(overTls(nodeHttp))
listenerSuite(atSocket(join(folder, 'node.sock')))

test('node:http: the driver says which Node it is of', () => {
  assert.deepEqual(nodeHttp.info, {
    name: 'node:http',
    version: process.versions.node,
    abi: process.versions.modules,
  })
})

test('node:http: ports are shared by the versions of Node that can', () => {
  const versions = ['20.20.2', '22.11.0', '22.12.0', '23.0.0', '23.1.0', '24.0.0']
  assert.deepEqual(versions.filter(sharesPorts), ['22.12.0', '23.1.0', '24.0.0'])
})

test('node:http: a port that is to be shared is refused by a Node that cannot, with what to do', async () => {
  if (sharesPorts(process.versions.node)) return
  const opening = staged(nodeHttp, {}, async () => {}, { shared: true })
  await assert.rejects(opening, /cannot share a port; use Node 22\.12 or newer, node\.driver=uws/)
})

test('node:http: requests may be sent ahead of an answer, but not without end', () => {
  const waiting: Exchange[] = []
  return staged(nodeHttp, { exchange: (one) => void waiting.push(one) }, async ({ client }) => {
    const [patient, greedy] = [await client(), await client()]
    patient.send(request('GET /').repeat(aheadMax + 1))
    await until(() => waiting.length === 1)
    for (let answers = 0; answers <= aheadMax; answers++) {
      for (const one of waiting.splice(0)) text(one, 200, String(answers))
      assert.equal((await patient.answer()).body, String(answers))
      if (answers < aheadMax) await until(() => waiting.length === 1)
    }
    greedy.send(request('GET /').repeat(aheadMax + 2))
    await greedy.ended()
    assert.equal(greedy.length, 0)
  })
})

test('node:http: a body that is not in the chunks that were announced is told so, once', () =>
  staged(nodeHttp, { exchange: (one) => void echo(one) }, async ({ client }) => {
    const one = await client()
    one.send(`${request('PUT /', 'Transfer-Encoding: chunked')}zz\r\nhello\r\n0\r\n\r\n`)
    assert.equal((await one.answer()).body, 'BadRequest')
    await one.ended()
    assert.equal(one.text, '')
  }))

test('node:http: what is no HTTP is told so, and a head past all limits too', () =>
  staged(nodeHttp, {}, async ({ client, rejected }) => {
    for (const [bytes, status] of [
      ['nonsense\r\n\r\n', 400],
      [request('GET /', `X: ${'a'.repeat(100_000)}`), 431],
    ] as const) {
      const one = await client()
      assert.equal((await one.send(bytes).answer()).status, status)
      await one.ended()
    }
    assert.deepEqual(rejected, ['malformed', 'header_cap'])
  }))

async function greeted(client: RawClient): Promise<RawClient> {
  assert.equal((await client.send(handshakeText('/oap')).answer()).status, 101)
  return client
}

const accepting = { socketPaths: ['/oap'], handshake: (one: Handshake) => void one.accept(null) }

test('node:http: a WebSocket whose peer answers no ping is closed in time, one that does is not', () =>
  staged(
    nodeHttp,
    accepting,
    async ({ client }) => {
      const [silent, living] = [await greeted(await client()), await greeted(await client())]
      assert.equal((await silent.frame()).opcode, 9)
      for (let pings = 0; pings < 3; pings++) {
        assert.equal((await living.frame()).opcode, 9)
        living.send(clientFrame(10, ''))
      }
      await silent.ended()
      assert.equal(living.closed, false)
    },
    { idleTimeoutMs: 300 },
  ))

test('node:http: what comes before a handshake is accepted is kept for the socket, up to a bound', () => {
  const waiting: Handshake[] = []
  const messages: string[] = []
  const handshake = (one: Handshake) => void waiting.push(one)
  return staged(nodeHttp, { ...accepting, handshake }, async ({ client }) => {
    const hasty = await client()
    hasty.send(handshakeText('/oap')).send(clientFrame(2, 'first'))
    await hasty.flushed()
    await until(() => waiting.length === 1)
    hasty.send(clientFrame(2, 'second'))
    await hasty.flushed()
    for (const one of waiting)
      one.accept(null)?.onMessage((bytes) => messages.push(Buffer.from(bytes).toString()))
    assert.equal((await hasty.answer()).status, 101)
    await until(() => messages.length === 2)
    assert.deepEqual(messages, ['first', 'second'])

    const flooding = await client()
    flooding.send(handshakeText('/oap'))
    await until(() => waiting.length === 2)
    flooding.send(Buffer.alloc(200_000))
    await flooding.ended()
    assert.equal(waiting[1]?.aborted, true)
  })
})

test('node:http: a peer that does not confirm a close is left soon', () => {
  const handshake = (one: Handshake) => one.accept(null)?.close(1001, 'going')
  return staged(nodeHttp, { ...accepting, handshake }, async ({ client, listener }) => {
    const one = await client()
    one.send(handshakeText('/oap'))
    assert.equal((await one.answer()).status, 101)
    assert.equal((await one.frame()).opcode, 8)
    one.stopReading()
    await until(() => listener.connections() === 0)
  })
})
