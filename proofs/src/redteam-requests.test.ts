/**
 * Requests made to be misread: framings with two readings, paths with two spellings, headers with two values. No request
 * runs that was not sent as one, and no capability reaches what it does not name.
 */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { attenuate } from '@ron/app-sdk'
import { RawClient } from '@ron/transport/listener/raw-client.fixture'
import { besides, besieged, drivers, statusesIn, tellMissing } from './besieged.ts'
import { asker, type Ask } from './http.ts'
import type { NodeProcess } from './node-process.ts'
import { oddLines, smugglingShapes } from './smuggling.ts'

const nodes = await Promise.all(
  drivers.map(async (driver) => ({
    driver,
    node: await besieged(driver, [], { MICRO_READ_TIMEOUT: '1s', MICRO_IDLE_TIMEOUT: '1s' }),
  })),
)
const secret = 'what only some may read'

/** Every spelling of an object outside of `/objects/public/` that readers of paths are known to differ on. */
const spellings = [
  '/objects/private/x',
  '/objects/public/../private/x',
  '/objects/public/./../private/x',
  '/objects/public/%2e%2e/private/x',
  '/objects/public/%2E%2e/private/x',
  '/objects/public/.%2e/private/x',
  '/objects/public/%252e%252e/private/x',
  '/objects/public%2f..%2fprivate%2fx',
  '/objects/public/..%2fprivate/x',
  '/objects/public/..;/private/x',
  '/objects/public/..%00/private/x',
  '/objects/public/%00/../../private/x',
  '/objects/public/..\\private\\x',
  '/objects/public/..%5cprivate%5cx',
  '/objects/public/%c0%ae%c0%ae/private/x',
  '/objects/public/%uff0e%uff0e/private/x',
  '/objects/public/\u00c0\u00ae\u00c0\u00ae/private/x',
  '/objects/public/%ef%bc%8e%ef%bc%8e/private/x',
  '/objects//private/x',
  '//objects/private/x',
  '/objects/public//../private/x',
  '/./objects/private/x',
  '/OBJECTS/private/x',
  '/objects/private/x?/objects/public/x',
  '/objects/private/x#/objects/public/x',
  '/objects/private/x;/objects/public/x',
  'http://node/objects/private/x',
  'http://node/objects/public/../private/x',
  'http://elsewhere/objects/private/x',
  'node:80/objects/private/x',
  '*',
  'objects/private/x',
  `/objects/public/${'../'.repeat(600)}objects/private/x`,
  `/objects/public/${'a/'.repeat(1_000)}${'../'.repeat(1_000)}private/x`,
  `/objects/${'%70'.repeat(600)}`,
  '/objects/public/\u00e9\u00ff/../../private/x',
]

const betweenMs = 20

/** A client that sent this, with a while between the pieces, and stayed until the node ended the connection. */
const told = async (node: NodeProcess, ...bytes: readonly string[]): Promise<RawClient> => {
  const client = await RawClient.open(node.port)
  for (const piece of bytes) {
    client.send(piece)
    await pause(betweenMs)
  }
  await client.ended()
  return client
}

/**
 * uWebSockets.js takes a chunk without a size for the last one, and bare line feeds for line ends of chunks. Any body in
 * chunks is the last of its connection, so this leaves nobody room for a second request.
 */
const takenAlone = new Set(['a chunk "\\r\\nhello"', 'chunks whose lines end in bare line feeds'])

for (const { driver, node } of nodes) {
  // These nodes end a connection that rests for a second; a request that meets that has no answer.
  const ask: Ask = (what, asking) => asker(node)(what, { headers: { connection: 'close' }, ...asking })
  const fields = `Host: node\r\nAuthorization: Bearer ${node.token}\r\n`

  test(`no request is smuggled behind one with two readings, on ${driver}`, async () => {
    assert.equal((await ask('PUT /objects/victim', { body: 'alive' })).status, 201)
    const smuggled = `DELETE /objects/victim HTTP/1.1\r\n${fields}\r\n`
    // What follows a request with one reading is run, so it would be run here.
    const sound = `POST /o HTTP/1.1\r\n${fields}Content-Length: 5\r\n\r\nhello`
    assert.deepEqual(statusesIn(await told(node, sound, smuggled.replace('victim', 'none'))).slice(1), [404])
    await besides(node, () =>
      Promise.all(
        smugglingShapes(fields).map(async ({ name, bytes }) => {
          const clients = await Promise.all([told(node, bytes, smuggled), told(node, bytes + smuggled)])
          for (const statuses of clients.map(statusesIn)) {
            const refused = statuses.every((status) => status >= 400 && status <= 505)
            const alone = driver === 'uws' && takenAlone.has(name) && statuses.length === 1
            assert.ok(refused || alone, `${name}: ${statuses.join(' ')}`)
          }
          assert.equal((await ask('GET /objects/victim')).text, 'alive', name)
        }),
      ),
    )
  })

  test(`a request line that is none is refused, or read as the one thing it can mean, on ${driver}`, async () => {
    await besides(node, async () => {
      await Promise.all(
        oddLines(fields).map(async ({ name, bytes }) => {
          const statuses = statusesIn(await told(node, bytes))
          assert.ok(statuses.length <= 1, `${name}: ${statuses.join(' ')}`)
          const isOne = name.includes('spaces') && driver === 'node'
          assert.ok(
            statuses.every((status) => (isOne ? status === 201 : status >= 400)),
            `${name}: ${statuses.join(' ')}`,
          )
        }),
      )
    })
  })

  test(`chunks that are odd and have one reading are taken for what they say, on ${driver}`, async () => {
    const chunked = `PUT /objects/chunks HTTP/1.1\r\n${fields}Transfer-Encoding: Chunked\r\n\r\n`
    for (const [body, read] of [
      ['05\r\nhello\r\n0\r\n\r\n', 'hello'],
      ['A\r\n0123456789\r\n000\r\n\r\n', '0123456789'],
    ] as const) {
      const client = await RawClient.open(node.port)
      assert.ok((await client.send(chunked + body).answer()).status < 300, body)
      client.destroy()
      assert.equal((await ask('GET /objects/chunks')).text, read)
    }
    // RFC 9112 §7.1.1: extensions that nobody knows are ignored; uWebSockets.js refuses any.
    const extended = await RawClient.open(node.port)
    const { status } = await extended.send(`${chunked}5;name=value\r\nhello\r\n0\r\n\r\n`).answer()
    assert.equal(status, driver === 'uws' ? 400 : 200)
    extended.destroy()
  })

  test(`however a path is spelled, a capability reaches what it names and nothing else, on ${driver}`, async () => {
    for (const [name, body] of [
      ['public/x', 'for all'],
      ['private/x', secret],
    ]) {
      assert.equal((await ask(`PUT /objects/${name}`, { body: body ?? '' })).status, 201)
    }
    const narrow = attenuate(node.token, 'path = /objects/public/*')
    assert.equal((await ask('GET /objects/public/x', { token: narrow })).text, 'for all')
    await besides(node, async () => {
      const get = (spelling: string) =>
        told(node, `GET ${spelling} HTTP/1.1\r\nHost: node\r\nAuthorization: Bearer ${narrow}\r\n\r\n`)
      const named = await get('/objects/p%75blic/x')
      assert.ok(named.text.includes('for all'), 'what it names it reaches')
      await Promise.all(
        spellings.map(async (spelling) => {
          const client = await get(spelling)
          assert.equal(client.text.includes(secret), false, spelling)
          const statuses = statusesIn(client)
          assert.ok(
            statuses.every((status) => (status >= 400 && status < 500) || status === 505),
            `${spelling}: ${client.text}`,
          )
        }),
      )
    })
  })

  test(`headers that say two things, or ask to be taken for something else, change nothing, on ${driver}`, async () => {
    const get = (...lines: readonly string[]) =>
      `GET /objects/victim HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`
    const [host, good, bad] = [
      'Host: node',
      `Authorization: Bearer ${node.token}`,
      'Authorization: Bearer bad',
    ]
    const cases: readonly (readonly [name: string, status: number, bytes: string])[] = [
      ['a good token and a bad one', 401, get(host, good, bad)],
      ['a bad token and a good one', 401, get(host, bad, good)],
      ['a good token twice', 401, get(host, good, good)],
      ['two tokens in one header', 401, get(host, `${good}, Bearer bad`)],
      ['a token of a scheme that is none', 401, get(host, good.replace('Bearer', 'Bearerx'))],
      ['a token in the query', 401, get(host).replace('victim', `victim?access_token=${node.token}`)],
      ['two hosts', 400, get(host, 'Host: other', good)],
      ['no host', 400, get(good)],
      ['a method in a header', 200, get(host, good, 'X-HTTP-Method-Override: DELETE', '_method: DELETE')],
      [
        'a path in a header',
        200,
        get(host, good, 'X-Original-URL: /policy/bundle', 'X-Rewrite-URL: /policy/bundle'),
      ],
      ['bytes that are no ASCII', 200, get(host, good, 'X-Name: \xff\xfe')],
      ['a head past its limit', 431, get(host, good, `X: ${'x'.repeat(5_000)}`)],
    ]
    assert.ok((await ask('PUT /objects/victim', { body: 'alive' })).status < 300)
    for (const [name, status, bytes] of cases) {
      const client = await RawClient.open(node.port)
      const answer = await client.send(bytes).answer()
      assert.equal(answer.status, status, name)
      if (status === 200) assert.equal(answer.body, 'alive', name)
      client.destroy()
    }
    assert.equal((await ask('GET /objects/victim')).text, 'alive')
  })
}

tellMissing()
