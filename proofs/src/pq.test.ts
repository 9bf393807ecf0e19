/** Post-quantum sessions, as clients, operators and somebody between them meet them. */

import { test } from 'node:test'
import assert from 'node:assert/strict'
import * as crypto from 'node:crypto'
import { ConnectionError, NodeError, ProtocolError, SDK, type SdkOptions } from '@ron/app-sdk'
import { WebSocket } from 'ws'
import { eventually } from './eventually.ts'
import { asker } from './http.ts'
import { identity, secretFile } from './identities.ts'
import { scrape } from './metrics.ts'
import { startNode, type NodeProcess } from './node-process.ts'
import { between } from './oap-between.ts'
import { frame, framesIn, OapSocket, request, type Received } from './oap-socket.ts'

const hybrid = { MICRO_PQ_MODE: 'hybrid' }
/** What signs with Ed25519 alone is what clients of before offer. */
const suite = 'X-Wing/HKDF-SHA256/AES-256-GCM'
const bothSign = `${suite}/Ed25519+ML-DSA-65`
const [node, off, strict] = await Promise.all([
  startNode({ env: hybrid }),
  startNode(),
  startNode({ env: { ...hybrid, MICRO_PQ_REQUIRED: '1' } }),
])

interface PqSession {
  readonly required: boolean
  readonly key: string
  readonly node: string
  readonly node_ed25519: string
}

interface Version {
  readonly pq: boolean
  readonly pq_session?: PqSession
}

const once = { attemptsMax: 1 }

function sdkOf({ url, token }: Pick<NodeProcess, 'url' | 'token'>, options: Partial<SdkOptions> = {}) {
  return new SDK({ baseUrl: url, cap: token, carrier: 'oap', retry: once, ...options })
}

async function versionOf(of: NodeProcess): Promise<Version> {
  return (await fetch(`${of.admin}/version`)).json()
}

async function sessionOf(of: NodeProcess): Promise<PqSession> {
  const { pq_session: session } = await versionOf(of)
  assert.ok(session !== undefined)
  return session
}

const downgrades = async (of: NodeProcess, reason: string) =>
  (await scrape(of)).value(`pq_downgrade_events_total{reason="${reason}"}`)

/** Still answers, over the carrier that the others may have harmed. */
async function isWell(of: NodeProcess): Promise<void> {
  const sdk = sdkOf(of)
  assert.equal((await sdk.feed.home({ user: 'well' })).user, 'well')
  sdk.close()
}

test('the node says what is in force, and of a node without sessions nothing is said', async () => {
  const { pq, pq_session: session } = await versionOf(node)
  assert.equal(pq, true)
  assert.ok(session !== undefined)
  const { key, node: id, node_ed25519: ofOne, ...rest } = session
  assert.match(key, /^[0-9a-f]{16}$/)
  for (const known of [id, ofOne]) assert.match(known, /^[0-9a-f]{64}$/)
  assert.notEqual(id, ofOne)
  const { key_expires: expires, ...named }: Record<string, unknown> = { ...rest }
  assert.match(String(expires), /^\d{4}-\d\d-\d\dT/)
  const required = false
  assert.deepEqual(named, {
    mode: 'hybrid',
    required,
    kem: 'X-Wing',
    kdf: 'HKDF-SHA256',
    aead: 'AES-256-GCM',
    ml_kem: Reflect.has(crypto, 'encapsulate') ? 'node:crypto' : 'liboqs',
    identity: 'Ed25519+ML-DSA-65',
    ml_dsa: Reflect.has(crypto, 'encapsulate') ? 'node:crypto' : 'noble',
  })
  const ready: { pq_session?: PqSession } = await (await fetch(`${node.admin}/readyz?verbose`)).json()
  assert.deepEqual(ready.pq_session, session)
  assert.equal((await sessionOf(strict)).required, true)
  const without = await versionOf(off)
  assert.deepEqual([without.pq, without.pq_session], [false, undefined])
  assert.ok(!(await (await fetch(`${off.admin}/readyz?verbose`)).text()).includes('pq_session'))
})

test('in a session nothing of what is asked and answered can be read on the way; without one all of it', async () => {
  const name = 'needle-in-a-name'
  const body = Buffer.from('needle in a body')
  for (const pq of ['off', 'prefer', 'require'] as const) {
    const way = await between(node.url)
    const sdk = sdkOf({ ...node, url: way.url }, { pq })
    await sdk.objects.put({ name, body })
    const got = await sdk.objects.get({ name })
    assert.deepEqual(Buffer.from(got.body), body)
    sdk.close()
    const text = Buffer.concat(way.seen.map(({ message }) => message)).toString('latin1')
    const readable = [
      text.includes(name),
      text.includes(String(body)),
      text.includes(node.token.slice(0, 16)),
    ]
    assert.deepEqual([readable[0], readable[1]], pq === 'off' ? [true, true] : [false, false], pq)
    assert.equal(readable[2], false, 'the capability goes as bytes')
  }
})

test('long answers, events and many calls at a time go through a session as they do without one', async () => {
  const sdk = sdkOf(node, { pq: 'require' })
  const body = Buffer.alloc(1_000_000, 'long ')
  await sdk.objects.put({ name: 'pq/long', body })
  assert.deepEqual(Buffer.from((await sdk.objects.get({ name: 'pq/long' })).body), body)
  const homes = await Promise.all(Array.from({ length: 200 }, (_, nth) => sdk.feed.home({ user: `u${nth}` })))
  assert.deepEqual(
    homes.map(({ user }) => user),
    Array.from({ length: 200 }, (_, nth) => `u${nth}`),
  )
  await sdk.feed.follow({ user: 'reader', author: 'writer' })
  const events = sdk.feed.watchHome({ user: 'reader' })[Symbol.asyncIterator]()
  const first = events.next()
  await sdk.feed.post({ author: 'writer', text: 'sealed' })
  const { value } = await first
  assert.equal(value?.kind, 'post')
  sdk.close()
})

test('the second connection of a client needs one HELLO, and a key that is gone costs it one more', async () => {
  const turning = await startNode({ env: hybrid })
  const way = await between(turning.url)
  const hellos = () =>
    way.seen.filter(({ from, message }) => from === 'client' && message.includes('"ua"')).length
  const sdk = sdkOf({ ...turning, url: way.url }, { pq: 'require', retry: { attemptsMax: 5 } })
  const ask = async () => assert.equal((await sdk.feed.home({ user: 'a' })).user, 'a')
  const rotate = async (graceMs: number) => {
    const { key } = await sessionOf(turning)
    const route = 'POST /api/v1/keys/session/rotate'
    const json = { grace_ms: graceMs }
    assert.equal((await asker({ ...turning, url: turning.admin })(route, { json })).status, 200)
    assert.notEqual((await sessionOf(turning)).key, key)
  }
  await ask()
  assert.equal(hellos(), 2, 'an offer and a ciphertext')
  way.cut()
  await ask()
  assert.equal(hellos(), 3, 'a ciphertext for the key from before')
  await rotate(600_000)
  await ask()
  assert.equal(hellos(), 3, 'a session goes on while keys change')
  way.cut()
  await ask()
  assert.equal(hellos(), 4, 'the key before the present one is good for a while')
  await rotate(0)
  way.cut()
  await ask()
  assert.equal(hellos(), 6, 'a ciphertext for a key that is gone, and one for the key that was answered')
  sdk.close()
  turning.signal('SIGTERM')
  assert.equal(await turning.ended(), 0)
})

test('a node whose identity changes offers a key under the new one, and is no longer taken for the old', async () => {
  const changing = await startNode({ env: hybrid })
  const before = await sessionOf(changing)
  const route = 'POST /api/v1/keys/node-identity/rotate'
  const json = { grace_ms: 600_000 }
  assert.equal((await asker({ ...changing, url: changing.admin })(route, { json })).status, 200)
  const after = await sessionOf(changing)
  for (const member of ['key', 'node', 'node_ed25519'] as const)
    assert.notEqual(after[member], before[member], member)
  const [known, outdated] = [sdkOf(changing, { node: after.node }), sdkOf(changing, { node: before.node })]
  assert.equal((await known.feed.home({ user: 'a' })).user, 'a')
  await assert.rejects(outdated.feed.home({ user: 'a' }), /the one that is expected there is/)
  for (const sdk of [known, outdated]) sdk.close()
})

test('the bundle for browsers opens sessions with code of its own', async () => {
  const bundle = import.meta.resolve('@ron/app-sdk').replace(/sdk\.js$/, 'browser.js')
  const { SDK: BrowserSdk }: { SDK: typeof SDK } = await import(bundle)
  const before = Object.getOwnPropertyDescriptor(globalThis, 'WebSocket')
  Object.defineProperty(globalThis, 'WebSocket', { value: WebSocket, configurable: true })
  try {
    const sdk = new BrowserSdk({ baseUrl: strict.url, cap: strict.token, carrier: 'oap', pq: 'require' })
    assert.equal((await sdk.feed.home({ user: 'a' })).user, 'a')
    sdk.close()
  } finally {
    if (before === undefined) Reflect.deleteProperty(globalThis, 'WebSocket')
    else Object.defineProperty(globalThis, 'WebSocket', before)
  }
})

test('a client that has pinned another node, or finds no session where it requires one, sends nothing', async () => {
  const { node: id, node_ed25519: ofOne } = await sessionOf(node)
  for (const known of [id, ofOne]) {
    const pinned = sdkOf(node, { node: known })
    assert.equal((await pinned.feed.home({ user: 'a' })).user, 'a')
    pinned.close()
  }
  const way = await between(node.url)
  const other = sdkOf(
    { ...node, url: way.url },
    { node: id.replace(/./, (digit) => (digit === '0' ? '1' : '0')) },
  )
  await assert.rejects(other.feed.home({ user: 'a' }), (error) => {
    assert.ok(error instanceof ProtocolError)
    return /the one that is expected there is/.test(error.message)
  })
  assert.equal(way.seen.filter(({ from }) => from === 'client').length, 1, 'only the offer')
  await assert.rejects(
    sdkOf(off, { pq: 'require' }).feed.home({ user: 'a' }),
    /opens no post-quantum session/,
  )
})

test('with a key of its own a node is the same after a restart, by both ids, and another key is another node', async () => {
  const [own, other] = [identity(), identity()]
  const ids = []
  for (const [name, { pem }] of Object.entries({ own, again: own, other })) {
    const path = secretFile(`pq-${name}.pem`, pem)
    const started = await startNode({ env: hybrid, args: ['--set', `identity.node_key_path=${path}`] })
    const { node: ofBoth, node_ed25519: ofOne } = await sessionOf(started)
    ids.push(ofBoth, ofOne)
    started.signal('SIGTERM')
    assert.equal(await started.ended(), 0)
  }
  const [first, ofOne, again, , another] = ids
  assert.equal(again, first)
  assert.equal(ofOne, own.node, 'peers know it by this')
  assert.notEqual(another, first)
})

test('somebody between who takes the offer away gets a client that requires a session to give up', async () => {
  const way = await between(node.url)
  way.meddle = (message, from) =>
    from === 'client' && message.includes('"pq"') ? frame({ payload: '{"ua":"nobody"}' }) : message
  await assert.rejects(
    sdkOf({ ...node, url: way.url }, { pq: 'require' }).feed.home({ user: 'a' }),
    ProtocolError,
  )
  const before = await downgrades(node, 'not_offered')
  const sdk = sdkOf({ ...node, url: way.url })
  assert.equal(
    (await sdk.feed.home({ user: 'a' })).user,
    'a',
    'one that only prefers it goes on, and is counted',
  )
  assert.equal(await downgrades(node, 'not_offered'), before + 1)
  sdk.close()
})

test('somebody between who leaves the client Ed25519 alone is found out by who knows both keys of the node', async () => {
  const { node: id, node_ed25519: ofOne } = await sessionOf(node)
  const way = await between(node.url)
  way.meddle = (message, from) =>
    from === 'client' && message.includes(bothSign) && !message.includes('"enc"')
      ? helloOf({ suites: [suite] })
      : message
  const weakened = { ...node, url: way.url }
  await assert.rejects(sdkOf(weakened, { node: id }).feed.home({ user: 'a' }), /the one that is expected/)
  // Who knows one key only has its session, and the next answer is of both: no record opens that was agreed on otherwise.
  await assert.rejects(sdkOf(weakened, { node: ofOne }).feed.home({ user: 'a' }), /nobody asked for/)
})

test('a client that knows no more than Ed25519 is answered as before, and its answer has room for no other', async () => {
  const socket = await OapSocket.open(node.url)
  const { payload } = await socket.send(helloOf({ suites: [suite] })).next(0)
  const { session_key: key }: { session_key: Record<string, string> } = JSON.parse(payload.toString())
  assert.ok(payload.length <= 4_096)
  const lengths = ['identity', 'signature'].map((name) => Buffer.from(key[name] ?? '', 'base64url').length)
  assert.deepEqual([key['suite'], ...lengths], [suite, 32, 64])
  socket.close()
})

test('whatever is changed on the way, the session ends with a word on it, and the node is well', async () => {
  const flip = (message: Buffer, at: number) => {
    const changed = Buffer.from(message)
    changed[at] = (changed[at] ?? 0) ^ 1
    return changed
  }
  const isRecord = (message: Buffer) => message.readUInt16BE(6) === 4 && message.readUInt16BE(8) === 2
  const harms: readonly (readonly [string, (message: Buffer) => Buffer | null])[] = [
    ['a byte of its payload', (message) => flip(message, message.length - 20)],
    ['a byte of its tag', (message) => flip(message, message.length - 1)],
    ['its number', (message) => flip(message, 37)],
    ['a byte of its header', (message) => flip(message, 20)],
    ['its end', (message) => message.subarray(0, message.length - 1)],
    ['twice the same', (message) => Buffer.concat([message, message])],
    ['a frame in the clear', () => request({ protocol: 0x0301, code: 1, corrId: 9 })],
  ]
  for (const side of ['client', 'node'] as const) {
    for (const [what, harm] of harms) {
      const way = await between(node.url)
      way.meddle = (message, from) => (from === side && isRecord(message) ? harm(message) : message)
      const sdk = sdkOf({ ...node, url: way.url }, { pq: 'require' })
      const asked = sdk.feed.home({ user: 'a' })
      if (what === 'twice the same' && side === 'node') {
        // The answer was good; what came twice ends the connection behind it.
        await asked
      } else {
        await assert.rejects(
          asked,
          (error) => error instanceof ProtocolError || error instanceof ConnectionError,
          what,
        )
      }
      sdk.close()
    }
  }
  assert.ok((await scrape(node)).value('integrity_failure_total{stage="frame"}') >= harms.length - 1)
  await isWell(node)
})

test('what a client sent in one session is of no use in another', async () => {
  const way = await between(node.url)
  const sdk = sdkOf({ ...node, url: way.url }, { pq: 'require' })
  await sdk.mailbox.send({ topic: 'once', idem_key: 'k', payload_b64: '' })
  sdk.close()
  const sent = way.seen.filter(({ from }) => from === 'client').map(({ message }) => message)
  assert.equal(sent.length, 3, 'an offer, a ciphertext and the request')
  const [offer, ciphertext, asked] = sent
  assert.ok(offer !== undefined && ciphertext !== undefined && asked !== undefined)
  const socket = await OapSocket.open(node.url)
  assert.equal((await socket.send(ciphertext).next(0)).code, 200, 'the node draws another nonce')
  const record = await socket.send(asked).next(0)
  assert.deepEqual([record.flags, record.code], [4, 2], 'it answers in the new session')
  assert.equal(await socket.closed, 1002)
  await isWell(node)
})

/** Sends these and resolves with the last answer in the clear and the close code. */
async function told(...messages: readonly Buffer[]): Promise<{ answer: Received; closed: number }> {
  const socket = await OapSocket.open(node.url)
  let answer: Received | null = null
  for (const message of messages) answer = await socket.send(message).next(0)
  assert.ok(answer !== null)
  return { answer, closed: await socket.closed }
}

const helloOf = (pq: unknown) => frame({ payload: JSON.stringify({ ua: 'liar', pq }) })
const recordOf = (corrId: number, length = 32) =>
  frame({ flags: 4, code: 2, corrId, payload: Buffer.alloc(length, 7) })

test('a peer that lies about its session gets a refusal that says so, and the connection ends', async () => {
  const { key } = await sessionOf(node)
  const enc = Buffer.alloc(1_120, 1).toString('base64url')
  const lies: readonly (readonly [RegExp, ...Buffer[]])[] = [
    [/pq must be an object/, helloOf('hybrid')],
    [/pq must be an object/, helloOf([])],
    [/suites must be a list/, helloOf({})],
    [/suites must be a list/, helloOf({ suites: [7] })],
    [/suites must be a list/, helloOf({ suites: Array.from({ length: 9 }, () => 'x') })],
    [/unknown member "sweets"/, helloOf({ suites: [suite], sweets: [] })],
    [/key and enc, or neither/, helloOf({ suites: [suite], key })],
    [/16 lower-case hex digits/, helloOf({ suites: [suite], key: 'K', enc })],
    [/1120 bytes in base64url/, helloOf({ suites: [suite], key, enc: enc.slice(4) })],
    [/1120 bytes in base64url/, helloOf({ suites: [suite], key, enc: `${enc.slice(0, -1)}!` })],
    [/before there is a session/, recordOf(0)],
    [/before there is a session/, helloOf({ suites: [suite] }), recordOf(0)],
    [/4 times at most/, ...Array.from({ length: 5 }, () => helloOf({ suites: [suite] }))],
  ]
  for (const [because, ...messages] of lies) {
    const { answer, closed } = await told(...messages)
    assert.deepEqual([answer.code, closed], [400, 1002], String(because))
    assert.match(answer.payload.toString('latin1'), because)
  }
  const small = await OapSocket.open(node.url)
  const zeros = Buffer.alloc(1_120).toString('base64url')
  assert.equal((await small.send(helloOf({ suites: [suite], key, enc: zeros })).next(0)).code, 200)
  const refused = await small.next(0)
  assert.equal(refused.code, 400)
  assert.match(refused.payload.toString('latin1'), /no ciphertext of X-Wing/)
  assert.equal(await small.closed, 1002)
  const socket = await OapSocket.open(node.url)
  const made = await socket.send(helloOf({ suites: [suite], key, enc })).next(0)
  assert.equal(made.code, 200, 'a ciphertext for nobody cannot be told from another')
  socket.send(recordOf(0))
  assert.equal(await socket.closed, 1002, 'and its records open for nobody')
  await isWell(node)
})

test('a session is for a conversation that has asked for nothing yet, and never for POST /oap', async () => {
  const { key } = await sessionOf(node)
  const enc = Buffer.alloc(1_120, 1).toString('base64url')
  const begin = helloOf({ suites: [suite], key, enc })
  const socket = await OapSocket.open(node.url, node.token)
  await socket.call({ protocol: 0x0101, code: 4, corrId: 5 })
  assert.match((await socket.send(begin).next(0)).payload.toString('latin1'), /before anything is asked/)
  assert.equal(await socket.closed, 1002)
  const posted = await fetch(`${node.url}/oap`, {
    method: 'POST',
    headers: { 'content-type': 'application/oap' },
    body: new Uint8Array(begin),
  })
  const [answer] = framesIn(Buffer.from(await posted.arrayBuffer()))
  assert.match(answer?.payload.toString('latin1') ?? '', /POST \/oap answers once/)
})

test('offers that are not understood are counted with their reason, and served', async () => {
  for (const [reason, hello] of [
    ['suite', helloOf({ suites: ['other/1'] })],
    ['not_taken', helloOf({ suites: [suite] })],
    ['not_offered', frame({ payload: '{"ua":null}' })],
  ] as const) {
    const before = await downgrades(node, reason)
    const socket = await OapSocket.open(node.url, node.token)
    const { payload } = await socket.send(hello).next(0)
    const reply: { pq: string; session_key?: object } = JSON.parse(payload.toString())
    assert.deepEqual([reply.pq, reply.session_key !== undefined], ['hybrid', reason === 'not_taken'])
    for (const corrId of [5, 6]) await socket.call({ protocol: 0x0101, code: 4, corrId })
    assert.equal(await downgrades(node, reason), before + 1, 'once for a conversation')
    socket.close()
  }
  const { output } = node
  await eventually('the alarm', async () => output().includes('goes on without a post-quantum session'))
  const alarms = output().split('goes on without a post-quantum session').length - 1
  assert.ok(alarms < 3, `at most one a minute: ${alarms}`)
})

test('where sessions are required, everything else is refused with the way out, on every surface', async () => {
  const [sealed, clear] = [sdkOf(strict, { pq: 'require' }), sdkOf(strict, { pq: 'off' })]
  assert.equal((await sealed.feed.home({ user: 'a' })).user, 'a')
  await assert.rejects(clear.feed.home({ user: 'a' }), (error) => {
    assert.ok(error instanceof NodeError)
    const { explain } = error.problem
    return (
      error.status === 403 &&
      explain?.rule === 'pq-required' &&
      /open a session in HELLO/.test(explain.fix ?? '')
    )
  })
  const overHttp = await asker(strict)('GET /feed/home?user=a')
  assert.equal(overHttp.status, 403)
  assert.match(overHttp.text, /pq-required/)
  assert.equal((await fetch(`${strict.url}/healthz`)).status, 200)
  const posted = await fetch(`${strict.url}/oap`, {
    method: 'POST',
    headers: { 'content-type': 'application/oap', authorization: `Bearer ${strict.token}` },
    body: new Uint8Array(request({ protocol: 0x0101, code: 4, corrId: 5 })),
  })
  const [answer] = framesIn(Buffer.from(await posted.arrayBuffer()))
  assert.deepEqual([answer?.corrId, answer?.code], [5, 403])
  assert.ok((await downgrades(strict, 'required')) >= 2)
  assert.ok(strict.output().includes('a conversation without a post-quantum session was refused'))
  assert.throws(() => sdkOf(strict, { pq: 'require', carrier: 'http' }), /HTTP has no sessions/)
  await assert.rejects(sealed.get('/objects/a'), /goes over HTTP/)
  for (const sdk of [sealed, clear]) sdk.close()
})

test('a node that keeps an audit log records the downgrade', async () => {
  const audited = await startNode({ env: { ...hybrid, MICRO_AUDIT: '1' } })
  const sdk = sdkOf(audited, { pq: 'off' })
  await sdk.feed.home({ user: 'a' })
  sdk.close()
  const entry = await eventually('the record', async () => {
    const tail = await (await fetch(`${audited.admin}/api/v1/audit/tail?from=0&limit=256`)).text()
    return tail.includes('pq.downgrade') ? tail : null
  })
  assert.match(entry, /not_offered/)
})

test('sessions that are opened faster than the node allows wait for their turn', async () => {
  const slow = await startNode({ env: { ...hybrid, MICRO_PQ_HANDSHAKES_PER_SECOND: '1' } })
  const hurried = Array.from({ length: 16 }, () => sdkOf(slow, { pq: 'require' }))
  const outcomes = await Promise.allSettled(hurried.map((sdk) => sdk.feed.home({ user: 'a' })))
  for (const sdk of hurried) sdk.close()
  const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []))
  assert.ok(refused.length > 0 && refused.length < hurried.length, `${refused.length} were refused`)
  for (const error of refused) {
    assert.ok(error instanceof NodeError)
    assert.deepEqual([error.code, error.problem.retryable], ['Busy', true])
  }
  const patient = sdkOf(slow, { pq: 'require', retry: { attemptsMax: 20 } })
  assert.equal((await patient.feed.home({ user: 'a' })).user, 'a')
  patient.close()
})

test('a requirement that cannot be met refuses the start', async () => {
  await assert.rejects(startNode({ env: { MICRO_PQ_REQUIRED: '1' } }), /set MICRO_PQ_MODE=hybrid/)
})
