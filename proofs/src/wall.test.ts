/**
 * The wall on HTTP and OAP: nothing without a capability, no more than its caveats and the policy allow, no
 * faster than the quota, and no further than the ceilings. The tokens come from another implementation.
 */

import { test } from 'node:test'
import assert from 'node:assert/strict'
import { gzipSync } from 'node:zlib'
import { RawClient } from '@ron/transport/listener/raw-client.fixture'
import { eventually } from './eventually.ts'
import { asker, type Asking, type Problem, type Reply } from './http.ts'
import { scrape } from './metrics.ts'
import { startNode } from './node-process.ts'
import { OapSocket } from './oap-socket.ts'
import { published, publishedNeeds } from './published.ts'
import { pythonAttenuate, pythonMint } from './python-macaroon.ts'
import { scratchFile } from './scratch.ts'

/** The node is given this token alone; it never sees the key. */
const anchor = await pythonMint('00'.repeat(32), 'fleet token')
const burst = 300

function bundle(version: number, secrets: 'allow' | 'deny') {
  return JSON.stringify({
    version,
    defaults: { default_action: 'deny' },
    rules: [
      { id: 'secrets', when: { path: '/objects/secret/*' }, action: secrets, reason: 'secrets stay at home' },
      { id: 'notes', when: { path: '/objects/notes/*', max_body_bytes: 100 }, action: 'allow' },
      { id: 'long-notes', when: { path: '/objects/notes/*' }, action: 'deny', reason: 'notes are short' },
      { id: 'no-graph-by-oap', when: { path: '/graph*', require_tags_all: ['oap'] }, action: 'deny' },
      { id: 'no-zk', when: { path: '/zk/*' }, action: 'deny' },
      { id: 'everything-else', when: { path: '*' }, action: 'allow' },
    ],
  })
}

const node = await startNode({
  args: [
    ...publishedNeeds,
    ...['--set', `policy.bundle_path=${scratchFile('bundle.json', bundle(5, 'deny'))}`],
    ...['--set', 'quota.requests_per_second=1', '--set', `quota.burst=${burst}`],
    // This file is refused far more often than an honest peer would be.
    ...['--set', 'overlay.tarpit_after=0'],
  ],
  env: { MICRO_MACAROON_PATH: scratchFile('anchor.macaroon', `${anchor}\n`) },
})
const ask = asker({ url: node.url, token: anchor })

async function refusal(what: `${string} /${string}`, asking: Asking): Promise<Problem> {
  const reply = await ask(what, asking)
  assert(reply.status >= 400, `${what} was answered with ${reply.status}`)
  assert.equal(reply.headers.get('content-type'), 'application/problem+json')
  return reply.json<Problem>()
}

/** A body whose length nobody announces. */
async function putInChunks(path: string, body: Uint8Array, token: string): Promise<Problem | null> {
  const client = await RawClient.open(node.port)
  const head = `PUT ${path} HTTP/1.1\r\nHost: node\r\nAuthorization: Bearer ${token}\r\nTransfer-Encoding: chunked\r\n\r\n`
  client
    .send(head)
    .send(`${body.length.toString(16)}\r\n`)
    .send(body)
    .send('\r\n0\r\n\r\n')
  const answer = await client.answer()
  client.destroy()
  return answer.status < 300 ? null : JSON.parse(answer.body)
}

test('a token that another implementation minted and attenuated is good', async () => {
  const narrowed = await pythonAttenuate(anchor, 'verbs = objects.*', 'path = /objects/py/*')
  assert.equal((await ask('PUT /objects/py/a', { token: narrowed, body: 'x' })).status, 201)
  assert.equal(
    (await ask('GET /objects/py/a', { token: await pythonAttenuate(narrowed, 'verbs = objects.read') })).text,
    'x',
  )
  const headers = { authorization: `Macaroon ${narrowed}` }
  assert.equal((await ask('GET /objects/py/a', { token: null, headers })).status, 200)
  const stranger = await pythonMint('11'.repeat(32), 'fleet token')
  assert.equal((await refusal('GET /objects/py/a', { token: stranger })).code, 'CapabilityInvalid')
})

test('every published operation asks for a capability, and for its own verb, on both surfaces', async () => {
  const wrong = await pythonAttenuate(anchor, 'verbs = nothing.at_all')
  const socket = await OapSocket.open(node.url)
  let corrId = 0
  for (const { name, method, target, verb, protocol, code, headers, takes, json, fields } of published()) {
    const body = takes === 'json' ? { json } : takes === 'bytes' ? { body: 'x' } : {}
    const what = `${method} ${target}` as const
    const anonymous = await ask(what, { ...body, headers, token: null })
    assert.equal(anonymous.status, 401, name)
    assert.match(anonymous.headers.get('www-authenticate') ?? '', /^Bearer/, name)
    const unfit = await refusal(what, { ...body, headers, token: wrong })
    assert.deepEqual([unfit.status, unfit.code], [403, 'CapabilityScope'], name)
    assert(unfit.explain?.fix?.includes(verb), `${name}: ${unfit.explain?.fix}`)

    const content = takes === 'bytes' ? { body: Buffer.from('x') } : {}
    const call = { protocol, code, fields, ...content }
    const nameless = await socket.call({ ...call, corrId: ++corrId })
    assert.deepEqual([nameless.status, nameless.fields['code']], [401, 'CapabilityMissing'], name)
    const scoped = await socket.call({ ...call, corrId: ++corrId, cap: wrong })
    assert.deepEqual([scoped.status, scoped.fields['code']], [403, 'CapabilityScope'], name)
  }
  socket.close()
})

test('a token that is forged, altered, expired, early, elsewhere or not understood is refused, and told why', async () => {
  const altered = `${anchor.slice(0, -2)}${anchor.endsWith('AA') ? 'BB' : 'AA'}`
  const cases: readonly (readonly [string, number, string, RegExp])[] = [
    ['garbage', 401, 'CapabilityInvalid', /./],
    [altered, 401, 'CapabilityInvalid', /signature/],
    ['A'.repeat(3_000), 401, 'CapabilityInvalid', /./],
    [await pythonAttenuate(anchor, 'expires = 2020-01-01T00:00:00Z'), 401, 'CapabilityExpired', /expired/],
    [await pythonAttenuate(anchor, 'not_before = 2100-01-01T00:00:00Z'), 401, 'CapabilityExpired', /before/],
    [await pythonAttenuate(anchor, 'audience = another-node'), 401, 'CapabilityInvalid', /another-node/],
    [await pythonAttenuate(anchor, 'colour = blue'), 401, 'CapabilityInvalid', /colour/],
    [await pythonAttenuate(anchor, 'ip = 10.0.0.0/8'), 403, 'CapabilityScope', /127\.0\.0\.1/],
    [await pythonAttenuate(anchor, 'verbs = objects.write'), 403, 'CapabilityScope', /objects\.read/],
    [await pythonAttenuate(anchor, 'path = /objects/mine/*'), 403, 'CapabilityScope', /objects\/other/],
    [await pythonAttenuate(anchor, 'verbs = *', 'verbs = graph.*'), 403, 'CapabilityScope', /objects\.read/],
  ]
  for (const [token, status, code, because] of cases) {
    const client = await RawClient.open(node.port)
    client.send(`GET /objects/other HTTP/1.1\r\nHost: node\r\nAuthorization: Bearer ${token}\r\n\r\n`)
    const answer = await client.answer()
    client.destroy()
    const problem: Problem = JSON.parse(answer.body)
    assert.deepEqual([problem.status, problem.code, problem.explain?.wall], [status, code, 'auth'], token)
    assert.match(problem.detail, because)
    assert(!answer.body.includes(token), 'a refusal never repeats the token')
  }
})

test('bytes_max counts what the handler would see, however the body is dressed', async () => {
  const token = await pythonAttenuate(anchor, 'bytes_max = 100')
  const fits = new Uint8Array(100).fill(97)
  const tooMuch = new Uint8Array(101).fill(97)
  const gzip = { 'content-encoding': 'gzip' }
  assert.equal((await ask('PUT /objects/sized', { token, body: fits })).status, 201)
  assert.equal((await ask('PUT /objects/sized', { token, body: gzipSync(fits), headers: gzip })).status, 200)
  assert.equal(await putInChunks('/objects/sized', fits, token), null)

  assert.equal(
    (await refusal('PUT /objects/sized', { token, body: tooMuch })).explain?.caveat,
    'bytes_max = 100',
  )
  const zipped = await refusal('PUT /objects/sized', { token, body: gzipSync(tooMuch), headers: gzip })
  assert.deepEqual([zipped.status, zipped.explain?.caveat], [403, 'bytes_max = 100'])
  assert.equal((await putInChunks('/objects/sized', tooMuch, token))?.explain?.caveat, 'bytes_max = 100')
  assert.equal((await ask('GET /objects/sized')).bytes.length, 100)
})

test('what belongs to one tenant does not exist for another', async () => {
  const red = 'aa'.repeat(16)
  const mine = await pythonAttenuate(anchor, `tenant = ${red}`)
  const theirs = await pythonAttenuate(anchor, `tenant = ${'bb'.repeat(16)}`)
  await ask('PUT /objects/private', { token: mine, body: 'red' })
  const { address } = (await ask('POST /o', { token: mine, body: 'pinned' })).json<{
    readonly address: string
  }>()
  await ask('POST /v1/mailbox/send', {
    token: mine,
    json: { topic: 'letters', idem_key: 'k', payload_b64: '' },
  })
  await ask('PUT /graph/edges', { token: mine, json: { from: 'a', to: 'b' } })
  await ask('PUT /search/docs/d', { token: mine, json: { fields: { body: 'confidential' } } })
  await ask('POST /feed/post', { token: mine, json: { author: 'ann', text: 'hello' } })

  const seen = async (token: string) => [
    (await ask('GET /objects/private', { token })).status,
    (await ask(`GET /o/${address}`, { token })).status,
    (await ask('GET /objects', { token })).json<{ readonly items: readonly unknown[] }>().items.length,
    (await ask('GET /v1/mailbox/topics', { token })).json<{ readonly topics: readonly unknown[] }>().topics
      .length,
    (await ask('GET /graph?q=a', { token })).json<{ readonly neighbors: readonly unknown[] }>().neighbors
      .length,
    (await ask('GET /search?q=confidential', { token })).json<{ readonly results: readonly unknown[] }>()
      .results.length,
    (await ask('GET /feed/author?author=ann', { token })).json<{ readonly items: readonly unknown[] }>().items
      .length,
  ]
  assert.deepEqual(await seen(mine), [200, 200, 1, 1, 1, 1, 1])
  assert.deepEqual(await seen(theirs), [404, 404, 0, 0, 0, 0, 0])

  const socket = await OapSocket.open(node.url)
  const get = { protocol: 0x0101, code: 1, fields: { name: 'private' } }
  assert.equal((await socket.call({ ...get, corrId: 1, cap: mine })).status, 200)
  assert.equal((await socket.call({ ...get, corrId: 2, cap: theirs })).status, 404)
  const borrowed = await socket.call({ ...get, corrId: 3, cap: theirs, tenant: red })
  assert.deepEqual([borrowed.status, borrowed.fields['code']], [403, 'CapabilityScope'])
  socket.close()
})

test('policy denies with the rule and its reason, on both surfaces and at the real length', async () => {
  const denied = await refusal('PUT /objects/secret/plan', { body: 'x' })
  assert.deepEqual([denied.status, denied.code, denied.detail], [403, 'PolicyDenied', 'secrets stay at home'])
  assert.deepEqual([denied.explain?.wall, denied.explain?.rule], ['policy', 'secrets'])

  const socket = await OapSocket.open(node.url, anchor)
  const fields = { name: 'secret/plan' }
  const overOap = await socket.call({ protocol: 0x0101, code: 2, corrId: 1, fields, body: Buffer.from('x') })
  assert.deepEqual([overOap.status, overOap.fields['explain']], [403, { ...denied.explain }])
  const byTag = await socket.call({ protocol: 0x0102, code: 4, corrId: 2, fields: { q: 'a' } })
  assert.equal(byTag.status, 403)
  assert.equal((await ask('GET /graph?q=a')).status, 200)
  socket.close()

  const long = new Uint8Array(101).fill(97)
  assert.equal((await ask('PUT /objects/notes/short', { body: long.subarray(1) })).status, 201)
  assert.equal((await refusal('PUT /objects/notes/long', { body: long })).explain?.rule, 'long-notes')
  assert.equal((await putInChunks('/objects/notes/long', long, anchor))?.explain?.rule, 'long-notes')
  const headers = { 'content-encoding': 'gzip' }
  const zipped = await refusal('PUT /objects/notes/long', { body: gzipSync(long), headers })
  assert.equal(zipped.explain?.rule, 'long-notes')
})

test('a new policy takes effect, an older or broken one does not, and the decision can be explained', async () => {
  const install = (text: string) => ask('PUT /policy/bundle', { body: text })
  assert.equal((await install(bundle(5, 'allow'))).status, 409)
  assert.equal((await install('{"version": 6, "rules": [{"id": "x"}]}')).status, 400)
  assert.equal((await ask('PUT /objects/secret/plan', { body: 'x' })).status, 403)

  assert.deepEqual((await install(bundle(6, 'allow'))).json(), { version: 6, rules: 6 })
  await eventually(
    'version 6',
    async () => (await ask('PUT /objects/secret/plan', { body: 'x' })).status === 201,
  )
  assert.equal((await ask('GET /policy/bundle')).headers.get('x-policy-version'), '6')

  interface Simulated {
    readonly allow: boolean
    readonly rule: string
    readonly trace: readonly { readonly rule: string; readonly outcome: string }[]
  }
  const simulated = (
    await ask('POST /policy/simulate', { json: { method: 'GET', path: '/zk/circuits' } })
  ).json<Simulated>()
  assert.deepEqual([simulated.allow, simulated.rule], [false, 'no-zk'])
  assert.deepEqual(simulated.trace.at(-1)?.outcome, 'hit')
})

test('one request too many in flight is refused with 429 and the ceiling that refused it', async () => {
  const limit = (inflight_max: number) => ask('PUT /overlay/ceilings', { json: { inflight_max } })
  const before = (await ask('GET /overlay/ceilings')).json<{ readonly inflight_max: number }>().inflight_max
  assert.equal((await limit(1)).status, 200)
  const leave = new AbortController()
  const waiting = ask('POST /v1/mailbox/recv', {
    json: { topic: 'quiet', wait_ms: 20_000 },
    signal: leave.signal,
  })
  const refused = await eventually('the ceiling to be reached', async () => {
    const reply = await ask('GET /objects/none')
    return reply.status === 429 && reply
  })
  assert.match(refused.headers.get('retry-after') ?? '', /^[1-9]/)
  const problem = refused.json<Problem>()
  assert.deepEqual([problem.code, problem.retryable, problem.explain?.wall], ['Busy', true, 'admission'])
  assert.match(problem.explain?.rule ?? '', /inflight_max/)
  leave.abort()
  await assert.rejects(waiting)
  await eventually('the place to be free again', async () => (await limit(before)).status === 200)
})

test('a capability that has used up its quota is told how long to wait; others go on', async () => {
  const token = await pythonAttenuate(anchor, `tenant = ${'cc'.repeat(16)}`)
  const replies: Reply[] = []
  // Fewer at a time than one peer may have in flight, or the admission wall would answer first.
  while (replies.length < burst + 20) {
    const some = Array.from({ length: 64 }, () => ask('GET /objects/none', { token }))
    replies.push(...(await Promise.all(some)))
  }
  const refused = replies.filter(({ status }) => status === 429)
  assert.equal(replies.filter(({ status }) => status === 404).length + refused.length, replies.length)
  const [first] = refused
  assert(first !== undefined)
  assert.match(first.headers.get('retry-after') ?? '', /^[1-9]/)
  const problem = first.json<Problem>()
  assert.deepEqual([problem.code, problem.retryable, problem.explain?.wall], ['QuotaExceeded', true, 'quota'])
  assert((problem.retry_after_ms ?? 0) > 0)
  const other = await pythonAttenuate(anchor, `tenant = ${'dd'.repeat(16)}`)
  assert.equal((await ask('GET /objects/none', { token: other })).status, 404)
})

test('a request pays for itself once, also when its length comes to light late', async () => {
  const body = new Uint8Array(100).fill(97)
  const zipped = { body: gzipSync(body), headers: { 'content-encoding': 'gzip' } }
  const forms: Readonly<Record<string, (token: string) => Promise<Problem | null>>> = {
    ee: (token) => putInChunks('/objects/paid', body, token),
    ff: async (token) => {
      const reply = await ask('PUT /objects/paid', { token, ...zipped })
      return reply.status < 300 ? null : reply.json<Problem>()
    },
  }
  for (const [tenant, put] of Object.entries(forms)) {
    const token = await pythonAttenuate(anchor, `tenant = ${tenant.repeat(16)}`)
    let passed = 0
    let refused: Problem | null = null
    while (refused === null && passed < 2 * burst) {
      refused = await put(token)
      if (refused === null) passed += 1
    }
    assert.equal(refused?.code, 'QuotaExceeded')
    assert(passed >= burst, `only ${passed} of ${burst} passed`)
  }
})

test('what the wall refused is counted by reason', async () => {
  const { value } = await scrape(node)
  for (const reason of ['unauth', 'scope', 'policy', 'quota', 'admission']) {
    assert(value(`rejected_total{reason="${reason}"}`) > 0, reason)
  }
})
