/** Answers of known length that go out in pieces. */

import assert from 'node:assert/strict'
import { until } from '@ron/kernel/system/until'
import { headerBlock, noHeaders } from './header-block.ts'
import type { Driver, Exchange } from './listener.ts'
import { encode, request, staged, type Holds } from './staging.fixture.ts'

export function parts(driver: Driver, holds: Holds): void {
  holds('a body in pieces has the length that was announced, whatever the sizes of its pieces', () => {
    const sizes = [1, 300_000, 2, 16_384, 1_000_000, 65_537, 1]
    const pieces = sizes.map((size, nth) => String(nth).repeat(size))
    const whole = pieces.join('')
    const exchange = (one: Exchange) => void send(one, pieces, whole.length)
    return staged(driver, { exchange }, async ({ client, listener }) => {
      const one = await client()
      for (let round = 0; round < 3; round++) {
        const answer = await one.send(request('GET /')).answer()
        assert.equal(answer.status, 206)
        assert.equal(answer.headers.get('content-length'), String(whole.length))
        assert.equal(answer.headers.get('x-part'), 'yes')
        assert.ok(answer.body === whole, 'the bytes differ')
      }
      await until(() => listener.inFlight() === 0)
    })
  })

  holds('HEAD is told the length of a body in pieces and gets none of it', () => {
    const exchange = (one: Exchange) => {
      const stream = one.openBody(200, noHeaders, 5_000_000_000)
      assert.equal(stream.write(encode('unsent')), false)
      stream.end()
    }
    return staged(driver, { exchange }, async ({ client }) => {
      const one = await client()
      for (let round = 0; round < 3; round++) {
        const answer = await one.send(request('HEAD /')).answer('HEAD')
        assert.deepEqual([answer.status, answer.headers.get('content-length')], [200, '5000000000'])
      }
    })
  })

  holds('a body in pieces holds its writer back while the client does not read, and loses nothing', () => {
    const pieces = Array.from({ length: 40 }, (_, nth) =>
      String.fromCharCode(97 + (nth % 26)).repeat(300_000),
    )
    let written = 0
    let heldBack = 0
    const exchange = (one: Exchange) =>
      void send(one, pieces, 12_000_000, (room) => {
        written++
        if (!room) heldBack++
      })
    return staged(driver, { exchange }, async ({ client }) => {
      const one = (await client()).stopReading()
      one.send(request('GET /'))
      await until(() => heldBack > 0)
      assert.ok(written < 40, 'everything was written to a client that takes nothing')
      one.goOnReading()
      assert.ok((await one.answer()).body === pieces.join(''), 'the bytes differ')
    })
  })

  holds(
    'a body that ends before its last byte costs its connection, so that nobody takes it for whole',
    () => {
      const exchange = (one: Exchange) => {
        const stream = one.openBody(200, noHeaders, 100)
        stream.write(encode('only so much'))
        stream.end()
      }
      return staged(driver, { exchange }, async ({ client, listener }) => {
        const one = await client()
        await one.send(request('GET /')).ended()
        assert.match(one.text, /content-length: 100\r\n([^]*\r\n)?\r\nonly so much$/i)
        await until(() => listener.inFlight() === 0)
      })
    },
  )

  holds('a body longer than was announced is a mistake of its writer, and none of it is sent', () => {
    let mistake: unknown
    const exchange = (one: Exchange) => {
      const stream = one.openBody(200, noHeaders, 3)
      try {
        stream.write(encode('four'))
      } catch (error) {
        mistake = error
      }
      stream.write(encode('abc'))
    }
    return staged(driver, { exchange }, async ({ client }) => {
      assert.equal((await (await client()).send(request('GET /')).answer()).body, 'abc')
      assert.match(String(mistake), /longer than was announced/)
    })
  })

  holds('a client may leave in the middle of a body in pieces, and its writer is told', () => {
    let aborted = 0
    let over = 0
    const exchange = (one: Exchange) => {
      one.onAbort(() => aborted++)
      void send(
        one,
        Array.from({ length: 100 }, () => 'y'.repeat(200_000)),
        20_000_000,
      ).then(() => over++)
    }
    return staged(driver, { exchange }, async ({ client, listener }) => {
      for (const leave of ['vanish', 'destroy'] as const) {
        const one = (await client()).stopReading()
        one.send(request('GET /'))
        await until(() => listener.inFlight() === 1)
        one[leave]()
        await until(() => listener.inFlight() === 0)
      }
      await until(() => aborted === 2 && over === 2)
    })
  })

  holds('a client that takes nothing of a body in pieces is left in time', () => {
    let over = 0
    const exchange = (one: Exchange) =>
      void send(
        one,
        Array.from({ length: 100 }, () => 'y'.repeat(200_000)),
        20_000_000,
      ).then(() => over++)
    return staged(
      driver,
      { exchange },
      async ({ client, listener, rejected }) => {
        const one = (await client()).stopReading()
        one.send(request('GET /'))
        await until(() => listener.inFlight() === 1)
        await until(() => listener.connections() === 0 && over === 1)
        assert.deepEqual(rejected, ['timeout'])
      },
      { writeTimeoutMs: 200 },
    )
  })

  holds('a listener that stops finishes a body in pieces, and asks its client to close', () => {
    const waiting: Exchange[] = []
    return staged(driver, { exchange: (one) => void waiting.push(one) }, async ({ client, listener }) => {
      const one = await client()
      one.send(request('GET /'))
      await until(() => waiting.length === 1)
      listener.stopAccepting()
      const closed = listener.close(60_000)
      const stream = waiting[0]?.openBody(200, noHeaders, 8)
      for (const piece of ['half', 'half']) stream?.write(encode(piece))
      const answer = await one.answer()
      assert.deepEqual([answer.body, answer.headers.get('connection')], ['halfhalf', 'close'])
      await closed
    })
  })
}

/** Writes one piece after the other as the client takes them, and stops when it is gone. */
async function send(
  exchange: Exchange,
  pieces: readonly string[],
  bytes: number,
  wrote: (room: boolean) => void = () => {},
): Promise<void> {
  const stream = exchange.openBody(206, headerBlock([['x-part', 'yes']]), bytes)
  for (const piece of pieces) {
    if (exchange.aborted) break
    const room = stream.write(encode(piece))
    wrote(room)
    if (!room) await stream.drained()
  }
  stream.end()
}
