import assert from 'node:assert/strict'
import test from 'node:test'
import { gzipSync } from 'node:zlib'
import type { Caller } from '@ron/kernel/contract/contract'
import { Refusal } from '@ron/kernel/contract/refusals'
import type { Answer, Dispatch, DispatchOptions } from '@ron/kernel/ports/dispatch'
import type { Fields } from '@ron/kernel/ports/port'
import { systemClock } from '@ron/kernel/system/clock'
import { unobserved } from '@ron/kernel/ports/requests'
import { systemRandom } from '@ron/kernel/system/random'
import { until } from '@ron/kernel/system/until'
import { TraceIds } from '../http/correlation.ts'
import { Inflater } from '../inflate/inflate.ts'
import { staged, type Stage } from '../listener/staging.fixture.ts'
import { ownDriver } from '../listener/uws-here.fixture.ts'
import type { Reach } from '../macaroon/check.ts'
import type { Claim, Place } from '../wall/request.ts'
import type { Front } from './front.ts'
import { HttpGateway, type PlainRoute } from './http-gateway.ts'
import { publicOperations } from './public-operations.ts'
import { things } from './things.fixture.ts'

const caller: Caller = { subject: 'test', tenant: '0'.repeat(32), traceId: '0'.repeat(32) }

const standing = { marks: { identifier: 'test', lineage: [], tenant: null }, expiresMs: Infinity }

/** A gateway with everything around it written down. */
class World {
  readonly entered: (Claim & Reach)[] = []
  readonly grown: number[] = []
  readonly called: { operation: string; fields: Fields; body: string | null }[] = []
  readonly metered: string[] = []
  readonly rejected: string[] = []
  inflight = 0
  releases = 0
  gate: Refusal | null = null
  recognise: (claim: Claim) => Refusal | null = () => null
  enter: (reach: Reach) => Refusal | null | Promise<Refusal | null> = () => null
  grow: (bodyBytes: number) => Refusal | null = () => null
  full: (asked: string) => Refusal | null = () => null
  answer: (options: DispatchOptions) => Answer | Promise<Answer> = () => ({
    fields: { said: 'yes' },
    body: null,
  })

  run(body: (stage: Stage) => Promise<void>, plain: readonly PlainRoute[] = []): Promise<void> {
    const gateway = new HttpGateway(this.#front(), publicOperations([things]), plain)
    return staged(ownDriver, { exchange: (exchange) => gateway.serve(exchange) }, body)
  }

  #front(): Front {
    const place: Place = {
      caller,
      delayMs: 0,
      grow: (bodyBytes) => {
        this.grown.push(bodyBytes)
        return this.grow(bodyBytes)
      },
      join: () => null,
      moved() {},
      watch: () => () => {},
      release: () => this.releases++,
    }
    const dispatch: Dispatch = {
      call: async (_, operation, fields, body, options) => {
        this.called.push({ operation, fields, body: body === null ? null : Buffer.from(body).toString() })
        return this.answer(options)
      },
      full: (service, operation, tenant) => this.full(`${service}.${operation} ${tenant}`),
    }
    return {
      wall: {
        recognise: (claim) => this.recognise(claim) ?? { claim, caller, caveats: [], toProve: [], standing },
        enter: async ({ claim }, reach) => {
          this.entered.push({ ...claim, ...reach })
          return (await this.enter(reach)) ?? place
        },
      },
      dispatch,
      inflater: new Inflater(() => Promise.resolve()),
      meter: {
        request: (route, method, status) => this.metered.push(`${method} ${route} ${status}`),
        exemplar() {},
        inflight: (_, change) => (this.inflight += change),
        rejected: (reason) => this.rejected.push(reason),
        integrityFailure() {},
      },
      clock: systemClock,
      random: systemRandom,
      traceIds: new TraceIds(systemRandom),
      requests: unobserved,
      log: { debug() {}, info() {}, warn() {}, error() {} },
      gate: () => this.gate,
      limits: {
        bodyBytesMax: 1_000,
        chunkBytesMax: 1_000,
        inflatedBytesMax: 10_000,
        decompressRatioMax: 10,
        inFlightMax: 1,
      },
    }
  }
}

const request = (line: string, ...headers: string[]) =>
  `${[`${line} HTTP/1.1`, 'Host: node', ...headers].join('\r\n')}\r\n\r\n`

test('a request goes through the wall to its service and comes back as its contract says', () => {
  const world = new World()
  return world.run(async ({ client }) => {
    const one = await client()
    const sent = request('GET /things/a%20b/c?n=3', 'Authorization: bearer token', 'X-Request-ID: r-1')
    const answer = await one.send(sent).answer()
    assert.equal(answer.status, 200)
    assert.deepEqual(JSON.parse(answer.body), { said: 'yes' })
    assert.equal(answer.headers.get('x-request-id'), 'r-1')
    const [entered] = world.entered
    assert.ok(entered)
    const { service, operation, verb, method, path, bodyBytes, surface, token, peer } = entered
    assert.deepEqual(
      [service, operation, verb, method, path, bodyBytes, surface, token, peer],
      ['things', 'get', 'things.read', 'GET', '/things/a b/c', 0, 'http', 'token', '127.0.0.1'],
    )
    assert.deepEqual({ ...world.called[0]?.fields }, { name: 'a b/c', n: 3 })
    assert.deepEqual([world.metered, world.inflight, world.releases], [['GET /things/*name 200'], 0, 1])
  })
})

test('HEAD is a GET without its body', () => {
  const world = new World()
  return world.run(async ({ client }) => {
    const answer = await (await client()).send(request('HEAD /things/a')).answer('HEAD')
    assert.deepEqual([answer.status, answer.headers.get('content-length')], [200, '14'])
    assert.deepEqual(world.metered, ['HEAD /things/*name 200'])
    assert.equal(world.entered[0]?.method, 'GET')
  })
})

test('a refusal is a problem that names the trace', () => {
  const world = new World()
  world.answer = () => {
    throw new Refusal('Busy', 'too many', { retryAfterMs: 1_500 })
  }
  return world.run(async ({ client }) => {
    const trace = 'ab'.repeat(16)
    const sent = request('GET /things/a', `traceparent: 00-${trace}-00000000000000ff-01`)
    const answer = await (await client()).send(sent).answer()
    assert.equal(answer.status, 429)
    assert.equal(answer.headers.get('content-type'), 'application/problem+json')
    assert.equal(answer.headers.get('retry-after'), '2')
    const { code, trace_id, detail } = JSON.parse(answer.body)
    assert.deepEqual([code, trace_id, detail], ['Busy', trace, 'too many'])
    assert.equal(world.releases, 1)
  })
})

test('what is thrown and no refusal is a fault that tells nothing', () => {
  const world = new World()
  world.answer = () => {
    throw new Error('the secret reason')
  }
  return world.run(async ({ client }) => {
    const answer = await (await client()).send(request('GET /things/a')).answer()
    assert.equal(answer.status, 500)
    assert.equal(answer.body.includes('secret'), false)
  })
})

test('a path nobody serves and a method nobody takes are refused without asking the wall', () => {
  const world = new World()
  return world.run(async ({ client }) => {
    const one = await client()
    assert.equal((await one.send(request('GET /nowhere')).answer()).status, 404)
    const wrong = await one.send(request('POST /things/a')).answer()
    assert.deepEqual([wrong.status, wrong.headers.get('allow')], [405, 'GET, HEAD, PUT'])
    assert.equal((await one.send(request('GET /things/%2e%2e/x')).answer()).status, 400)
    assert.equal((await one.send(request('PROPFIND /things/a')).answer()).status, 405)
    assert.deepEqual(world.metered, [
      'GET unmatched 404',
      'POST /things/*name 405',
      'GET unmatched 400',
      'other /things/*name 405',
    ])
    assert.deepEqual([world.entered.length, world.called.length], [0, 0])
  })
})

test('while the node is not ready operations are refused and plain routes answer', () => {
  const world = new World()
  world.gate = new Refusal('NotReady', 'starting')
  const plain: PlainRoute = {
    route: 'GET /healthz',
    handle: () => ({ status: 200, headers: [], body: Buffer.from('fine') }),
  }
  return world.run(
    async ({ client }) => {
      const one = await client()
      const refused = await one.send(request('GET /things/a')).answer()
      assert.deepEqual([refused.status, refused.headers.get('retry-after')], [503, '1'])
      assert.equal((await one.send(request('GET /healthz')).answer()).body, 'fine')
      assert.deepEqual(world.rejected, ['not_ready'])
    },
    [plain],
  )
})

test('who is not recognised or not admitted is answered before a byte of the body has come', async () => {
  const put = request('PUT /things/a', 'Content-Length: 900')
  const stranger = new World()
  stranger.recognise = () => new Refusal('CapabilityMissing', 'no token')
  await stranger.run(async ({ client }) => {
    assert.equal((await (await client()).send(put).answer()).status, 401)
    assert.deepEqual([stranger.entered.length, stranger.called.length], [0, 0])
  })
  const unwanted = new World()
  unwanted.enter = ({ bodyBytes }) => (bodyBytes === 900 ? new Refusal('PolicyDenied', 'too long') : null)
  await unwanted.run(async ({ client }) => {
    assert.equal((await (await client()).send(put).answer()).status, 403)
    assert.deepEqual([unwanted.called.length, unwanted.releases], [0, 0])
  })
  const crowded = new World()
  const asked: string[] = []
  crowded.full = (what) => {
    asked.push(what)
    return new Refusal('Busy', 'too many wait')
  }
  await crowded.run(async ({ client }) => {
    const answer = await (await client()).send(put).answer()
    assert.deepEqual([answer.status, answer.headers.get('retry-after')], [429, '1'])
    assert.deepEqual(asked, [`things.put ${caller.tenant}`])
    assert.deepEqual([crowded.called.length, crowded.releases], [0, 1])
    assert.deepEqual(crowded.rejected, ['backpressure'])
  })
})

test('a body over the cap is refused by its declared length, before the wall', () => {
  const world = new World()
  return world.run(async ({ client }) => {
    const answer = await (await client()).send(request('PUT /things/a', 'Content-Length: 1001')).answer()
    assert.equal(answer.status, 413)
    assert.deepEqual([world.entered.length, world.rejected], [0, ['body_cap']])
  })
})

test('a body whose length comes to light later is admitted once and asked about at that length', () => {
  const world = new World()
  world.grow = (bodyBytes) => (bodyBytes > 5 ? new Refusal('PolicyDenied', 'too long') : null)
  return world.run(async ({ client }) => {
    const chunked = (body: string) =>
      `${request('PUT /things/a', 'Transfer-Encoding: chunked')}${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`
    assert.equal((await (await client()).send(chunked('short')).answer()).status, 201)
    assert.equal((await (await client()).send(chunked('longer')).answer()).status, 403)
    assert.deepEqual(
      [world.entered.map(({ bodyBytes }) => bodyBytes), world.grown],
      [
        [0, 0],
        [5, 6],
      ],
    )
    assert.deepEqual(
      world.called.map(({ body }) => body),
      ['short'],
    )
    assert.equal(world.releases, 2)
  })
})

test('a compressed body reaches the service plain, at its plain length; stacked and unknown codings do not', () => {
  const world = new World()
  return world.run(async ({ client }) => {
    const one = await client()
    const plain = 'compress me, compress me, compress me'
    const packed = gzipSync(plain)
    const length = `Content-Length: ${packed.length}`
    one.send(request('PUT /things/a', length, 'Content-Encoding: gzip')).send(packed)
    assert.equal((await one.answer()).status, 201)
    assert.equal(world.called[0]?.body, plain)
    assert.deepEqual([world.entered[0]?.bodyBytes, world.grown], [packed.length, [plain.length]])
    for (const coding of ['gzip, gzip', 'br']) {
      one.send(request('PUT /things/a', length, `Content-Encoding: ${coding}`)).send(packed)
      assert.equal((await one.answer()).status, 415)
    }
    assert.deepEqual(world.rejected, ['encoding', 'encoding'])
  })
})

test('a wrongly framed request gets its refusal and nothing else', () => {
  const world = new World()
  return world.run(async ({ client }) => {
    const one = await client()
    one.send(`${request('PUT /things/a', 'Host: other', 'Content-Length: 4')}abcd`)
    assert.equal((await one.answer()).status, 400)
    await one.ended()
    assert.deepEqual([world.entered.length, world.called.length, world.rejected], [0, 0, ['malformed']])
  })
})

test('a client that leaves cancels its call, and its place is given back', () => {
  const world = new World()
  let cancelled = false
  world.answer = ({ signal }) =>
    new Promise((_, reject) => {
      signal?.addEventListener('abort', () => {
        cancelled = true
        reject(new Refusal('Timeout', 'gone'))
      })
    })
  return world.run(async ({ client }) => {
    const one = await client()
    one.send(request('GET /things/a'))
    await until(() => world.called.length === 1)
    one.vanish()
    await until(() => cancelled && world.releases === 1 && world.inflight === 0)
  })
})
