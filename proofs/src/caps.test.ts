/** What no client may exceed: sizes, growth, connections and time. Each cap is met from below and from above. */

import { describe, test } from 'node:test'
import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import { clientFrame, handshakeText, RawClient } from '@ron/transport/listener/raw-client.fixture'
import { eventually } from './eventually.ts'
import { asker, type Problem } from './http.ts'
import { scrape } from './metrics.ts'
import { startNode } from './node-process.ts'
import { request } from './oap-socket.ts'
import { zstdFrame } from './zstd.ts'

const mebibyte = 1_048_576
const connectionsMax = 40

const node = await startNode({
  args: ['--max-conns', String(connectionsMax)],
  // Idle connections outlast the four seconds for which fetch keeps its own, so that none ends as it is used.
  env: { MICRO_READ_TIMEOUT: '2s', MICRO_WRITE_TIMEOUT: '2s', MICRO_IDLE_TIMEOUT: '6s' },
})
const ask = asker(node)
const host = 'Host: node\r\n'
const authorized = `${host}Authorization: Bearer ${node.token}\r\n`

async function status(text: string, body: Uint8Array = Buffer.alloc(0)): Promise<number> {
  const client = await RawClient.open(node.port)
  const answer = await client.send(text).send(body).answer()
  client.destroy()
  return answer.status
}

test('a body of one mebibyte is taken, and one byte more is refused before it is read', async () => {
  const whole = Buffer.alloc(mebibyte)
  assert.equal((await ask('PUT /objects/large', { body: whole })).status, 201)
  const refused = await ask('PUT /objects/larger', { body: Buffer.alloc(mebibyte + 1) })
  const problem = refused.json<Problem>()
  assert.deepEqual([refused.status, problem.code, problem.explain?.wall], [413, 'TooLarge', 'frame-caps'])

  const head = `PUT /objects/larger HTTP/1.1\r\n${authorized}`
  assert.equal(await status(`${head}Content-Length: 999999999999\r\n\r\n`), 413)
  const chunked = Buffer.concat([
    Buffer.from('100001\r\n'),
    Buffer.alloc(mebibyte + 1),
    Buffer.from('\r\n0\r\n\r\n'),
  ])
  assert.equal(await status(`${head}Transfer-Encoding: chunked\r\n\r\n`, chunked), 413)
  assert.equal((await ask('GET /objects/larger')).status, 404)
})

test('compressed bodies are inflated, up to ten times their length and eight mebibytes', async () => {
  const put = async (coding: string, body: Uint8Array) => {
    const reply = await ask('PUT /objects/zipped', { body, headers: { 'content-encoding': coding } })
    return reply.status < 300 ? reply.status : reply.json<Problem>().code
  }
  const text = Buffer.from('0123456789abcdef'.repeat(4))
  for (const [coding, body] of [
    ['gzip', gzipSync(text)],
    ['x-gzip', gzipSync(text)],
    ['zstd', zstdFrame(text)],
    ['identity', text],
  ] as const) {
    assert.match(String(await put(coding, body)), /^20/, coding)
    assert.equal((await ask('GET /objects/zipped')).text, text.toString(), coding)
  }

  const few = Buffer.alloc(1_000, 'as it is')
  const ten = 10 * zstdFrame(few, 1).length - few.length
  assert.match(String(await put('zstd', zstdFrame(few, ten))), /^20/)
  assert.equal(await put('zstd', zstdFrame(few, ten + 1)), 'DecompressCap')

  const noise = Buffer.alloc(mebibyte - 4_096, 'noise that is stored as it is. ')
  const room = 8 * mebibyte - noise.length
  assert.match(String(await put('zstd', zstdFrame(noise, room))), /^20/)
  assert.equal((await ask('HEAD /objects/zipped')).headers.get('content-length'), String(8 * mebibyte))
  assert.equal(await put('zstd', zstdFrame(noise, room + 1)), 'DecompressCap')

  assert.equal(await put('gzip', gzipSync(Buffer.alloc(8 * mebibyte))), 'DecompressCap')
  assert.equal(await put('zstd', zstdFrame(Buffer.alloc(0), 1_000_000_000)), 'DecompressCap')
  assert.equal(await put('gzip', gzipSync(text).subarray(0, 30)), 'BadRequest')
  assert.equal(await put('zstd', text), 'BadRequest')
  assert.equal(await put('gzip, zstd', gzipSync(text)), 'UnsupportedMedia')
  assert.equal(await put('br', text), 'UnsupportedMedia')
  const { value } = await scrape(node)
  assert(value('integrity_failure_total{stage="decompress_cap"}') >= 3)
})

test('a head of more than four kibibytes is refused with 431', async () => {
  const padded = (bytes: number) => {
    const head = `GET /objects?limit=1 HTTP/1.1\r\n${authorized}X-Padding: `
    return `${head}${'x'.repeat(bytes - head.length - 4)}\r\n\r\n`
  }
  assert.equal(await status(padded(4_096)), 200)
  assert.equal(await status(padded(4_097)), 431)
  assert.equal(await status(padded(20_000)), 431)
})

test('a client that reads nothing of a long answer loses its connection', async () => {
  const size = 8 * mebibyte
  const body = zstdFrame(Buffer.alloc(mebibyte - 4_096), size - mebibyte + 4_096)
  await ask('PUT /objects/huge', { body, headers: { 'content-encoding': 'zstd' } })
  const timeouts = async () => (await scrape(node)).value('rejected_total{reason="timeout"}') || 0
  const before = await timeouts()
  const client = await RawClient.open(node.port)
  client.stopReading().send(`GET /objects/huge HTTP/1.1\r\n${authorized}\r\n`)
  await eventually('the connection to be given up', async () => (await timeouts()) > before)
  await client.goOnReading().ended()
  assert(client.length < size)
})

describe('who lets the node wait loses the connection', { concurrency: true }, () => {
  test('by sending nothing', async () => {
    // Another has finished a request from this address, so the socket library's own timer counts.
    const silent = await RawClient.open(node.port)
    await eventually('the connection to end', async () => silent.closed)
  })

  test('by sending its head a byte at a time', async () => {
    // From an address that has never finished a request, the configured time counts.
    const stranger = connect({ port: node.port, host: '127.0.0.1', localAddress: '127.0.0.2' })
    stranger.on('error', () => {})
    const closed = new Promise((resolve) => stranger.once('close', resolve))
    const text = `GET /objects HTTP/1.1\r\n${authorized}\r\n`
    let at = 0
    const trickle = setInterval(() => void stranger.write(text[at++ % text.length] ?? ''), 100)
    await closed
    clearInterval(trickle)
    assert(at < text.length)
  })

  for (const [framing, body] of [
    ['Content-Length: 10', 'abc'],
    ['Transfer-Encoding: chunked', '3\r\nabc\r\n'],
  ]) {
    test(`by never ending its body, with ${framing}`, async () => {
      const client = await RawClient.open(node.port)
      client.send(`PUT /objects/unfinished HTTP/1.1\r\n${authorized}${framing}\r\n\r\n${body}`)
      assert.equal((await client.answer()).status, 408)
      await client.ended()
      assert.equal((await ask('GET /objects/unfinished')).status, 404)
    })
  }

  test('by reading nothing of the events it subscribed to', async () => {
    const client = await RawClient.open(node.port)
    client.stopReading().send(`GET /v1/mailbox/subscribe?topic=t HTTP/1.1\r\n${authorized}\r\n`)
    const inflight = async () =>
      (await scrape(node)).value('inflight_requests{route="/v1/mailbox/subscribe"}')
    await eventually('the subscription', async () => (await inflight()) === 1)
    const payload_b64 = Buffer.alloc(30_000).toString('base64')
    let sent = 0
    await eventually('the subscription to end', async () => {
      for (let burst = 0; burst < 25; burst++) {
        await ask('POST /v1/mailbox/send', { json: { topic: 't', idem_key: String(sent++), payload_b64 } })
      }
      return (await inflight()) === 0
    })
    await client.goOnReading().ended()
  })

  test('by reading nothing of what it asked for over WebSocket', async () => {
    const client = await RawClient.open(node.port)
    await client.send(handshakeText('/oap', authorized.slice(host.length))).receives('101')
    client.stopReading()
    for (let corrId = 1; corrId <= 64; corrId++) {
      const get = { protocol: 0x0101, code: 1, corrId, fields: { name: 'large' } }
      client.send(clientFrame(2, request(get)))
    }
    const inflight = async () => (await scrape(node)).value('inflight_requests{route="/objects/*name"}')
    await eventually('the answers to wait', async () => (await inflight()) > 32)
    await eventually('the answers to be given up', async () => (await inflight()) === 0)
    await client.goOnReading().ended()
  })
})

test('a connection over the limit is closed at once, and there is room when others go', async () => {
  const clients = await Promise.all(
    Array.from({ length: connectionsMax + 10 }, () => RawClient.open(node.port)),
  )
  await eventually(
    'the surplus to be closed',
    async () => clients.filter(({ closed }) => closed).length >= 10,
  )
  const { value } = await scrape(node)
  assert(value('open_connections') <= connectionsMax)
  assert(value('rejected_total{reason="connections"}') >= 10)
  for (const client of clients) client.destroy()
  const answered = await eventually('room', () => ask('GET /objects').catch(() => null))
  assert.equal(answered.status, 200)
})
