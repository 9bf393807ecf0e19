/** Connections on which nothing whole comes: before the first request, and between two. */

import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import { until } from '@ron/kernel/system/until'
import type { Driver } from './listener.ts'
import { echo, request, staged, text, type Holds } from './staging.fixture.ts'

/** Past every timer that a driver is known to have of its own. */
const longMs = 14_000

export function silence(driver: Driver, holds: Holds): void {
  holds('a connection that sends nothing, or not enough, is closed in time, whoever else speaks', () =>
    staged(
      driver,
      {},
      async ({ client, rejected }) => {
        const silent = await client()
        const trickling = (await client()).send('GET /')
        const speaking = await client()
        while (!trickling.closed || !silent.closed) {
          trickling.send('g')
          assert.equal((await speaking.send(request('GET /')).answer()).status, 200)
          await pause(5)
        }
        assert.deepEqual(rejected, ['timeout', 'timeout'])
      },
      { readTimeoutMs: 400 },
    ),
  )

  holds('a connection silent between two requests is closed in time, and a busy one is not', () =>
    staged(
      driver,
      {},
      async ({ client, rejected }) => {
        const idle = await client()
        const busy = await client()
        await idle.send(request('GET /')).answer()
        while (!idle.closed) {
          assert.equal((await busy.send(request('GET /')).answer()).status, 200)
          await pause(5)
        }
        assert.equal(busy.closed, false)
        assert.deepEqual(rejected, [])
      },
      { idleTimeoutMs: 200 },
    ),
  )

  holds('a connection may be silent for as long as it was told', () =>
    staged(driver, {}, async ({ client }) => {
      const resting = await client()
      await resting.send(request('GET /')).answer()
      const half = await client()
      half.send('GET / HTTP/1.1\r\nHo')
      await pause(longMs)
      half.send('st: node\r\n\r\n')
      assert.equal((await half.answer()).status, 200)
      assert.equal((await resting.send(request('GET /')).answer()).status, 200)
    }),
  )

  holds('who leaves after the head of a request in chunks takes no timeout from the others', () =>
    staged(
      driver,
      { exchange: (one) => void echo(one) },
      async ({ client, listener, rejected }) => {
        const silent = await client()
        const leaving = [await client(), await client()]
        for (const one of leaving) one.send(request('PUT /', 'Transfer-Encoding: chunked'))
        await until(() => listener.inFlight() === leaving.length, 'both heads')
        for (const one of leaving) one.vanish()
        await until(() => silent.closed, 'the silent one to be closed')
        assert.deepEqual(rejected, ['timeout'], 'and not by a timer of the library')
      },
      { readTimeoutMs: 1_000 },
    ),
  )

  holds('an answer without a body to a request in chunks takes no timeout from others', () =>
    staged(
      driver,
      { exchange: (one) => text(one, 200, '') },
      async ({ client, rejected }) => {
        const silent = await client()
        const asking = [await client(), await client()]
        for (const one of asking) one.send(request('PUT /', 'Transfer-Encoding: chunked')).send('0\r\n\r\n')
        for (const one of asking) {
          assert.equal((await one.answer()).headers.get('content-length'), '0')
          await until(() => one.closed)
        }
        await until(() => silent.closed, 'the silent one to be closed')
        assert.deepEqual(rejected, ['timeout'], 'and not by a timer of the library')
      },
      { readTimeoutMs: 2_000 },
    ),
  )

  holds(
    'requests in chunks of one address are refused before their bodies each on their own connection',
    () =>
      staged(driver, { exchange: (one) => text(one, 401, one.path) }, async ({ client, listener }) => {
        const clients = await Promise.all(Array.from({ length: 6 }, client))
        for (const [at, one] of clients.entries()) {
          one.send(request(`PUT /${at}`, 'Transfer-Encoding: chunked'))
        }
        for (const [at, one] of clients.entries()) assert.equal((await one.answer()).body, `/${at}`)
        await until(() => listener.connections() === 0, 'every connection to end')
      }),
  )

  holds('bodies of all kinds on many connections each reach their own request', () =>
    staged(driver, { exchange: (one) => void echo(one) }, async ({ client }) => {
      const clients = await Promise.all(Array.from({ length: 8 }, client))
      for (let round = 0; round < 4; round++) {
        const asked = clients.map((one, at) => ({
          one,
          body: `${round} of ${at}`,
          chunked: at % 4 === round,
        }))
        for (const { one, body, chunked } of asked) {
          const framing = chunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${body.length}`
          one.send(request('PUT /', framing))
        }
        await pause(5)
        for (const { one, body, chunked } of asked.toReversed()) {
          one.send(chunked ? `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n` : body)
        }
        for (const { one, body, chunked } of asked) {
          assert.equal((await one.answer()).body, body)
          if (chunked) clients[clients.indexOf(one)] = await client()
        }
      }
    }),
  )
}
