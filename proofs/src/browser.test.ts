/**
 * The SDK in a real browser: the bundle for browsers, on a page of an app's own origin, against a whole node.
 * Functions given to `inPage` run there and know nothing of this file.
 */

import { test } from 'node:test'
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { attenuate, SDK } from '@ron/app-sdk'
import { runner, startChromium } from './chromium.ts'
import { eventually } from './eventually.ts'
import { scrape } from './metrics.ts'
import { startNode } from './node-process.ts'
import { startWebApp } from './web-app.ts'

const readme = readFileSync(fileURLToPath(new URL('../../README.md', import.meta.url)), 'utf8')
const [, example = ''] = /^```html\n([\s\S]*?)^```/m.exec(readme) ?? []

const node = await startNode()
const app = await startWebApp(node, {
  '/': '<!doctype html><title>An app</title>',
  '/readme': `<!doctype html><title>README</title>${example}`,
  '/cap': attenuate(node.token, 'verbs = feed.*'),
  '/favicon.ico': '',
})
const browser = await startChromium()
const page = await browser.newPage()
const uncaught: Error[] = []
browser.on('weberror', (error) => uncaught.push(error.error()))
await page.goto(app.origin)
const inPage = runner(page)
const access = { baseUrl: app.baseUrl, cap: node.token }

/** Outside of the browser. */
const sender = new SDK({ baseUrl: node.url, cap: node.token })

/** Requests of this kind that the node is serving. */
const serving = async (route: string) => (await scrape(node)).value(`inflight_requests{route="${route}"}`)

/** A subscription shows what comes after it began, and its beginning shows in nothing but that. */
async function untilDone(what: string, done: Promise<unknown>, again: () => Promise<unknown>) {
  let waiting = true
  const stop = () => (waiting = false)
  void done.then(stop, stop)
  await eventually(what, async () => {
    await again()
    return !waiting
  })
}

test('the bundle loads where there is nothing of Node, and its exports are those of Node', async () => {
  const loaded = await inPage(
    (kit, names) => ({ exports: Object.keys(kit), node: names.filter((name) => name in globalThis) }),
    ['process', 'Buffer', 'require', 'global'],
  )
  assert.deepEqual(loaded, { exports: Object.keys(await import('@ron/app-sdk')), node: [] })
})

test('paths take and give text, bytes, blobs, streams and JSON', async () => {
  const given = await inPage(async ({ SDK }, access) => {
    const sdk = new SDK(access)
    const utf8 = new TextEncoder().encode('bytes')
    await sdk.put('/objects/text', 'text')
    await sdk.put('/objects/bytes', utf8)
    await sdk.put('/objects/blob', new Blob(['blob'], { type: 'text/html' }))
    await sdk.put('/objects/stream', new Blob(['one ', 'two']).stream())
    const texts = []
    for (const name of ['text', 'bytes', 'blob', 'stream']) {
      const stream = await sdk.open(`/objects/${name}`)
      texts.push(await new Response(stream).text())
    }
    const whole = await sdk.get('/objects/bytes')
    const { content_type } = await sdk.objects.get({ name: 'blob' })
    await sdk.post('/feed/follow', { user: 'paths', author: 'bob' })
    const home = await sdk.get('/feed/home?user=paths')
    await sdk.delete('/objects/text')
    return { texts, isBytes: whole instanceof Uint8Array, content_type, home }
  }, access)
  assert.deepEqual(given, {
    texts: ['text', 'bytes', 'blob', 'one two'],
    isBytes: true,
    content_type: 'text/html',
    home: { user: 'paths', items: [] },
  })
})

for (const carrier of ['http', 'oap'] as const) {
  const options = { ...access, carrier }

  test(`over ${carrier}, objects are stored, read in part, listed and removed`, async () => {
    const given = await inPage(async ({ SDK }, options) => {
      const sdk = new SDK(options)
      const name = `${options.carrier}-digits`
      const body = new TextEncoder().encode('0123456789')
      const put = await sdk.objects.put({ name, body, content_type: 'text/plain' })
      const whole = await sdk.objects.get({ name })
      const part = await sdk.objects.get({ name, range: 'bytes=2-4' })
      const unchanged = await sdk.objects.get({ name, if_none_match: put.etag })
      const { items } = await sdk.objects.list({ prefix: name })
      await sdk.objects.remove({ name })
      const large = new Uint8Array(1_000_000).map((_, at) => at % 251)
      const { address } = await sdk.objects.post({ body: large })
      const back = await sdk.objects.getByAddress({ address })
      sdk.close()
      return {
        outcomes: [put.outcome, whole.outcome, part.outcome, unchanged.outcome],
        texts: await Promise.all([whole, part].map((one) => new Blob([one.body]).text())),
        listed: items.length,
        large: back.body.length === large.length && back.body.every((byte, at) => byte === large[at]),
      }
    }, options)
    assert.deepEqual(given, {
      outcomes: ['created', 'whole', 'part', 'unchanged'],
      texts: ['0123456789', '234'],
      listed: 1,
      large: true,
    })
  })

  test(`over ${carrier}, a message is sent, received and acknowledged`, async () => {
    const given = await inPage(async ({ SDK }, options) => {
      const sdk = new SDK(options)
      const topic = `${options.carrier}-jobs`
      const sent = await sdk.mailbox.send({ topic, idem_key: 'k', payload_b64: btoa('work') })
      const { messages } = await sdk.mailbox.recv({ topic, wait_ms: 10_000 })
      const [{ msg_id, payload_b64, lease } = { msg_id: '', payload_b64: '', lease: '' }] = messages
      await sdk.mailbox.ack({ msg_id, lease })
      const { ready, leased } = await sdk.mailbox.topic({ topic })
      sdk.close()
      return { same: msg_id === sent.msg_id, text: atob(payload_b64), left: ready + leased }
    }, options)
    assert.deepEqual(given, { same: true, text: 'work', left: 0 })
  })

  test(`over ${carrier}, the graph is walked and documents are found`, async () => {
    const given = await inPage(async ({ SDK }, options) => {
      const sdk = new SDK(options)
      const { carrier } = options
      await sdk.graph.link({ from: `${carrier}-a`, to: `${carrier}-b` })
      const { neighbors } = await sdk.graph.graph({ q: `${carrier}-a` })
      await sdk.search.putDoc({
        id: carrier,
        fields: { title: 'A unicorn', body: `only ${carrier} has one` },
      })
      const { results } = await sdk.search.search({ q: `unicorn ${carrier}` })
      sdk.close()
      return [neighbors[0]?.node, results[0]?.id]
    }, options)
    assert.deepEqual(given, [`${carrier}-b`, carrier])
  })

  test(`over ${carrier}, a subscription is live, and leaving its loop ends it at the node`, async () => {
    const topic = `${carrier}-news`
    const watching = inPage(
      async ({ SDK }, { topic, ...options }) => {
        const sdk = new SDK(options)
        try {
          for await (const event of sdk.mailbox.subscribe({ topic })) return atob(event.payload_b64 ?? '')
          return null
        } finally {
          sdk.close()
        }
      },
      { ...options, topic },
    )
    let sent = 0
    await untilDone('the event', watching, () =>
      sender.mailbox.send({ topic, idem_key: String(sent++), payload_b64: btoa('extra!') }),
    )
    assert.equal(await watching, 'extra!')
    await eventually('its end', async () => (await serving('/v1/mailbox/subscribe')) === 0)
  })

  test(`over ${carrier}, a refusal is an error with the problem that the node sent`, async () => {
    const cap = attenuate(node.token, 'path = /objects/public/*')
    const given = await inPage(
      async ({ NodeError, SDK }, options) => {
        const sdk = new SDK(options)
        const problemOf = async (refused: Promise<unknown>) => {
          const error = await refused.catch((thrown: unknown) => thrown)
          return error instanceof NodeError ? error.problem : String(error)
        }
        const scope = await problemOf(sdk.objects.get({ name: 'private' }))
        const missing = await problemOf(sdk.objects.get({ name: 'public/none' }))
        sdk.close()
        return [scope, missing]
      },
      { ...options, cap },
    )
    const [scope, missing] = given
    assert(typeof scope === 'object' && typeof missing === 'object')
    assert.deepEqual(
      [scope.status, scope.code, scope.explain?.caveat],
      [403, 'CapabilityScope', 'path = /objects/public/*'],
    )
    assert.match(scope.trace_id, /^[0-9a-f]{32}$/)
    assert.deepEqual([missing.status, missing.code, missing.retryable], [404, 'NotFound', false])
  })

  test(`over ${carrier}, a call ends at its deadline, or when its caller gives it up`, async () => {
    const ended = await inPage(async ({ DeadlineError, SDK }, options) => {
      const sdk = new SDK(options)
      const receive = (more: { timeoutMs?: number; signal?: AbortSignal }) =>
        sdk.mailbox
          .recv({ topic: 'quiet', wait_ms: 20_000 }, more)
          .then(() => null)
          .catch((thrown: unknown) => thrown)
      const caller = new AbortController()
      const reason = new Error('enough')
      const aborted = receive({ signal: caller.signal })
      const late = await receive({ timeoutMs: 200 })
      caller.abort(reason)
      return [late instanceof DeadlineError, (await aborted) === reason]
    }, options)
    assert.deepEqual(ended, [true, true])
    await eventually('the node to notice', async () => (await serving('/v1/mailbox/recv')) === 0)
  })
}

test('over oap, the token travels in the frames, for no page can set a header of a WebSocket', async () => {
  const codes = await inPage(async ({ NodeError, SDK }, access) => {
    const outcome = async (cap: string | undefined) => {
      const sdk = new SDK({ ...access, cap, carrier: 'oap' })
      const error = await sdk.objects.list().then(
        () => null,
        (thrown: unknown) => thrown,
      )
      sdk.close()
      return error instanceof NodeError ? error.code : error
    }
    return [await outcome(access.cap), await outcome(undefined)]
  }, access)
  assert.deepEqual(codes, [null, 'CapabilityMissing'])
  const { authorization, 'sec-websocket-protocol': protocol } = app.handshake()
  assert.deepEqual([authorization, protocol], [undefined, 'oap.1'])
})

test('over oap, one connection carries more subscriptions than a browser opens connections', async () => {
  const before = app.seen.length
  const shown = await inPage(async ({ SDK }, access) => {
    const sdk = new SDK({ ...access, carrier: 'oap' })
    const topics = Array.from({ length: 12 }, (_, at) => `many-${at}`)
    const seen: string[] = []
    const watch = async (topic: string) => {
      for await (const { kind } of sdk.mailbox.subscribe({ topic })) return seen.push(kind)
      return 0
    }
    const watching = topics.map(watch)
    for (let round = 0; seen.length < topics.length && round < 100; round++) {
      for (const topic of topics) await sdk.mailbox.send({ topic, idem_key: String(round), payload_b64: '' })
    }
    await Promise.all(watching)
    sdk.close()
    return seen.length
  }, access)
  assert.equal(shown, 12)
  assert.deepEqual(app.seen.slice(before), ['GET /oap'])
})

test('a narrower token is made offline, and the node holds its bearer to it', async () => {
  await browser.setOffline(true)
  const made = await inPage(async ({ attenuate, inspect, ConnectionError, SDK }, access) => {
    const token = attenuate(access.cap, 'verbs = objects.read', 'expires = 2100-01-01T00:00:00Z')
    const cut = await new SDK({ ...access, retry: { attemptsMax: 1 } }).objects
      .list()
      .catch((thrown) => thrown)
    return { token, caveats: inspect(token).caveats.slice(-2), offline: cut instanceof ConnectionError }
  }, access)
  await browser.setOffline(false)
  assert.deepEqual(made.caveats, ['verbs = objects.read', 'expires = 2100-01-01T00:00:00Z'])
  assert.equal(made.offline, true)
  // What Node makes of the same token is the same.
  assert.equal(made.token, attenuate(node.token, ...made.caveats))
  const outcomes = await inPage(
    async ({ NodeError, SDK }, access) => {
      const sdk = new SDK(access)
      const { items } = await sdk.objects.list()
      const refused = await sdk.objects.remove({ name: 'bytes' }).catch((thrown: unknown) => thrown)
      return [items.length > 0, refused instanceof NodeError && refused.code]
    },
    { ...access, cap: made.token },
  )
  assert.deepEqual(outcomes, [true, 'CapabilityScope'])
})

test('what one capability has read, the cache of the browser does not give to another', async () => {
  const outcomes = await inPage(async ({ attenuate, NodeError, SDK }, access) => {
    const wide = new SDK(access)
    const narrow = new SDK({ ...access, cap: attenuate(access.cap, 'verbs = mailbox.*') })
    const { address } = await wide.objects.post({ body: new TextEncoder().encode('for some') })
    const { cache_control } = await wide.objects.getByAddress({ address })
    const refused = await narrow.objects.getByAddress({ address }).catch((thrown: unknown) => thrown)
    return [cache_control, refused instanceof NodeError ? refused.code : 'read']
  }, access)
  assert.deepEqual(outcomes, ['private, max-age=31536000, immutable', 'CapabilityScope'])
})

test('what may be tried again is, until it succeeds; what may have been done already is not', async () => {
  const before = app.seen.length
  app.fault('busy', 'broken', null, 'broken', null, 'broken')
  const outcomes = await inPage(async ({ ConnectionError, SDK }, access) => {
    const sdk = new SDK({ ...access, retry: { baseMs: 1, capMs: 1 } })
    const { items } = await sdk.objects.list()
    const { duplicate } = await sdk.mailbox.send({ topic: 'retried', idem_key: 'k', payload_b64: '' })
    const once = await sdk.feed.post({ author: 'ann', text: 'once' }).catch((thrown: unknown) => thrown)
    return [items.length > 0, duplicate, once instanceof ConnectionError]
  }, access)
  assert.deepEqual(outcomes, [true, false, true])
  const [list, send, post] = ['GET /objects', 'POST /v1/mailbox/send', 'POST /feed/post']
  assert.deepEqual(app.seen.slice(before), [list, list, list, send, send, post])
})

test('a WebSocket that breaks fails what was open on it, and the next call opens another', async () => {
  const before = app.seen.length
  const outcome = inPage(async ({ ConnectionError, SDK }, access) => {
    const sdk = new SDK({ ...access, carrier: 'oap' })
    const broken = await sdk.mailbox
      .recv({ topic: 'broken', wait_ms: 20_000 })
      .catch((thrown: unknown) => thrown)
    const { items } = await sdk.objects.list()
    sdk.close()
    return [broken instanceof ConnectionError, items.length > 0]
  }, access)
  await eventually('the receiver to wait', async () => (await serving('/v1/mailbox/recv')) === 1)
  app.breakSockets()
  assert.deepEqual(await outcome, [true, true])
  assert.deepEqual(app.seen.slice(before), ['GET /oap', 'GET /oap'])
})

test('a page of another origin is let in over oap alone, and there only with a capability', async () => {
  const outcomes = await inPage(
    async ({ ConnectionError, NodeError, SDK }, { url, cap }) => {
      const outcome = async (carrier: 'http' | 'oap', cap: string | undefined) => {
        const sdk = new SDK({ baseUrl: url, cap, carrier, retry: { attemptsMax: 1 } })
        const error = await sdk.objects.list().then(
          () => null,
          (thrown: unknown) => thrown,
        )
        sdk.close()
        if (error instanceof NodeError) return error.code
        return error instanceof ConnectionError ? 'ConnectionError' : error
      }
      return [await outcome('http', cap), await outcome('oap', cap), await outcome('oap', undefined)]
    },
    { url: node.url, cap: node.token },
  )
  assert.deepEqual(outcomes, ['ConnectionError', null, 'CapabilityMissing'])
})

test('a worker has all of it too', async () => {
  const [worker] = await Promise.all([
    page.waitForEvent('worker'),
    page.evaluate(`void (globalThis.worker = new Worker('/app-sdk.js', { type: 'module' }))`),
  ])
  const inWorker = runner(worker)
  for (const carrier of ['http', 'oap'] as const) {
    const listed = await inWorker(
      async ({ SDK }, options) => {
        const sdk = new SDK(options)
        const { items } = await sdk.objects.list()
        sdk.close()
        return items.length
      },
      { ...access, carrier },
    )
    assert(listed > 0)
  }
})

test('the page of the README shows what is posted while it is open', async () => {
  const reading = await browser.newPage()
  const shown = reading.waitForEvent('console')
  await reading.goto(`${app.origin}/readme`)
  await sender.feed.follow({ user: 'alice', author: 'bob' })
  await untilDone('a line', shown, () => sender.feed.post({ author: 'bob', text: 'hi' }))
  assert.equal((await shown).text(), 'bob hi')
  await reading.close()
})

test('no page was left with an error that nobody caught', () => {
  assert.deepEqual(uncaught, [])
})
