/** Connections on which nothing whole comes: before the first request, and between two. */

import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import type { Driver } from './listener.ts'
import { echo, request, staged, type Holds } from './staging.fixture.ts'

/** Past every timer that a driver is known to have of its own. */
const longMs = 14_000

export function silence(driver: Driver, holds: Holds): void {
  holds('a connection that sends nothing, or not enough, is closed in time, whoever else speaks', () =>
    staged(
      driver,
      {},
      async ({ client, rejected }) => {
        const silent = await client()
        const trickling = await client()
        const speaking = await client()
        while (!trickling.closed || !silent.closed) {
          trickling.send('G')
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
