/** Clients that leave, and listeners that stop. */

import assert from 'node:assert/strict'
import { Refusal } from '@ron/kernel/contract/refusals'
import { until } from '@ron/kernel/system/until'
import { header } from './headers.ts'
import { noHeaders } from './header-block.ts'
import type { Driver, Exchange } from './listener.ts'
import { encode, request, staged, text, type Holds } from './staging.fixture.ts'

export function leaving(driver: Driver, holds: Holds): void {
  holds('a client may leave at every step before its answer, and its handler is told', () => {
    const steps: [name: string, bytes: string][] = [
      ['before anything', ''],
      ['in the head', 'GET / HT'],
      ['after the head', request('PUT /', 'Content-Length: 10')],
      ['in the body', `${request('PUT /', 'Content-Length: 10')}hello`],
      ['in a chunk', `${request('PUT /', 'Transfer-Encoding: chunked')}a\r\nhello`],
      ['before the answer', request('GET /')],
    ]
    let aborted = 0
    let open = 0
    const refusals: unknown[] = []
    const exchange = (one: Exchange) => {
      open++
      one.onAbort(() => aborted++)
      one.readBody(100).catch((error: unknown) => refusals.push(error))
    }
    return staged(driver, { exchange }, async ({ client, listener }) => {
      for (const leave of ['vanish', 'destroy', 'finish'] as const) {
        for (const [name, bytes] of steps) {
          const before = open
          const one = await client()
          one.send(bytes)
          await one.flushed()
          if (bytes.includes('\r\n\r\n')) await until(() => open === before + 1, name)
          one[leave]()
          await until(() => aborted === open && listener.connections() === 0, `${leave} ${name}`)
        }
      }
      assert.ok(refusals.every((error) => error instanceof Refusal && error.code === 'BadRequest'))
      assert.equal(listener.inFlight(), 0)
    })
  })

  holds('answers to a client that left have no effect', () => {
    const left: Exchange[] = []
    return staged(driver, { exchange: (one) => void left.push(one) }, async ({ client }) => {
      for (const path of ['/a', '/b']) {
        const one = await client()
        one.send(request(`GET ${path}`))
        await until(() => left.length === (path === '/a' ? 1 : 2))
        one.vanish()
        await until(() => left.at(-1)?.aborted === true)
      }
      const [a, b] = left
      assert.ok(a && b)
      let told = false
      a.onAbort(() => (told = true))
      assert.equal(told, true)
      text(a, 200, 'late')
      const stream = b.openStream(200, noHeaders)
      assert.equal(stream.write(encode('late')), false)
      await stream.drained()
      stream.end()
      await assert.rejects(a.readBody(10), (error) => error instanceof Refusal)
    })
  })

  holds('a client may leave in the middle of a large answer or a stream, and its handler is told', () => {
    let aborted = 0
    let drained = 0
    const exchange = (one: Exchange) => {
      one.onAbort(() => aborted++)
      if (one.path === '/large') text(one, 200, 'y'.repeat(20_000_000))
      else {
        const stream = one.openStream(200, noHeaders)
        void pour(one, stream).then(() => drained++)
      }
    }
    return staged(driver, { exchange }, async ({ client, listener }) => {
      for (const path of ['/large', '/stream']) {
        const one = (await client()).stopReading()
        one.send(request(`GET ${path}`))
        await until(() => listener.inFlight() === 1)
        one.vanish()
        await until(() => listener.inFlight() === 0)
      }
      await until(() => aborted === 2 && drained === 1)
    })
  })

  holds('a client that takes nothing of a large answer or a stream is left in time', () => {
    let aborted = 0
    let ended = 0
    const exchange = (one: Exchange) => {
      one.onAbort(() => aborted++)
      if (one.path === '/large') text(one, 200, 'y'.repeat(20_000_000))
      else void pour(one, one.openStream(200, noHeaders)).then(() => ended++)
    }
    return staged(
      driver,
      { exchange },
      async ({ client, listener, rejected }) => {
        for (const path of ['/large', '/stream']) {
          const one = (await client()).stopReading()
          one.send(request(`GET ${path}`))
          await until(() => listener.inFlight() === 1)
          await until(() => listener.connections() === 0)
        }
        await until(() => aborted === 2 && ended === 1)
        assert.deepEqual(rejected, ['timeout', 'timeout'])
      },
      { writeTimeoutMs: 200 },
    )
  })
}

/** Writes until the client is gone. */
async function pour(exchange: Exchange, stream: ReturnType<Exchange['openStream']>): Promise<void> {
  const piece = encode('z'.repeat(100_000))
  while (!exchange.aborted) {
    if (!stream.write(piece)) await stream.drained()
  }
}

export function endings(driver: Driver, holds: Holds): void {
  holds('draining finishes what is in flight, ends its connection and takes no new one', () => {
    const waiting: Exchange[] = []
    return staged(driver, { exchange: (one) => void waiting.push(one) }, async ({ client, listener }) => {
      const [one, two] = [await client(), await client()]
      one.send(request('GET /', 'X-Client: 1'))
      two.send(request('GET /', 'X-Client: 2'))
      await until(() => waiting.length === 2)
      listener.stopAccepting()
      const closed = listener.close(60_000)
      await (await client()).ended()
      const [first, second] = waiting
      assert.ok(first && second)
      const clientOf = (exchange: Exchange) => (header(exchange.headers, 'x-client') === '1' ? one : two)
      for (const exchange of [first, second]) {
        const asking = clientOf(exchange)
        assert.equal(asking.closed, false)
        text(exchange, 200, 'finished')
        assert.equal((await asking.answer()).body, 'finished')
        await asking.ended()
      }
      await closed
    })
  })

  holds('what is still in flight when the grace is over is ended', () => {
    const waiting: Exchange[] = []
    return staged(driver, { exchange: (one) => void waiting.push(one) }, async ({ client, listener }) => {
      const one = await client()
      one.send(request('GET /'))
      await until(() => waiting.length === 1)
      await listener.close(50)
      await one.ended()
      assert.equal(waiting[0]?.aborted, true)
    })
  })

  holds('closing ends idle connections, and closing again is harmless', () =>
    staged(driver, {}, async ({ client, listener }) => {
      const idle = await client()
      const used = await client()
      await used.send(request('GET /')).answer()
      await Promise.all([listener.close(60_000), listener.close(0)])
      await idle.ended()
      await used.ended()
    }),
  )
}
