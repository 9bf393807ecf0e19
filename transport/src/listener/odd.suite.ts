/** Requests that are old, rare or odd: what each has in one reading, and that nothing behind it is taken for more. */

import assert from 'node:assert/strict'
import { header } from './headers.ts'
import type { Driver, Exchange } from './listener.ts'
import { handshakeText, type RawClient } from './raw-client.fixture.ts'
import { echo, request, staged, text, type Holds } from './staging.fixture.ts'

/** What a client is told in all until its connection has ended: statuses, in order, with blanks between them. */
interface Odd {
  readonly name: string
  readonly bytes: string
  readonly told: RegExp
  /** Where uWebSockets.js, which reads heads itself, does not say the same. */
  readonly byUws?: RegExp
}

const [one, two] = [/^200$/, /^200 200$/]
const refused = /^400$/
/** The library's own answer to a version, a target, and lines that it does not know. */
const unknown = /^505$/
/** It waits for the end of a head that it cannot read, until the time for one is over. */
const unheard = /^$/

const behind = request('GET /behind')
const chunked = request('PUT /a', 'Transfer-Encoding: chunked')
const old = (line: string, ...headers: readonly string[]) =>
  `${[`${line} HTTP/1.0`, ...headers].join('\r\n')}\r\n\r\n`
const kept = ['Host: node', 'Connection: keep-alive']
const withHost = (host: string) => `GET /a HTTP/1.1\r\nHost: ${host}\r\n\r\n`

const odd: readonly Odd[] = [
  { name: 'HTTP/1.0', bytes: old('GET /a', 'Host: node') + behind, told: one, byUws: unknown },
  {
    name: 'HTTP/1.0 on a connection that is kept',
    bytes: old('GET /a', ...kept) + old('GET /b', ...kept),
    told: two,
    byUws: unknown,
  },
  { name: 'HTTP/1.0 without a host', bytes: old('GET /a') + behind, told: refused, byUws: unknown },
  {
    name: 'HTTP/1.0 with a body',
    bytes: `${old('PUT /a', 'Host: node', 'Content-Length: 5')}hello`,
    told: one,
    byUws: unknown,
  },
  {
    name: 'HTTP/1.0 in chunks',
    bytes: `${old('PUT /a', ...kept, 'Transfer-Encoding: chunked')}5\r\nhello\r\n0\r\n\r\n${behind}`,
    told: refused,
    byUws: unknown,
  },
  {
    name: 'HTTP/1.0 that expects to be told to go on',
    bytes: `${old('PUT /a', 'Host: node', 'Content-Length: 5', 'Expect: 100-continue')}hello`,
    told: one,
    byUws: unknown,
  },
  {
    name: 'HTTP/1.0 that asks for a WebSocket',
    bytes: handshakeText('/socket').replace('HTTP/1.1', 'HTTP/1.0'),
    told: one,
    byUws: unknown,
  },
  { name: 'HTTP/1.2', bytes: 'GET /a HTTP/1.2\r\nHost: node\r\n\r\n', told: refused, byUws: unknown },
  { name: 'HTTP/0.9', bytes: 'GET /a\r\n\r\n', told: refused, byUws: unheard },
  { name: 'a target in absolute form', bytes: request('GET http://node/a'), told: refused, byUws: unknown },
  { name: 'that of another node', bytes: request('GET http://other/a'), told: refused, byUws: unknown },
  { name: 'a target that is an authority', bytes: request('GET node:80'), told: refused, byUws: unknown },
  { name: 'a tunnel', bytes: request('CONNECT node:80') + behind, told: refused, byUws: unknown },
  {
    name: 'a tunnel behind a request',
    bytes: request('GET /a') + request('CONNECT node:80'),
    told: /^200( 400)?$/,
    byUws: /^(200 )?505$/,
  },
  { name: 'a target that is everything', bytes: request('OPTIONS *'), told: refused, byUws: unknown },
  {
    name: 'an expectation nobody knows',
    bytes: `${request('PUT /a', 'Content-Length: 5', 'Expect: 200-maybe')}hello`,
    told: one,
  },
  {
    name: 'an expectation in capitals',
    bytes: `${request('PUT /a', 'Content-Length: 5', 'Expect: 100-CONTINUE')}hello`,
    told: /^100 200$/,
    byUws: one,
  },
  {
    name: 'an upgrade to something else',
    bytes: request('GET /a', 'Connection: Upgrade', 'Upgrade: TLS/1.0, foo/2') + request('GET /b'),
    told: two,
  },
  {
    name: 'an upgrade that the connection does not ask for',
    bytes: request('GET /socket', 'Upgrade: websocket') + request('GET /b'),
    told: two,
  },
  { name: 'a handshake where no socket is', bytes: handshakeText('/a') + request('GET /b'), told: two },
  { name: 'a trailer', bytes: `${chunked}5\r\nhello\r\n0\r\nX-T: 1\r\n\r\n`, told: one, byUws: unknown },
  {
    name: 'a trailer that would frame',
    bytes: `${chunked}5\r\nhello\r\n0\r\nContent-Length: 99\r\n\r\n${behind}`,
    told: refused,
    byUws: unknown,
  },
  {
    name: 'an extension of a chunk',
    bytes: `${chunked}5;name=value\r\nhello\r\n0\r\n\r\n`,
    told: one,
    byUws: refused,
  },
  {
    name: 'an extension of a chunk that is short',
    bytes: `${chunked}5;a=b\r\nhello\r\n0\r\n\r\n`,
    told: one,
    byUws: /^4(00|08)$/,
  },
  { name: 'a folded field', bytes: request('GET /a', 'X: a\r\n b'), told: refused, byUws: unheard },
  {
    name: 'a folded host',
    bytes: 'GET /a HTTP/1.1\r\nHost:\r\n node\r\n\r\n',
    told: refused,
    byUws: unheard,
  },
  {
    name: 'lines that end in bare line feeds',
    bytes: request('GET /a').replaceAll('\r\n', '\n'),
    told: refused,
    byUws: unknown,
  },
  {
    name: 'a head that ends in bare line feeds',
    bytes: 'GET /a HTTP/1.1\r\nHost: node\n\n',
    told: refused,
    byUws: unheard,
  },
  { name: 'a bare carriage return', bytes: request('GET /a', 'X: a\rb'), told: refused, byUws: unheard },
  { name: 'NUL in a value', bytes: request('GET /a', 'X: a\x00b'), told: refused, byUws: unheard },
  { name: 'NUL in a name', bytes: request('GET /a', 'X\x00: b'), told: refused, byUws: unheard },
  { name: 'NUL in a target', bytes: request('GET /a\x00b'), told: refused, byUws: /^(505)?$/ },
  { name: 'a control character', bytes: request('GET /a', 'X: a\x01b'), told: refused, byUws: unheard },
  { name: 'an empty line before it', bytes: `\r\n${request('GET /a')}`, told: one, byUws: unheard },
  ...['a b', 'a/b', 'user@node', '[::1', '[]', 'node:x', 'node:80:80', 'a"b'].map((host) => ({
    name: `the host ${host}`,
    bytes: withHost(host),
    told: refused,
  })),
  ...['node:80', '[::1]:80', '[fe80::1%25eth0]', '', 'no_de.example', '127.0.0.1:', '%41'].map((host) => ({
    name: `the host "${host}"`,
    bytes: withHost(host),
    told: one,
  })),
  ...['18446744073709551621', '0000000000000005', '5 5', '5;', '٥', '5e0'].map((length) => ({
    name: `the length ${length}`,
    bytes: `${request('PUT /a', `Content-Length: ${Buffer.from(length).toString('latin1')}`)}hello`,
    told: refused,
  })),
  {
    name: 'a length past every limit',
    bytes: `${request('PUT /a', 'Content-Length: 999999999999999')}hello`,
    told: /^413$/,
  },
  {
    name: 'a request before its end',
    bytes: request('GET /a', 'Connection: close') + behind,
    told: one,
    byUws: /^(200)?$/,
  },
]

export function oddRequests(driver: Driver, holds: Holds): void {
  const isUws = driver.info.name === 'uWebSockets.js'

  holds('a request that is old, rare or odd has one reading or none, and nothing behind it another', () => {
    const served: string[] = []
    const exchange = (asked: Exchange) => {
      served.push(asked.path)
      if (asked.fault === null && asked.bodyBytes === 0) text(asked, 200, 'ok')
      else void echo(asked)
    }
    return staged(
      driver,
      { exchange, socketPaths: ['/socket'], handshake: (asked) => void asked.accept(null) },
      async ({ client }) => {
        const wrong: string[] = []
        await Promise.all(
          odd.map(async ({ name, bytes, told, byUws }) => {
            const asking = await client()
            await asking.send(bytes).ended()
            const all = statusesOf(asking).join(' ')
            if (!((isUws ? byUws : undefined) ?? told).test(all)) wrong.push(`${name}: ${all}`)
          }),
        )
        assert.deepEqual(wrong, [])
        assert.equal(served.includes('/behind'), false)
      },
      { readTimeoutMs: 1_000, idleTimeoutMs: 1_000 },
    )
  })

  holds('a client that asks for its connection to end gets its answer and the end', () =>
    staged(driver, {}, async ({ client }) => {
      for (const option of ['close', 'Close', 'keep-alive, CLOSE']) {
        const asking = await client()
        assert.equal((await asking.send(request('GET /', `Connection: ${option}`)).answer()).status, 200)
        await asking.ended()
      }
    }),
  )

  holds('of requests sent together the refused one is the last, whether answers are at hand or not', () => {
    const served: string[] = []
    const exchange = (asked: Exchange) => {
      served.push(asked.path)
      const answer = () => text(asked, asked.fault === null ? 200 : 400, asked.path)
      if (header(asked.headers, 'x-late') === undefined) answer()
      else setTimeout(answer, 10)
    }
    return staged(
      driver,
      { exchange },
      async ({ client }) => {
        const bad = ['Content-Length: +5', 'Content-Length: 5, 5', 'Content-Length: 1\r\nContent-Length: 1']
        const middles = [
          ...bad.map((length) => request('PUT /2', length)),
          'GET /2 HTTP/1.1\r\n\r\n',
          'GET /2\r\n\r\n',
          request('GET /2', 'X : a'),
          request('GET http://node/2'),
          request('GET /2', ': a'),
        ]
        await Promise.all(
          middles.flatMap((middle) =>
            [[], ['X-Late: 1']].map(async (late) => {
              const asking = await client()
              await asking.send(request('GET /1', ...late) + middle + request('GET /3')).ended()
              const statuses = statusesOf(asking)
              const refusals = statuses.filter((status) => status >= 400)
              // What uWebSockets.js refuses by itself, it may refuse in the place of the answer before.
              assert.ok(isUws || statuses[0] === 200, `${middle}: ${asking.text}`)
              assert.ok(refusals.length <= 1 && statuses.length - refusals.length <= 1, asking.text)
            }),
          ),
        )
        assert.equal(served.includes('/3'), false)
      },
      { readTimeoutMs: 1_000, idleTimeoutMs: 1_000 },
    )
  })
}

function statusesOf({ text: told }: RawClient): number[] {
  return [...told.matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, status]) => Number(status))
}
