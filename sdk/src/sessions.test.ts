import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noBytes } from '@ron/transport/oap/bytes'
import { flag, noTenant, type Frame } from '@ron/transport/oap/frame'
import { helloReplyPayload, readHello, type SessionAnswer } from '@ron/transport/oap/hello'
import { agree } from '@ron/transport/session/agreement'
import { nodeIdsOf } from '@ron/transport/session/identity'
import { TestIdentity } from '@ron/transport/session/identity.fixture'
import { native } from '@ron/transport/session/native'
import { acceptedMember, readOffer, signedKeyMember } from '@ron/transport/session/offer'
import { keyIdOf, type SignedKey } from '@ron/transport/session/signed-key'
import { suites, type Suite } from '@ron/transport/session/suites'
import { nativeTools } from '@ron/transport/session/native-tools'
import { portableTools } from '@ron/transport/session/tools'
import type { XWingKey } from '@ron/transport/session/x-wing'
import { NodeError, ProtocolError } from './error.ts'
import { helloReply } from './oap-peer.fixture.ts'
import { Greeting, Sessions, type SessionMode, type Step } from './sessions.ts'

const nowMs = 1_700_000_000_000
const tools = await nativeTools()
const { xWing } = tools
const [both, one] = suites

/** The node's side, with one key, which signs as one suite wants it. */
class Peer {
  readonly #identity: TestIdentity
  readonly suite: Suite
  key = xWing.keyFrom(new Uint8Array(32).fill(5))

  constructor(suite: Suite = both, identity = new TestIdentity()) {
    this.suite = suite
    this.#identity = identity
  }

  get identity(): Uint8Array {
    return this.#identity.publicKey(this.suite)
  }

  /** What it is known by, the best first. */
  get ids(): readonly [string, ...string[]] {
    return nodeIdsOf(this.identity, tools)
  }

  /** The same node, as it speaks another suite. */
  speaking(suite: Suite): Peer {
    return new Peer(suite, this.#identity)
  }

  signed(change: Partial<SignedKey> = {}): SignedKey {
    const said = { publicKey: this.key.publicKey, issuedMs: nowMs, expiresMs: nowMs + 1_000, ...change }
    return { ...this.#identity.signed(this.suite, said), ...change }
  }

  offer(change: Partial<SignedKey> = {}): Frame {
    return reply({ session_key: signedKeyMember(this.signed(change)) })
  }

  /** Accepts the ciphertext of a HELLO: the answer, and the node's side of the session. */
  accept({ payload: hello }: Frame, key: XWingKey = this.key) {
    const { encapsulated } = readOffer(readHello(hello).pq)
    assert.ok(encapsulated !== null)
    const session = acceptedMember({
      suite: this.suite,
      key: encapsulated.key,
      nonce: new Uint8Array(32).fill(6),
    })
    const answer = reply({ session })
    const shared = key.decapsulate(encapsulated.ciphertext)
    const agreed = { suite: this.suite, shared, identity: this.identity, hello, reply: answer.payload }
    return { answer, session: agree('node', agreed, native) }
  }
}

function reply(session: SessionAnswer = {}, change: Partial<Frame> = {}): Frame {
  const head = { flags: flag.RESP, code: 200, appProtoId: 0, tenant: noTenant, corrId: 0n, cap: noBytes }
  return { ...head, payload: helloReplyPayload(helloReply, session), ...change }
}

function sessionsOf(mode: SessionMode = 'require', node: string | null = null) {
  let loaded = 0
  let drawn = 0
  const load = async () => {
    loaded++
    return portableTools()
  }
  const bytes = (length: number) => new Uint8Array(length).fill(++drawn)
  const sessions = new Sessions(mode, node, { now: () => nowMs, bytes, load })
  return { sessions, loads: () => loaded }
}

async function again(step: Step | Promise<Step>): Promise<Frame> {
  const made = await step
  assert.ok(made.kind === 'again')
  return made.hello
}

/** From the first HELLO to the session, and a record through it. */
async function meets(sessions: Sessions, peer: Peer): Promise<void> {
  const greeting = new Greeting(sessions)
  const first = greeting.hello()
  const known = readOffer(readHello(first.payload).pq).encapsulated !== null
  const hello = known ? first : await again(greeting.answered(peer.offer()))
  const { answer, session } = peer.accept(hello)
  const met = await greeting.answered(answer)
  assert.ok(met.kind === 'met' && met.session !== null)
  const record = met.session.sealer.seal(Buffer.from('asked'))
  assert.ok(record !== null)
  assert.ok(session.opener.open(record).ok)
}

const broken = (step: () => Step | Promise<Step>, because: RegExp) =>
  assert.rejects(
    async () => step(),
    (error) => error instanceof ProtocolError && because.test(error.message),
  )

test('the first connection offers and then encapsulates; the next one encapsulates at once', async () => {
  const { sessions, loads } = sessionsOf()
  const peer = new Peer()
  assert.deepEqual(readHello(new Greeting(sessions).hello().payload).pq, { suites: [...suites] })
  assert.equal(loads(), 0, 'no cryptography is loaded for an offer')
  await meets(sessions, peer)
  await meets(sessions, peer)
  assert.equal(loads(), 1)
})

test('a HELLO that was made while the connection opened is the one that goes out, and is made once', async () => {
  const { sessions } = sessionsOf()
  const peer = new Peer()
  await meets(sessions, peer)
  const greeting = new Greeting(sessions)
  const early = greeting.hello()
  assert.equal(greeting.hello(), early)
  const met = await greeting.answered(peer.accept(early).answer)
  assert.ok(met.kind === 'met' && met.session !== null)
})

test('a client without sessions sends the HELLO of before, and takes any answer', async () => {
  const greeting = new Greeting(null)
  assert.equal(new TextDecoder().decode(greeting.hello().payload), '{"ua":"ron-app-sdk"}')
  const met = await greeting.answered(new Peer().offer())
  assert.ok(met.kind === 'met' && met.session === null)
})

test('a node that opens no sessions is taken as it is, unless one is required', async () => {
  const prefers = new Greeting(sessionsOf('prefer').sessions)
  prefers.hello()
  assert.equal((await prefers.answered(reply())).kind, 'met')
  const requires = new Greeting(sessionsOf().sessions)
  requires.hello()
  await broken(() => requires.answered(reply()), /opens no post-quantum session/)
})

test('one that offered a key and then knows of no session is not taken, even by a client that only prefers it', async () => {
  const greeting = new Greeting(sessionsOf('prefer').sessions)
  greeting.hello()
  await again(greeting.answered(new Peer().offer()))
  await broken(() => greeting.answered(reply()), /opens no post-quantum session/)
})

test('a key that nobody should use is refused, whatever is wrong with it', async () => {
  const peer = new Peer()
  const wrongs: readonly (readonly [RegExp, Partial<SignedKey>])[] = [
    [/the id of another key/, { id: '0'.repeat(16) }],
    [/not signed by the identity/, { identity: new Peer().identity }],
    [/not signed by the identity/, { signature: new Uint8Array(3_373) }],
    [/cannot be read/, { suite: one }],
    [/of the future/, { issuedMs: nowMs + 301_000, expiresMs: nowMs + 302_000 }],
    [/expired/, { issuedMs: nowMs - 400_000, expiresMs: nowMs - 301_000 }],
    [/session key of the node is none/, { publicKey: new Uint8Array(1_216).fill(0xff) }],
    [/cannot be read/, { publicKey: new Uint8Array(1_215) }],
  ]
  for (const [because, change] of wrongs) {
    const greeting = new Greeting(sessionsOf().sessions)
    greeting.hello()
    await broken(() => greeting.answered(peer.offer(change)), because)
  }
  const near = { issuedMs: nowMs + 299_000, expiresMs: nowMs + 302_000 }
  const greeting = new Greeting(sessionsOf().sessions)
  greeting.hello()
  await again(greeting.answered(peer.offer(near)))
})

test('where a session is required, the first node is the only one; where it is preferred, any is good', async () => {
  const required = sessionsOf().sessions
  await meets(required, new Peer())
  required.known = null
  const greeting = new Greeting(required)
  greeting.hello()
  await broken(() => greeting.answered(new Peer().offer()), /the one that is expected there/)
  const preferred = sessionsOf('prefer').sessions
  for (let nth = 0; nth < 2; nth++) {
    preferred.known = null
    await meets(preferred, new Peer())
  }
})

test('a node that is known from elsewhere is the only one from the start', async () => {
  const peer = new Peer()
  for (const id of peer.ids) await meets(sessionsOf('require', id).sessions, peer)
  const greeting = new Greeting(sessionsOf('require', '0'.repeat(64)).sessions)
  greeting.hello()
  await broken(() => greeting.answered(peer.offer()), /the one that is expected there is 0{64}/)
})

test('a node that both keys are known of is not taken with one', async () => {
  const peer = new Peer()
  const weaker = peer.speaking(one)
  const pinned = sessionsOf('require', peer.ids[0]).sessions
  const first = sessionsOf('require').sessions
  const ofOne = sessionsOf('require', weaker.ids[0]).sessions
  await meets(ofOne, weaker)
  ofOne.known = null
  for (const sessions of [first, ofOne]) {
    await meets(sessions, peer)
    sessions.known = null
  }
  for (const sessions of [pinned, first, ofOne]) {
    const greeting = new Greeting(sessions)
    greeting.hello()
    await broken(() => greeting.answered(weaker.offer()), /the one that is expected there/)
    await meets(sessions, peer)
  }
})

test('a session of another suite than its key was signed for is refused', async () => {
  const { sessions } = sessionsOf()
  const peer = new Peer()
  const greeting = new Greeting(sessions)
  greeting.hello()
  const hello = await again(greeting.answered(peer.offer()))
  const weaker = peer.speaking(one)
  await broken(() => greeting.answered(weaker.accept(hello).answer), /nobody asked for/)
})

test('a key that changed meanwhile is taken, and a node that changes it on and on is not', async () => {
  const { sessions } = sessionsOf()
  const peer = new Peer()
  await meets(sessions, peer)
  peer.key = xWing.keyFrom(new Uint8Array(32).fill(9))
  const greeting = new Greeting(sessions)
  const stale = greeting.hello()
  assert.notEqual(
    readOffer(readHello(stale.payload).pq).encapsulated?.key,
    keyIdOf(peer.key.publicKey, native),
  )
  await again(greeting.answered(peer.offer()))
  await again(greeting.answered(peer.offer()))
  await broken(() => greeting.answered(peer.offer()), /does not take the session key it offers/)
})

test('a session that nobody asked for, or that cannot be read, is refused', async () => {
  const nonce = new Uint8Array(32)
  const unasked = { session: acceptedMember({ suite: both, key: '0'.repeat(16), nonce }) }
  for (const [because, answer] of [
    [/nobody asked for/, unasked],
    [/cannot be read/, { session: {} }],
    [/cannot be read/, { session: { ...unasked.session, suite: 'other' } }],
    [/cannot be read/, { session: { ...unasked.session, more: 1 } }],
    [/cannot be read/, { session_key: 7 }],
  ] as const) {
    const greeting = new Greeting(sessionsOf().sessions)
    greeting.hello()
    await broken(() => greeting.answered(reply(answer)), because)
  }
})

test('what is no answer to HELLO is refused, and a refusal is the refusal', async () => {
  for (const change of [{ corrId: 1n }, { appProtoId: 7 }, { flags: flag.EVENT }]) {
    const greeting = new Greeting(sessionsOf().sessions)
    greeting.hello()
    await broken(() => greeting.answered(reply({}, change)), /answered HELLO with something else/)
  }
  const greeting = new Greeting(sessionsOf().sessions)
  await assert.rejects(async () => greeting.answered(reply({}, { code: 503, payload: noBytes })), NodeError)
})

test('a node that speaks while the client thinks is refused', async () => {
  const greeting = new Greeting(sessionsOf().sessions)
  const peer = new Peer()
  greeting.hello()
  const step = greeting.answered(peer.offer())
  await broken(() => greeting.answered(peer.offer()), /before it was asked/)
  await again(step)
})
