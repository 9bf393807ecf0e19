/**
 * Clients that are slow on purpose, in every phase of a connection: each keeps its connection for a bounded time, and
 * nobody else waits for them.
 */

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { clientFrame, handshakeText, RawClient } from '@ron/transport/listener/raw-client.fixture'
import { besides, besieged, drivers, statusesIn, tellMissing } from './besieged.ts'
import { eventually } from './eventually.ts'
import { asker } from './http.ts'
import { scrape } from './metrics.ts'
import type { NodeProcess } from './node-process.ts'
import { request } from './oap-socket.ts'

const perPhase = 4
const mebibyte = 1_048_576
const trickleMs = 50

interface Phase {
  readonly name: string
  /** Sent at once. */
  readonly first: string
  /** Sent afterwards, a byte at a time and again from the beginning, for as long as the connection lasts. */
  readonly trickle: string
  /** What it may have been told before its connection ended. */
  readonly told: readonly number[]
  readonly deaf?: boolean
}

function phases(token: string): readonly Phase[] {
  const authorized = `Host: node\r\nAuthorization: Bearer ${token}\r\n`
  const put = `PUT /objects/unfinished HTTP/1.1\r\n${authorized}`
  return [
    { name: 'connects and is silent', first: '', trickle: '', told: [] },
    { name: 'trickles a request line', first: 'GET /objects/', trickle: 'a', told: [] },
    { name: 'trickles headers', first: 'GET /objects HTTP/1.1\r\nX-A: ', trickle: 'b', told: [] },
    { name: 'trickles a body', first: `${put}Content-Length: 9999\r\n\r\n`, trickle: 'c', told: [408] },
    {
      name: 'trickles chunks',
      first: `${put}Transfer-Encoding: chunked\r\n\r\n`,
      trickle: '1\r\nd\r\n',
      told: [408],
    },
    {
      name: 'promises a body and sends none',
      first: `${put}Content-Length: 5\r\n\r\n`,
      trickle: '',
      told: [408],
    },
    {
      name: 'rests after a request',
      first: `GET /objects HTTP/1.1\r\n${authorized}\r\n`,
      trickle: '',
      told: [200],
    },
    {
      name: 'trickles a handshake',
      first: handshakeText('/oap').slice(0, -2),
      trickle: 'X: y\r\n',
      told: [],
    },
    {
      name: 'reads nothing of its answer',
      first: `GET /objects/large HTTP/1.1\r\n${authorized}\r\n`.repeat(24),
      trickle: '',
      told: [200],
      deaf: true,
    },
  ]
}

async function slow(node: NodeProcess, { name, first, trickle, told, deaf = false }: Phase): Promise<void> {
  const client = await RawClient.open(node.port)
  if (deaf) client.stopReading()
  client.send(first)
  let at = 0
  await eventually(`the end of one that ${name}`, async () => {
    if (trickle !== '') client.send(trickle[at++ % trickle.length] ?? '')
    await pause(trickleMs)
    // A paused socket hears of its end when it reads again; by then the node has long counted it out.
    if (deaf && at++ > 100) client.goOnReading()
    return client.closed
  })
  assert.ok(
    statusesIn(client).every((status) => told.includes(status)),
    `${name}: ${client.text.slice(0, 400)}`,
  )
}

/** A WebSocket that nobody answers pings on, or that sends a frame in bytes. */
async function slowSocket(node: NodeProcess, trickle: Uint8Array): Promise<RawClient> {
  const client = await RawClient.open(node.port)
  client.send(handshakeText('/oap', `Authorization: Bearer ${node.token}\r\n`))
  assert.equal((await client.answer()).status, 101)
  for (const byte of trickle) {
    client.send(Uint8Array.of(byte))
    await pause(1)
  }
  return client
}

describe('slow clients', { concurrency: true }, () => {
  for (const driver of drivers) {
    test(`in every phase lose their connections on ${driver}, and an honest client is served meanwhile`, async () => {
      const node = await besieged(driver, [], {
        MICRO_READ_TIMEOUT: '1s',
        MICRO_WRITE_TIMEOUT: '1s',
        MICRO_IDLE_TIMEOUT: '2s',
      })
      assert.equal((await asker(node)('PUT /objects/large', { body: Buffer.alloc(mebibyte) })).status, 201)
      const all = phases(node.token).flatMap((phase) => Array.from({ length: perPhase }, () => phase))
      await besides(node, async () => {
        const silent = await slowSocket(node, Buffer.alloc(0))
        const cut = await slowSocket(node, clientFrame(2, Buffer.alloc(100)).subarray(0, 50))
        const list = { protocol: 0x0101, code: 4, corrId: 1 }
        const whole = await slowSocket(node, clientFrame(2, request(list)))
        const { payload } = await whole.frame()
        assert.equal(payload.readUInt16BE(8), 200, 'a frame in bytes is a frame')
        await Promise.all([
          ...all.map((phase) => slow(node, phase)),
          // None of them answers a ping.
          ...[silent, cut, whole].map((client) => client.ended()),
        ])
      })
      const { value } = await scrape(node)
      // All but those that rested, which is no offence.
      assert.ok(value('rejected_total{reason="timeout"}') >= perPhase, 'timeouts are counted')
      assert.equal((await asker(node)('GET /objects/unfinished')).status, 404)
    })
  }
})

tellMissing()
