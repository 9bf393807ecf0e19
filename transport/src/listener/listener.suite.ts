/**
 * What every driver of the `Listener` must do, against clients that write raw bytes. A driver's test calls
 * `listenerSuite`. Timeouts are configured short and awaited as events; nothing here measures time.
 */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Refusal } from '@ron/kernel/contract/refusals'
import { systemClock } from '@ron/kernel/system/clock'
import { systemRandom } from '@ron/kernel/system/random'
import { until } from '@ron/kernel/system/until'
import { header, headerValues } from './headers.ts'
import type { Driver, Exchange, Handlers, Listener, ListenerOptions } from './listener.ts'
import { RawClient } from './raw-client.fixture.ts'

const defaults: ListenerOptions = {
  host: '127.0.0.1',
  port: 0,
  connectionsMax: 100,
  headerBytesMax: 4_096,
  readTimeoutMs: 30_000,
  writeTimeoutMs: 30_000,
  idleTimeoutMs: 60_000,
  wsMessageBytesMax: 10_000,
  wsBufferBytesMax: 100_000,
}

export interface Stage {
  readonly listener: Listener
  /** Reasons of what the driver itself refused. */
  readonly rejected: string[]
  /** A connection, destroyed with the test. */
  readonly client: () => Promise<RawClient>
}

/** Runs `body` against a listener with these handlers, and sees that nothing is left afterwards. */
export async function staged(
  driver: Driver,
  handlers: Partial<Handlers>,
  body: (stage: Stage) => Promise<void>,
  options: Partial<ListenerOptions> = {},
  random = systemRandom,
): Promise<void> {
  const rejected: string[] = []
  const clients: RawClient[] = []
  const meter = {
    request() {},
    inflight() {},
    rejected: (reason: string) => void rejected.push(reason),
    integrityFailure() {},
  }
  const log = { debug() {}, info() {}, warn() {}, error() {} }
  const listener = await driver.listen(
    { ...defaults, ...options },
    { exchange: (exchange) => text(exchange, 200, 'ok'), socketPaths: [], handshake() {}, ...handlers },
    { clock: systemClock, random, log, meter },
  )
  const client = async () => {
    const opened = await RawClient.open(listener.port)
    clients.push(opened)
    return opened
  }
  try {
    await body({ listener, rejected, client })
  } finally {
    for (const opened of clients) opened.destroy()
    await listener.close(0)
    await until(
      () => listener.connections() === 0 && listener.inFlight() === 0,
      'everything to be given back',
    )
  }
}

export const encode = (written: string): Uint8Array => new TextEncoder().encode(written)

export function text(exchange: Exchange, status: number, body: string): void {
  exchange.respond(status, [['content-type', 'text/plain']], encode(body))
}

/** Answers with the body it read, or with the code of the refusal. */
async function echo(exchange: Exchange): Promise<void> {
  try {
    if (exchange.fault !== null) throw exchange.fault
    const body = await exchange.readBody(1_000_000)
    exchange.respond(200, [], body)
  } catch (error) {
    assert.ok(error instanceof Refusal, String(error))
    text(exchange, error.code === 'TooLarge' ? 413 : error.code === 'RequestTimeout' ? 408 : 400, error.code)
  }
}

const request = (line: string, ...headers: string[]) =>
  `${[`${line} HTTP/1.1`, 'Host: node', ...headers].join('\r\n')}\r\n\r\n`

export function listenerSuite(driver: Driver): void {
  const { name } = driver.info
  const holds: Holds = (title, run) => void test(`${name}: ${title}`, run)

  heads(driver, holds)
  bodies(driver, holds)
  answers(driver, holds)
  hostile(driver, holds)
  leaving(driver, holds)
  limits(driver, holds)
  endings(driver, holds)
}

type Holds = (title: string, run: () => Promise<void>) => void

function heads(driver: Driver, holds: Holds): void {
  holds('a handler sees the head as it was sent, duplicates and percent signs included', () => {
    const seen: Exchange[] = []
    const exchange = (one: Exchange) => {
      seen.push(one)
      text(one, 200, 'ok')
    }
    return staged(driver, { exchange }, async ({ client }) => {
      const one = await client()
      one.send(request('PATCH /a/%2e%2E//b%zz?x=1&y=%20', 'X-Twice: 1', 'X-Twice: 2', 'X-MiXed: Value '))
      assert.equal((await one.answer()).status, 200)
      const [head] = seen
      assert.ok(head)
      assert.deepEqual([head.method, head.path, head.query], ['PATCH', '/a/%2e%2E//b%zz', 'x=1&y=%20'])
      assert.deepEqual(headerValues(head.headers, 'x-twice'), ['1', '2'])
      assert.equal(header(head.headers, 'x-mixed')?.trim(), 'Value')
      assert.equal(header(head.headers, 'absent'), undefined)
      assert.deepEqual([head.peer, head.bodyBytes, head.fault], ['127.0.0.1', 0, null])
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
}

function bodies(driver: Driver, holds: Holds): void {
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

function answers(driver: Driver, holds: Holds): void {
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
      const stream = one.openStream(200, [['content-type', 'text/event-stream']])
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
      const stream = one.openStream(200, [])
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

  holds('an exchange is answered once, and what would split its head is refused', () => {
    const errors: unknown[] = []
    const attempt = (run: () => void) => {
      try {
        run()
      } catch (error) {
        errors.push(error)
      }
    }
    const exchange = (one: Exchange) => {
      attempt(() => one.respond(200, [['x', 'a\r\nset-cookie: b']], encode('')))
      attempt(() => one.respond(200, [['x: y', 'a']], encode('')))
      attempt(() => one.respond(200, [['content-length', '1']], encode('')))
      text(one, 200, 'once')
      attempt(() => text(one, 200, 'twice'))
    }
    return staged(driver, { exchange }, async ({ client }) => {
      const one = await client()
      assert.equal((await one.send(request('GET /')).answer()).body, 'once')
      assert.equal(errors.length, 4)
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

function hostile(driver: Driver, holds: Holds): void {
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

function leaving(driver: Driver, holds: Holds): void {
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
      const stream = b.openStream(200, [])
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
        const stream = one.openStream(200, [])
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
      else void pour(one, one.openStream(200, [])).then(() => ended++)
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

function limits(driver: Driver, holds: Holds): void {
  holds('a connection that sends nothing, or not enough, is closed in time', () =>
    staged(
      driver,
      {},
      async ({ client, rejected }) => {
        const silent = await client()
        const trickling = await client()
        await until(() => {
          trickling.send('G')
          return trickling.closed
        })
        await silent.ended()
        assert.deepEqual(rejected, ['timeout', 'timeout'])
      },
      { readTimeoutMs: 200 },
    ),
  )

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

  holds('a port that is taken is an error that names it', () =>
    staged(driver, {}, async ({ listener }) => {
      await assert.rejects(
        staged(driver, {}, async () => {}, { port: listener.port }),
        (error: Error) => error.message.includes(`127.0.0.1:${listener.port}`),
      )
    }),
  )
}

function endings(driver: Driver, holds: Holds): void {
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
