/**
 * Fields without a name (RFC 9112 §5), behind which a reader may see none: a length there, seen by a proxy and not by
 * the driver, would make a body the next request.
 */

import assert from 'node:assert/strict'
import { nextTurn } from '@ron/kernel/system/turn'
import { noHeaders } from './header-block.ts'
import type { Driver, Exchange } from './listener.ts'
import { encode, request, staged, text, type Holds } from './staging.fixture.ts'

const long = encode('x'.repeat(200_000))

const answers: readonly [name: string, answer: (exchange: Exchange) => void][] = [
  ['short', (exchange) => text(exchange, 200, 'ok')],
  ['empty', (exchange) => text(exchange, 204, '')],
  ['long', (exchange) => exchange.respond(200, noHeaders, long)],
  ['of known length in parts', (exchange) => void exchange.openBody(200, noHeaders, long.length).write(long)],
  [
    'of unknown length',
    (exchange) => {
      const stream = exchange.openStream(200, noHeaders)
      stream.write(encode('some'))
      stream.end()
    },
  ],
]

export function nameless(driver: Driver, holds: Holds): void {
  const smuggled = request('GET /smuggled')
  const hiding = request('GET /', ': none', `Content-Length: ${smuggled.length}`)
  /** What the last part of a head in parts looks like by itself is a head that hides nothing. */
  const posing = [
    'GET / HTTP/1.1\r\nhost: node\r\n: none\r\ncontent-length: 500\r\nx:',
    'GET / HTTP/1.1\r\nhost: node\r\n\r\n',
  ] as const

  for (const [name, answer] of answers) {
    holds(`a length behind a field without a name hides no request, with an answer that is ${name}`, () => {
      const served: string[] = []
      const exchange = (one: Exchange) => {
        served.push(one.path)
        if (one.fault === null) answer(one)
        else text(one, 400, 'no')
      }
      return staged(driver, { exchange }, async ({ client }) => {
        const cut = Array.from(hiding, (_, at) => [hiding.slice(0, at), hiding.slice(at)] as const)
        for (const [first, second] of [...cut, posing]) {
          const one = await client()
          await one.send(first).flushed()
          for (let turn = 0; turn < 3; turn++) await nextTurn()
          const { status, headers } = await one.send(second).answer()
          assert.equal(headers.get('connection'), 'close')
          if (first === '') assert.equal(status, 400)
          await one.send(smuggled).flushed()
          await one.send(smuggled).ended()
          assert.equal(served.includes('/smuggled'), false, JSON.stringify([first, second]))
        }
      })
    })
  }

  holds('a field that is empty, blank, or no ASCII has a name all the same', () =>
    staged(
      driver,
      { exchange: (one) => text(one, one.fault === null ? 200 : 400, 'ok') },
      async ({ client }) => {
        for (const field of ['X:', 'X: \t', 'X:a', 'X: \xc3\xa9', 'X: :', 'X: a: b', 'x:\t a \t']) {
          const one = await client()
          assert.equal((await one.send(request('GET /?a=%20', field)).answer()).status, 200, field)
          one.destroy()
        }
      },
    ),
  )
}
