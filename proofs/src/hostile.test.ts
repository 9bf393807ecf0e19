/**
 * Nothing a client sends or fails to send ends the node, makes it fail inside or leaves something behind:
 * noise on both wires, noise in every operation, and clients that leave at every step of every route.
 */

import { afterEach, test } from 'node:test'
import assert from 'node:assert/strict'
import { RawClient } from '@ron/transport/listener/raw-client.fixture'
import { WebSocket } from 'ws'
import { eventually } from './eventually.ts'
import { asker } from './http.ts'
import { scrape } from './metrics.ts'
import { seeded, type Chance } from './seeded.ts'
import { startNode } from './node-process.ts'
import { END, frame, message, OapSocket, request, REQ, START } from './oap-socket.ts'
import { published, publishedNeeds, type Published } from './published.ts'

const node = await startNode({
  args: [...publishedNeeds, '--set', 'overlay.tarpit_after=0', '--set', 'log.level=warn'],
})
const ask = asker(node)
const operations = published()
const head = `Host: node\r\nAuthorization: Bearer ${node.token}\r\n`

/** The same noise every time, so that what it finds is found again. */
const chance = seeded(20_260_101)

afterEach(async () => {
  assert.equal((await fetch(`${node.admin}/healthz`)).status, 200)
  assert.equal((await ask('GET /objects/none')).status, 404)
  // The scrape itself is one.
  await eventually(
    'everything in flight to end',
    async () => (await scrape(node)).sum('inflight_requests') === 1,
  )
  assert.doesNotMatch(node.output(), /"level":"error"/)
})

test('noise instead of HTTP gets a refusal or a closed connection', async () => {
  const starts = [
    '',
    'GET ',
    'GET / HTTP/1.1\r\n',
    `GET /objects HTTP/1.1\r\n${head}`,
    `PUT /objects/noise HTTP/1.1\r\n${head}Transfer-Encoding: chunked\r\n\r\n`,
    `POST /v1/mailbox/send HTTP/1.1\r\n${head}Content-Type: application/json\r\nContent-Length: 64\r\n\r\n`,
    `GET /oap HTTP/1.1\r\n${head}Upgrade: websocket\r\nConnection: Upgrade\r\n`,
  ]
  for (let round = 0; round < 40; round++) {
    const clients = await Promise.all(starts.map(() => RawClient.open(node.port)))
    for (const [at, client] of clients.entries()) {
      client.send(starts[at] ?? '').send(chance.bytes(chance.below(600)))
    }
    await Promise.all(clients.map((client) => client.flushed()))
    for (const client of clients) leave(client, chance.below(2) === 0)
  }
})

test('noise instead of frames gets a refusal or a closed connection', async () => {
  for (let round = 0; round < 60; round++) {
    const socket = await OapSocket.open(node.url, node.token)
    const target = chance.of(operations)
    const whole = request({ ...target, corrId: round, fields: target.fields })
    for (let at = 0; at < 3; at++) whole[chance.below(whole.length)] = chance.below(256)
    const payload = chance.bytes(chance.below(300))
    const flags = chance.of([REQ, REQ | START, REQ | START | END, REQ | END, chance.below(65_536)])
    socket.send(chance.bytes(chance.below(80)))
    socket.close()
    const second = await OapSocket.open(node.url, node.token)
    second.send(frame({ ...target, flags, payload, corrId: round }), whole)
    await new Promise((resolve) => setImmediate(resolve))
    second.close()
  }
})

test('noise in the fields of every operation is answered, and never with a fault', async () => {
  const socket = await OapSocket.open(node.url, node.token)
  const ceilings = (await ask('GET /overlay/ceilings')).json<object>()
  let corrId = 0
  for (const operation of operations) {
    for (let round = 0; round < 4; round++) {
      const fields = { ...operation.json, ...noisyFields(chance, operation.names) }
      const { status, text } = await ask(`${operation.method} ${targetOf(operation, fields)}`, {
        headers: operation.headers,
        ...(operation.takes === 'json'
          ? { json: fields }
          : operation.takes === 'bytes'
            ? { body: chance.bytes(40) }
            : {}),
        signal: AbortSignal.timeout(operation.subscription ? 50 : 30_000),
      }).catch((cause: unknown) => {
        assert(operation.subscription, `${operation.name}: ${String(cause)}`)
        return { status: 200, text: 'it lasts' }
      })
      assert.notEqual(status, 500, `${operation.name} with ${JSON.stringify(fields)}: ${text}`)

      if (operation.subscription) continue
      const { protocol, code } = operation
      const payload = message({ ...operation.fields, ...noisyFields(chance, operation.names) })
      corrId += 1
      const answer = await socket.send(frame({ protocol, code, corrId, flags: REQ, payload })).answer(corrId)
      assert.notEqual(answer.status, 500, `${operation.name}: ${String(answer.fields['detail'])}`)
      // Some noise is a valid change of ceilings, after which less would be let in.
      if (operation.name !== 'overlay.putCeilings') continue
      await eventually('the ceilings to be back', async () => {
        return (await ask('PUT /overlay/ceilings', { json: ceilings })).status === 200
      })
    }
  }
  socket.close()
})

test('a client may leave at any step of any route', async () => {
  const routes = [
    ...operations.map(wholeRequest),
    ...['/healthz', '/readyz', '/version', '/metrics'].map((path) => ({
      line: `GET ${path}`,
      headers: {},
      body: '',
    })),
    {
      line: 'POST /oap',
      headers: { 'content-type': 'application/oap' },
      body: request({ protocol: 0x0101, code: 4, corrId: 1 }).toString('latin1'),
    },
  ]
  for (const { line, headers, body } of routes) {
    const more = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
    const start = `${line} HTTP/1.1\r\n${head}${more.join('')}`
    const length = body === '' ? '' : `Content-Length: ${body.length}\r\n`
    const whole = `${start}${length}\r\n${body}`
    const steps = [
      '',
      line.slice(0, 5),
      start,
      whole.slice(0, whole.length - body.length),
      whole.slice(0, whole.length - Math.ceil(body.length / 2)),
      whole,
    ]
    const clients = await Promise.all(steps.map(() => RawClient.open(node.port)))
    for (const [at, client] of clients.entries()) client.send(steps[at] ?? '')
    await Promise.all(clients.map((client) => client.flushed()))
    for (const [at, client] of clients.entries()) leave(client, at % 2 === 0)
  }
})

test('a peer may leave a WebSocket with anything half done', async () => {
  for (const operation of operations) {
    const socket = await OapSocket.open(node.url, node.token)
    const { protocol, code, fields } = operation
    socket.send(frame({ protocol, code, corrId: 1, flags: REQ | START, payload: message(fields) }))
    socket.send(request({ protocol, code, corrId: 2, fields }))
    socket.close()
  }
  const upgrading = new WebSocket(`${node.url.replace('http', 'ws')}/oap`, 'oap.1')
  upgrading.on('error', () => {})
  upgrading.terminate()
})

/** With a reset, as a crash does, or with a word. */
function leave(client: RawClient, abruptly: boolean): void {
  if (abruptly) client.vanish()
  else client.destroy()
}

/** Path and query as published, with the noise where the query was. */
function targetOf({ target, takes }: Published, fields: Readonly<Record<string, unknown>>): `/${string}` {
  const [path = ''] = target.split('?')
  if (takes !== 'nothing') return `/${target.slice(1)}`
  const query = new URLSearchParams(
    Object.entries(fields).map(([name, value]): [string, string] => [name, String(value)]),
  )
  return `/${path.slice(1)}?${query}`
}

function wholeRequest({ method, target, headers, takes, json }: Published) {
  const body = takes === 'json' ? JSON.stringify(json) : takes === 'bytes' ? 'bytes' : ''
  return { line: `${method} ${target}`, headers: { 'content-type': 'application/json', ...headers }, body }
}

type Noise = string | number | boolean | null | readonly Noise[] | { readonly [name: string]: Noise }

/** Some of the fields there are, some that are not, each with a value of any kind. */
function noisyFields(chance: Chance, names: readonly string[]): Record<string, Noise> {
  const chosen = names.filter(() => chance.below(3) > 0)
  if (chance.below(4) === 0)
    chosen.push(chance.of(['__proto__', 'constructor', 'toString', '', 'limit', 'cursor']))
  return Object.fromEntries(chosen.map((name) => [name, noise(chance, 0)]))
}

function noise(chance: Chance, depth: number): Noise {
  switch (chance.below(depth < 3 ? 9 : 7)) {
    case 0:
      return null
    case 1:
      return chance.below(2) === 0
    case 2:
      return chance.of([0, -1, 1, 1e9, -1e9, 2 ** 53, 0.5, 1e308, 250, 1_000])
    case 3:
      return ''
    case 4:
      return chance.of([
        'a',
        '../..',
        '%00',
        '\u0000',
        '\ud800',
        '𝒳',
        '"',
        '-',
        '*',
        'b3:',
        'dlq/a',
        '2030-01-01',
      ])
    case 5:
      return chance.text(chance.below(40))
    case 6:
      return 'x'.repeat(chance.below(3_000))
    case 7:
      return Array.from({ length: chance.below(4) }, () => noise(chance, depth + 1))
    default:
      return Object.fromEntries(
        Array.from({ length: chance.below(4) }, () => [chance.text(4), noise(chance, depth + 1)]),
      )
  }
}
