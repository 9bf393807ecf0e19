/** Many clients at once that do anything at any moment; what is left of them afterwards must be nothing. */

import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import fc from 'fast-check'
import type { Driver, Exchange } from './listener.ts'
import { clientFrame, handshakeText, type RawClient } from './raw-client.fixture.ts'
import { echo, request, staged, text, type Holds, type Stage } from './staging.fixture.ts'

const pieces = [
  request('GET /'),
  request('HEAD /'),
  request('PUT /', 'Content-Length: 5'),
  request('PUT /', 'Content-Length: 50'),
  request('PUT /', 'Transfer-Encoding: chunked'),
  request('PUT /', 'Transfer-Encoding: gzip, chunked'),
  'hello',
  '5\r\nhello\r\n',
  '0\r\n\r\n',
  handshakeText('/oap'),
  handshakeText('/oap', 'Sec-WebSocket-Version: 12\r\n'),
  handshakeText('/oap', 'Transfer-Encoding: chunked\r\n'),
  clientFrame(2, 'hello'),
]

/** What a client does in its life: writes, waits, and the way it leaves. */
const life = fc.record({
  steps: fc.array(fc.record({ piece: fc.constantFrom(...pieces), waitMs: fc.integer({ min: 0, max: 9 }) }), {
    minLength: 1,
    maxLength: 5,
  }),
  leave: fc.constantFrom('vanish', 'destroy', 'finish', 'stay' as const),
})
type Life = typeof life extends fc.Arbitrary<infer T> ? T : never

async function live(client: RawClient, { steps, leave }: Life): Promise<void> {
  for (const { piece, waitMs } of steps) {
    client.send(piece)
    await pause(waitMs)
  }
  if (leave !== 'stay') client[leave]()
}

/** Answers in every manner there is, by turns. */
function answering(): (exchange: Exchange) => void {
  const manners: readonly ((exchange: Exchange) => void)[] = [
    (exchange) => void echo(exchange),
    (exchange) => text(exchange, 401, 'no'),
    (exchange) => text(exchange, 200, ''),
    (exchange) => text(exchange, 204, ''),
    (exchange) => text(exchange, 200, 'x'.repeat(200_000)),
    (exchange) => void pause(5).then(() => text(exchange, 200, 'x'.repeat(200_000))),
    (exchange) => void pause(5).then(() => text(exchange, 200, 'x'.repeat(50_000))),
  ]
  let turn = 0
  return (exchange) => manners[turn++ % manners.length]?.(exchange)
}

export function storm(driver: Driver, holds: Holds): void {
  holds('whatever many clients do at once, nothing of them is left and the next one is served', () =>
    staged(
      driver,
      {
        socketPaths: ['/oap'],
        exchange: answering(),
        handshake: (handshake) => {
          if (handshake.fault !== null) return text(handshake, 400, handshake.fault.message)
          const socket = handshake.accept(null)
          socket?.onMessage((bytes) => socket.send(bytes))
        },
      },
      async ({ client }: Stage) => {
        const storms = fc.array(life, { minLength: 40, maxLength: 60, size: 'max' })
        await fc.assert(
          fc.asyncProperty(storms, async (lives) => {
            await Promise.all(lives.map(async (one) => live(await client(), one)))
          }),
          { numRuns: 40, endOnFailure: true },
        )
        const next = await client()
        assert.ok((await next.send(request('GET /')).answer()).status >= 200)
      },
      { connectionsMax: 1_000, readTimeoutMs: 100, idleTimeoutMs: 100 },
    ),
  )
}
