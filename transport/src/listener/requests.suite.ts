/** Requests as they come in: heads and bodies. */

import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import { until } from '@ron/kernel/system/until'
import { header, headerValues } from './headers.ts'
import type { Driver, Exchange } from './listener.ts'
import { echo, request, staged, text, type Holds, type Stage } from './staging.fixture.ts'

export function heads(driver: Driver, holds: Holds): void {
  holds('a handler sees the head as it was sent, duplicates and percent signs included', () => {
    const seen: Exchange[] = []
    const exchange = (one: Exchange) => {
      seen.push(one)
      text(one, 200, 'ok')
    }
    return staged(driver, { exchange }, async ({ client, peer }) => {
      const one = await client()
      one.send(request('PATCH /a/%2e%2E//b%zz?x=1&y=%20', 'X-Twice: 1', 'X-Twice: 2', 'X-MiXed: Value '))
      assert.equal((await one.answer()).status, 200)
      const [head] = seen
      assert.ok(head)
      assert.deepEqual([head.method, head.path, head.query], ['PATCH', '/a/%2e%2E//b%zz', 'x=1&y=%20'])
      assert.deepEqual(headerValues(head.headers, 'x-twice'), ['1', '2'])
      assert.equal(header(head.headers, 'x-mixed')?.trim(), 'Value')
      assert.equal(header(head.headers, 'absent'), undefined)
      assert.deepEqual([head.peer, head.bodyBytes, head.fault], [peer, 0, null])
    })
  })

  holds('requests on one connection follow one another', () =>
    staged(driver, { exchange: (one) => text(one, 200, one.path) }, async ({ client, listener }) => {
      const one = await client()
      for (const path of ['/1', '/2', '/3']) {
        assert.equal((await one.send(request(`GET ${path}`)).answer()).body, path)
      }
      assert.equal(listener.connections(), 1)
    }),
  )

  holds('a head may come byte by byte', () =>
    staged(driver, {}, async ({ client }) => {
      const one = await client()
      for (const part of ['GET /', ' HTTP/1.1\r\nHo', 'st: no', 'de\r\n', '\r', '\n']) {
        one.send(part)
        await one.flushed()
      }
      assert.equal((await one.answer()).status, 200)
    }),
  )

  holds(
    'pipelined requests are answered in order, or the connection ends; none is answered for another',
    () =>
      staged(
        driver,
        { exchange: (one) => void Promise.resolve().then(() => text(one, 200, one.path)) },
        async ({ client }) => {
          const one = await client()
          one.send(['/1', '/2', '/3'].map((path) => request(`GET ${path}`)).join(''))
          const got: string[] = []
          while (got.length < 3) {
            try {
              got.push((await one.answer()).body)
            } catch {
              break
            }
          }
          assert.deepEqual(got, ['/1', '/2', '/3'].slice(0, got.length))
        },
      ),
  )

  holds('requests sent together are all answered, in order, when their answers are at hand', () =>
    staged(driver, { exchange: (one) => text(one, 200, one.path) }, async ({ client }) => {
      const one = await client()
      for (const paths of [['/1', '/2', '/3'], ['/4'], ['/5', '/6']]) {
        one.send(paths.map((path) => request(`GET ${path}`)).join(''))
        for (const path of paths) assert.equal((await one.answer()).body, path)
      }
    }),
  )

  holds('an answer at the end of the turn leaves its connection as good as one at once', () =>
    staged(
      driver,
      { exchange: (one) => void Promise.resolve().then(() => text(one, 200, one.path)) },
      async ({ client }) => {
        const one = await client()
        for (const path of ['/1', '/2', '/3']) {
          one.send(request(`GET ${path}`))
          assert.equal((await one.answer()).body, path)
        }
      },
    ),
  )
}

export function bodies(driver: Driver, holds: Holds): void {
  const big = 'x'.repeat(900_000)

  holds('a body arrives whole: with its length, in chunks, in pieces, large and empty', () =>
    staged(driver, { exchange: (one) => void echo(one) }, async ({ client }) => {
      const one = await client()
      one.send(`${request('PUT /', 'Content-Length: 5')}hello`)
      assert.equal((await one.answer()).body, 'hello')
      one.send(request('PUT /', 'Content-Length: 5')).send('he')
      await one.flushed()
      one.send('llo')
      assert.equal((await one.answer()).body, 'hello')
      one.send(request('PUT /', `Content-Length: ${big.length}`)).send(big)
      assert.equal((await one.answer()).body, big)
      one.send(request('PUT /', 'Content-Length: 0'))
      assert.equal((await one.answer()).body, '')
      one.send(request('PUT /'))
      assert.equal((await one.answer()).body, '')

      const chunked = await client()
      chunked.send(`${request('PUT /', 'Transfer-Encoding: chunked')}5\r\nhello\r\n`)
      await chunked.flushed()
      chunked.send('6\r\n world\r\n0\r\n\r\n')
      assert.equal((await chunked.answer()).body, 'hello world')
    }),
  )

  holds('a body in ten thousand chunks of a byte arrives whole, however they come', () =>
    staged(driver, { exchange: (one) => void echo(one) }, async ({ client }) => {
      const content = Array.from({ length: 10_000 }, (_, at) => String(at % 10)).join('')
      const chunks = Array.from(content, (byte) => `1\r\n${byte}\r\n`).join('')
      for (const together of [chunks.length, 700]) {
        const one = await client()
        one.send(request('PUT /', 'Transfer-Encoding: chunked'))
        for (let at = 0; at < chunks.length; at += together) {
          await one.send(chunks.slice(at, at + together)).flushed()
        }
        assert.equal((await one.send('0\r\n\r\n').answer()).body, content)
      }
    }),
  )

  holds('a body that is asked for late has been held, not lost', () => {
    const waiting: Exchange[] = []
    return staged(driver, { exchange: (one) => void waiting.push(one) }, async ({ client }) => {
      const one = await client()
      one.send(request('PUT /', `Content-Length: ${big.length}`)).send(big)
      await until(() => waiting.length === 1)
      for (const exchange of waiting) await echo(exchange)
      assert.equal((await one.answer()).body, big)
    })
  })

  holds('a client that expects 100-continue is told to go on', () =>
    staged(driver, { exchange: (one) => void echo(one) }, async ({ client }) => {
      const one = await client()
      one.send(request('PUT /', 'Content-Length: 5', 'Expect: 100-continue'))
      assert.equal((await one.answer()).status, 100)
      assert.equal((await one.send('hello').answer()).body, 'hello')
    }),
  )

  holds('a request that asks for a protocol nobody speaks here is an ordinary one, and so is the next', () =>
    staged(driver, { exchange: (one) => void echo(one) }, async ({ client }) => {
      const asks = ['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAEAAEAAAAIAAAAA']
      const one = await client()
      for (let round = 0; round < 3; round++) {
        one.send(request('PUT /', 'Content-Length: 5', ...asks)).send('hello')
        assert.equal((await one.answer()).body, 'hello')
      }
      one.send(`${request('PUT /', 'Transfer-Encoding: chunked', ...asks)}5\r\nhello\r\n0\r\n\r\n`)
      assert.equal((await one.answer()).body, 'hello')
    }),
  )

  holds('a body declared over the limit is refused before any of it has come', () =>
    staged(driver, { exchange: (one) => void echo(one) }, async ({ client }) => {
      const one = await client()
      one.send(request('PUT /', 'Content-Length: 1000001'))
      assert.equal((await one.answer()).status, 413)
    }),
  )

  holds('a chunked body over the limit is refused although it never ends, and the connection ends', () =>
    staged(driver, { exchange: (one) => void echo(one) }, async ({ client }) => {
      const one = await client()
      one.send(request('PUT /', 'Transfer-Encoding: chunked'))
      const chunk = `8000\r\n${'x'.repeat(0x8000)}\r\n`
      for (let sent = 0; sent < 1_100_000; sent += 0x8000) one.send(chunk)
      assert.equal((await one.answer()).status, 413)
      await one.ended()
    }),
  )

  holds('a client that sends on for ever after its answer loses the connection', () =>
    staged(driver, { exchange: (one) => void echo(one) }, async ({ client }) => {
      const one = await client()
      one.send(request('PUT /', 'Transfer-Encoding: chunked'))
      const chunk = `80000\r\n${'x'.repeat(0x80000)}\r\n`
      for (let sent = 0; sent < 200 && !one.closed; sent++) {
        one.send(chunk)
        await one.flushed()
      }
      await one.ended()
    }),
  )

  holds('a body answered early may still come, and the connection serves on', () => {
    const exchange = (one: Exchange) => {
      if (one.method === 'PUT') void Promise.resolve().then(() => text(one, 401, 'no'))
      else text(one, 200, 'ok')
    }
    return staged(driver, { exchange }, async ({ client }) => {
      const one = await client()
      one.send(request('PUT /', 'Content-Length: 10')).send('hello')
      await one.flushed()
      assert.equal((await one.send('world').answer()).status, 401)
      assert.equal((await one.send(request('GET /')).answer()).status, 200)

      const chunked = await client()
      chunked.send(request('PUT /', 'Transfer-Encoding: chunked')).send('5\r\nhello\r\n')
      await chunked.flushed()
      assert.equal((await chunked.send('5\r\nworld\r\n0\r\n\r\n').answer()).status, 401)
    })
  })

  holds('a body that has come and was not asked for does not hold up what follows', () => {
    const waiting: Exchange[] = []
    const exchange = (one: Exchange) => void (one.method === 'PUT' ? waiting.push(one) : text(one, 200, 'ok'))
    const hasToBeSoon = { idleTimeoutMs: 2_000 }
    const body = async ({ client }: Stage) => {
      for (const pieces of [['hello'], ['hel', 'lo'], ['', 'hello']]) {
        const one = await client()
        one.send(request('PUT /', 'Content-Length: 5') + pieces[0])
        await until(() => waiting.length === 1)
        if (pieces[1] !== undefined) await one.send(pieces[1]).flushed()
        await pause(20)
        for (const exchange of waiting.splice(0)) text(exchange, 401, 'no')
        assert.equal((await one.answer()).status, 401)
        assert.equal((await one.send(request('GET /')).answer()).status, 200)
      }
    }
    return staged(driver, { exchange }, body, hasToBeSoon)
  })

  holds('a body that never finishes is refused in time, and the connection ends', () =>
    staged(
      driver,
      { exchange: (one) => void echo(one) },
      async ({ client }) => {
        for (const framing of ['Content-Length: 10', 'Transfer-Encoding: chunked']) {
          const one = await client()
          one.send(request('PUT /', framing)).send(framing.includes('chunked') ? '5\r\nhel' : 'hel')
          assert.equal((await one.answer()).status, 408)
          await one.ended()
        }
      },
      { readTimeoutMs: 100 },
    ),
  )

  holds('a trickled body is refused although it never stops coming', () =>
    staged(
      driver,
      { exchange: (one) => void echo(one) },
      async ({ client }) => {
        const one = await client()
        one.send(request('PUT /', 'Content-Length: 1000000'))
        await until(() => {
          one.send('x')
          return one.text.includes(' 408 ') || one.closed
        })
        await one.ended()
      },
      { readTimeoutMs: 100 },
    ),
  )
}
