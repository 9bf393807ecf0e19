/** Answers as they go out: whole, without a body, and as streams. */

import assert from 'node:assert/strict'
import { until } from '@ron/kernel/system/until'
import { headerBlock, noHeaders } from './header-block.ts'
import type { Driver, Exchange } from './listener.ts'
import { encode, request, staged, text, type Holds } from './staging.fixture.ts'

export function answers(driver: Driver, holds: Holds): void {
  holds('HEAD says how long the body would be and sends none', () =>
    staged(driver, { exchange: (one) => text(one, 200, 'hello') }, async ({ client }) => {
      const one = await client()
      for (let i = 0; i < 3; i++) {
        const answer = await one.send(request('HEAD /')).answer('HEAD')
        assert.deepEqual([answer.status, answer.headers.get('content-length')], [200, '5'])
      }
      assert.equal((await one.send(request('GET /')).answer()).body, 'hello')
    }),
  )

  holds('204 and 304 send neither body nor length', () =>
    staged(
      driver,
      { exchange: (one) => text(one, Number(one.path.slice(1)), 'unsent') },
      async ({ client }) => {
        const one = await client()
        for (const status of [204, 304, 204]) {
          const answer = await one.send(request(`GET /${status}`)).answer()
          assert.equal(answer.status, status)
          assert.equal(answer.headers.has('content-length'), false)
          const asHead = await one.send(request(`HEAD /${status}`)).answer('HEAD')
          assert.equal(asHead.headers.has('content-length'), false)
        }
        assert.equal((await one.send(request('GET /200')).answer()).body, 'unsent')
      },
    ),
  )

  holds('a large answer reaches a client that reads slowly', () => {
    const body = 'y'.repeat(6_000_000)
    return staged(driver, { exchange: (one) => text(one, 200, body) }, async ({ client, listener }) => {
      const one = (await client()).stopReading()
      one.send(request('GET /'))
      await until(() => listener.inFlight() === 1)
      one.goOnReading()
      const answer = await one.answer()
      assert.equal(answer.body.length, body.length)
      await until(() => listener.inFlight() === 0)
      assert.equal((await one.send(request('GET /')).answer()).status, 200)
    })
  })

  holds('"Connection: close" is heeded after small and large answers', () =>
    staged(
      driver,
      { exchange: (one) => text(one, 200, 'z'.repeat(Number(one.query))) },
      async ({ client }) => {
        for (const length of [0, 10, 3_000_000]) {
          const one = await client()
          one.send(request(`GET /?${length}`, 'Connection: close'))
          assert.equal((await one.answer()).body.length, length)
          await one.ended()
        }
      },
    ),
  )

  holds('a stream sends pieces as they are written, and ends', () => {
    const streams: { write(written: string): void; end(): void }[] = []
    const exchange = (one: Exchange) => {
      const stream = one.openStream(200, headerBlock([['content-type', 'text/event-stream']]))
      streams.push({ write: (written) => stream.write(encode(written)), end: () => stream.end() })
    }
    return staged(driver, { exchange }, async ({ client, listener }) => {
      const one = await client()
      one.send(request('GET /'))
      await until(() => streams.length === 1)
      const [stream] = streams
      for (const piece of ['first', 'second', 'third']) {
        stream?.write(piece)
        await one.receives(piece)
      }
      stream?.end()
      const answer = await one.answer()
      assert.equal(answer.body, 'firstsecondthird')
      assert.equal(answer.headers.get('content-type'), 'text/event-stream')
      assert.equal(listener.inFlight(), 0)
    })
  })

  holds('a stream holds its writer back while the client does not read, and loses nothing', () => {
    const piece = encode('z'.repeat(300_000))
    let written = 0
    let heldBack = 0
    const exchange = async (one: Exchange) => {
      const stream = one.openStream(200, noHeaders)
      for (; written < 40; written++) {
        if (stream.write(piece)) continue
        heldBack++
        await stream.drained()
      }
      stream.end()
    }
    return staged(driver, { exchange: (one) => void exchange(one) }, async ({ client }) => {
      const one = (await client()).stopReading()
      one.send(request('GET /'))
      await until(() => heldBack > 0)
      assert.ok(written < 40, 'everything was written to a client that takes nothing')
      one.goOnReading()
      assert.equal((await one.answer()).body.length, 40 * piece.length)
    })
  })

  holds('an exchange is answered once', () => {
    const errors: unknown[] = []
    const attempt = (run: () => void) => {
      try {
        run()
      } catch (error) {
        errors.push(error)
      }
    }
    const exchange = (one: Exchange) => {
      text(one, 200, 'once')
      attempt(() => text(one, 200, 'twice'))
    }
    return staged(driver, { exchange }, async ({ client }) => {
      const one = await client()
      assert.equal((await one.send(request('GET /')).answer()).body, 'once')
      assert.equal(errors.length, 1)
      assert.equal((await one.send(request('GET /')).answer()).body, 'once')
    })
  })

  holds('a handler that throws costs its connection and nothing else', () => {
    const exchange = (one: Exchange) => {
      if (one.path === '/throw') throw new Error('a mistake')
      text(one, 200, 'ok')
    }
    return staged(driver, { exchange }, async ({ client }) => {
      const one = await client()
      await one.send(request('GET /throw')).ended()
      assert.equal((await (await client()).send(request('GET /')).answer()).status, 200)
    })
  })
}
