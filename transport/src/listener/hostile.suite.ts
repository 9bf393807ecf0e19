/** Clients that do not play by the rules: doubtful framing, noise, and limits passed. */

import assert from 'node:assert/strict'
import { nextTurn } from '@ron/kernel/system/turn'
import { until } from '@ron/kernel/system/until'
import type { Driver, Exchange } from './listener.ts'
import { handshakeText } from './raw-client.fixture.ts'
import { echo, request, staged, text, type Holds } from './staging.fixture.ts'

export function hostile(driver: Driver, holds: Holds): void {
  const smuggled = request('GET /smuggled')
  const ambiguous: [name: string, head: string][] = [
    ['two different lengths', `${request('PUT /', 'Content-Length: 3', 'Content-Length: 5')}hello`],
    ['two equal lengths', `${request('PUT /', 'Content-Length: 5', 'Content-Length: 5')}hello`],
    ['a list of lengths', `${request('PUT /', 'Content-Length: 5, 5')}hello`],
    ['a signed length', `${request('PUT /', 'Content-Length: +5')}hello`],
    ['a length below zero', `${request('PUT /', 'Content-Length: -1')}hello`],
    ['a length in hex', `${request('PUT /', 'Content-Length: 0x5')}hello`],
    ['an empty length', `${request('PUT /', 'Content-Length:')}hello`],
    [
      'a length and chunks',
      `${request('PUT /', 'Content-Length: 5', 'Transfer-Encoding: chunked')}0\r\n\r\n`,
    ],
    [
      'chunks and a length',
      `${request('PUT /', 'Transfer-Encoding: chunked', 'Content-Length: 5')}0\r\n\r\n`,
    ],
    ['a coding that ends like chunked', `${request('PUT /', 'Transfer-Encoding: xchunked')}0\r\n\r\n`],
    ['chunked twice', `${request('PUT /', 'Transfer-Encoding: chunked, chunked')}0\r\n\r\n`],
    [
      'two coding headers',
      `${request('PUT /', 'Transfer-Encoding: chunked', 'Transfer-Encoding: x')}0\r\n\r\n`,
    ],
    ['an unknown coding', `${request('PUT /', 'Transfer-Encoding: gzip, chunked')}0\r\n\r\n`],
    ['two hosts', request('GET /', 'Host: other')],
    ['a bad chunk size', `${request('PUT /', 'Transfer-Encoding: chunked')}zz\r\nhello\r\n0\r\n\r\n`],
    [
      'a huge chunk size',
      `${request('PUT /', 'Transfer-Encoding: chunked')}ffffffffffffffffff\r\nhello\r\n0\r\n\r\n`,
    ],
    ['a request in place of a trailer', `${request('PUT /', 'Transfer-Encoding: chunked')}0\r\nXX`],
    ['a bare line feed in a header', request('GET /', 'X: a\nTransfer-Encoding: chunked')],
    ['a space before the colon', `${request('PUT /', 'Content-Length : 5')}hello`],
    ['a field without a name', request('GET /', ': a')],
    ['a length behind a field without a name', `${request('PUT /', ': a', 'Content-Length: 5')}hello`],
    ['a folded header', request('GET /', 'X: a\r\n Content-Length: 5')],
  ]

  holds('a request whose end is in doubt is refused, and nothing after it is taken as another', () => {
    const served: string[] = []
    const exchange = (one: Exchange) => {
      if (one.fault === null) served.push(one.path)
      void echo(one)
    }
    return staged(
      driver,
      { exchange },
      async ({ client, listener }) => {
        for (const [name, bytes] of ambiguous) {
          const one = await client()
          one.send(bytes + smuggled)
          await one.ended()
          assert.match(one.text, /^(HTTP\/1\.1 4\d\d |$)/, name)
          assert.equal(one.text.split('HTTP/1.1 ').length <= 2, true, `${name}: ${one.text}`)
          assert.equal(served.includes('/smuggled'), false, name)
        }
        await until(() => listener.inFlight() === 0)
        assert.deepEqual(
          served.filter((path) => path !== '/'),
          [],
        )
      },
      { readTimeoutMs: 200 },
    )
  })

  for (const length of [2, 50_000, 200_000]) {
    holds(`a request in doubt that is answered with ${length} bytes is the last on its connection`, () => {
      const served: string[] = []
      const exchange = (one: Exchange) => {
        served.push(one.path)
        text(one, 400, 'x'.repeat(length))
      }
      return staged(driver, { exchange }, async ({ client }) => {
        const one = await client()
        one.send(request('PUT /', 'Transfer-Encoding: gzip, chunked'))
        const { status, body } = await one.answer()
        assert.deepEqual([status, body.length, served], [400, length, ['/']])
        for (const rest of ['0\r\n\r\n', smuggled, smuggled]) {
          one.send(rest)
          await nextTurn()
        }
        await one.ended()
        assert.deepEqual(served, ['/'])
      })
    })
  }

  holds(
    'behind the answer to a request in doubt come refusals at most, whenever the rest of it comes',
    () => {
      const served: string[] = []
      const exchange = (one: Exchange) => {
        served.push(one.path)
        text(one, 400, 'no')
      }
      return staged(driver, { exchange }, async ({ client }) => {
        for (let turns = 0; turns < 12; turns++) {
          const one = await client()
          one.send(request('POST /', 'Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'))
          await one.flushed()
          for (let turn = 0; turn < turns; turn++) await nextTurn()
          await one.send(smuggled).ended()
          const statuses = [...one.text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)
          assert.ok(
            statuses.every((status) => status === '400'),
            one.text,
          )
        }
        assert.equal(served.includes('/smuggled'), false)
      })
    },
  )

  holds('a head over its limit is refused, in one piece and in many', () =>
    staged(driver, { exchange: (one) => void echo(one) }, async ({ client }) => {
      const whole = request('GET /', `X: ${'a'.repeat(4_096)}`)
      const many = request('GET /', ...Array.from({ length: 500 }, (_, i) => `X-${i}: 1`))
      for (const head of [
        whole,
        many,
        request(`GET /${'a'.repeat(5_000)}`),
        request('GET /', `X: ${'a'.repeat(200_000)}`),
      ]) {
        const one = await client()
        for (let at = 0; at < head.length && !one.closed; at += 1_000) {
          one.send(head.slice(at, at + 1_000))
          await one.flushed()
        }
        await one.ended()
        assert.match(one.text, /^(HTTP\/1\.1 4(31|00|14) |$)/)
      }
    }),
  )

  holds('a head without end in small pieces is cut off long before its end', () =>
    staged(driver, { exchange: (one) => void echo(one) }, async ({ client }) => {
      for (const start of ['GET / HTTP/1.1\r\nHost: node\r\nX: ', 'GET /']) {
        const one = await client()
        one.send(start)
        let sent = 0
        for (; sent < 2 ** 20 && !one.closed; sent += 64) {
          one.send('a'.repeat(64))
          if (sent % 1_024 === 0) await nextTurn()
        }
        await one.ended()
        assert.ok(sent < 2 ** 20, `${start}: a mebibyte was taken`)
        assert.match(one.text, /^(HTTP\/1\.1 (4(31|00|14)|505) |$)/)
      }
    }),
  )

  holds("a head limit below the driver's own is held too, and is not reached by an ordinary head", () => {
    const faults: (string | undefined)[] = []
    const exchange = (one: Exchange) => {
      faults.push(one.fault?.code)
      text(one, one.fault === null ? 200 : 431, 'seen')
    }
    return staged(
      driver,
      { exchange },
      async ({ client }) => {
        const one = await client()
        assert.equal((await one.send(request('GET /', `X: ${'a'.repeat(400)}`)).answer()).status, 200)
        assert.equal((await one.send(request('GET /', `X: ${'a'.repeat(1_100)}`)).answer()).status, 431)
        await one.ended()
        assert.deepEqual(faults, [undefined, 'HeadersTooLarge'])
      },
      { headerBytesMax: 1_024 },
    )
  })

  holds('bytes that are no HTTP are refused or end the connection, and the next client is served', () =>
    staged(
      driver,
      {},
      async ({ client }) => {
        const noise = [
          '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
          '\r\n\r\n\r\n',
          'GET\r\n\r\n',
          'GET / HTTP/9.9\r\nHost: node\r\n\r\n',
          'GET / HTTP/1.1\r\n: empty\r\n\r\n',
          'GET /\x00 HTTP/1.1\r\nHost: node\r\n\r\n',
          'GET / HTTP/1.1\r\nHost: no\x00de\r\n\r\n',
          'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
          'A'.repeat(70_000),
          Buffer.from(Array.from({ length: 3_000 }, (_, i) => (i * 7919) & 255)),
        ]
        for (const bytes of noise) {
          const one = await client()
          one.send(bytes)
          await one.flushed()
          const good = await client()
          assert.equal((await good.send(request('GET /')).answer()).status, 200)
          one.vanish()
        }
      },
      { readTimeoutMs: 200 },
    ),
  )
}

export function limits(driver: Driver, holds: Holds): void {
  holds('the connection past the limit is closed at once, and one that ends makes room', () =>
    staged(
      driver,
      {},
      async ({ client, listener, rejected }) => {
        const first = await client()
        const second = await client()
        await until(() => listener.connections() === 2)
        const third = await client()
        await third.ended()
        assert.deepEqual(rejected, ['connections'])
        assert.equal((await first.send(request('GET /')).answer()).status, 200)
        second.vanish()
        await until(() => listener.connections() === 1)
        assert.equal((await (await client()).send(request('GET /')).answer()).status, 200)
      },
      { connectionsMax: 2 },
    ),
  )

  holds(
    'a connection past those of its address is closed at once, WebSockets counted, until one has gone',
    () =>
      staged(
        driver,
        {
          socketPaths: ['/socket'],
          handshake: (handshake) => void handshake.accept(null),
        },
        async ({ client, rejected, listener, peer }) => {
          const [first, second] = [await client(), await client()]
          await first.send(handshakeText('/socket')).receives('101')
          assert.equal((await second.send(request('GET /')).answer()).status, 200)
          const third = await client()
          if (peer === '') {
            // On a Unix socket nobody has an address.
            assert.equal((await third.send(request('GET /')).answer()).status, 200)
            return
          }
          await third.ended()
          assert.deepEqual(rejected, ['connections_per_address'])
          first.vanish()
          await until(() => listener.connections() === 1)
          const fourth = await client()
          assert.equal((await fourth.send(request('GET /')).answer()).status, 200)
          await (await client()).ended()
          second.vanish()
          await until(() => listener.connections() === 1)
          assert.equal((await (await client()).send(request('GET /')).answer()).status, 200)
        },
        { connectionsPerAddressMax: 2 },
      ),
  )

  holds('a place that is taken is an error that names it', () =>
    staged(driver, {}, async ({ listener, place }) => {
      await assert.rejects(
        staged(driver, {}, async () => {}, { port: listener.port }),
        (error: Error) => error.message.includes(place),
      )
    }),
  )
}
