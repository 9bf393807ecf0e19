import assert from 'node:assert/strict'
import { setImmediate as turn } from 'node:timers/promises'
import { test } from 'node:test'
import fc from 'fast-check'
import { unobserved } from '@ron/kernel/ports/requests'
import { systemRandom } from '@ron/kernel/system/random'
import { TraceIds } from '../http/correlation.ts'
import { Inflater } from '../inflate/inflate.ts'
import { concatBytes, noBytes } from '../oap/bytes.ts'
import {
  decodeHeader,
  encodeFrame,
  flag,
  frameBytesMax,
  isFault,
  noTenant,
  type Frame,
} from '../oap/frame.ts'
import { helloFrame, readHelloReply, readSessionAnswer } from '../oap/hello.ts'
import { encodeMessage } from '../oap/message.ts'
import { FrameParser } from '../oap/parser.ts'
import { agree, type Session } from '../session/agreement.ts'
import { TestIdentity } from '../session/identity.fixture.ts'
import { native } from '../session/native.ts'
import { offerMember, readSignedKey } from '../session/offer.ts'
import { isRecord, recordOverhead } from '../session/records.ts'
import type { Sealing } from '../session/sealing.ts'
import { suites, type Suite } from '../session/suites.ts'
import { portableTools } from '../session/tools.ts'
import { House } from '../wall/house.fixture.ts'
import { tokenWith } from '../wall/request.fixture.ts'
import { operationTable } from './oap-connection.ts'
import { publicOperations } from './public-operations.ts'
import { conversation, type Conversation } from './sealed-conversation.ts'
import { conversationLimits, helloOf, things } from './things.fixture.ts'

const limits = conversationLimits
const hello = helloOf('hybrid')
const { xWing } = portableTools()
const secret = xWing.keyFrom(new Uint8Array(32).fill(1))
const identity = new TestIdentity()
const [both, one] = suites
const said = { publicKey: secret.publicKey, issuedMs: 0, expiresMs: 1 }
const signed = { [both]: identity.signed(both, said), [one]: identity.signed(one, said) }
const { id } = signed[both]

/** A node that opens sessions, and one client of it. */
class Talk {
  readonly house = new House()
  readonly sent: Uint8Array[] = []
  readonly closed: string[] = []
  readonly downgraded: string[] = []
  readonly conversation: Conversation
  /** The client's side. */
  session: Session | null = null
  called = 0

  constructor(change: Partial<Sealing> = {}) {
    const { clock, meter, log } = this.house
    const sealing: Sealing = {
      primitives: native,
      keys: {
        offered: () => ({ id, signed, secret }),
        find: (of) => (of === id ? { id, signed, secret } : null),
      },
      turn: () => turn(),
      required: false,
      pace: () => ({ ok: true }),
      downgraded: (reason) => this.downgraded.push(reason),
      ...change,
    }
    const front = {
      wall: this.house.wallWith(),
      dispatch: {
        full: () => null,
        call: async () => {
          this.called++
          return { fields: { said: 'yes' }, body: null }
        },
      },
      inflater: new Inflater(() => Promise.resolve()),
      meter,
      clock,
      random: systemRandom,
      traceIds: new TraceIds(systemRandom),
      log,
      requests: unobserved,
      gate: () => null,
      limits,
    }
    const carrier = {
      peer: '127.0.0.1',
      client: [],
      token: tokenWith(),
      correlation: null,
      lasting: true,
      send: (...frame: readonly Uint8Array[]) => this.sent.push(Uint8Array.from(concatBytes(frame))) > 0,
      room: () => null,
      close: (reason: string) => this.closed.push(reason),
      revoked: () => {},
    }
    this.conversation = conversation(
      front,
      operationTable(publicOperations([things])),
      hello,
      carrier,
      sealing,
    )
  }

  /** What came last, as a frame; opened where there is a session. */
  get last(): Frame {
    const bytes = this.sent.at(-1)
    assert.ok(bytes !== undefined)
    let plain = bytes
    if (this.session !== null) {
      const opened = this.session.opener.open(bytes)
      assert.ok(opened.ok)
      plain = opened.frames
    }
    const [frame] = new FrameParser().push(plain).frames
    assert.ok(frame !== undefined)
    return frame
  }

  begin(suite: Suite = both): this {
    const { ciphertext, shared } = xWing.peer(secret.publicKey).encapsulate(systemRandom.bytes(64))
    const pq = offerMember({ suites: [suite], encapsulated: { key: id, ciphertext } })
    const frame = helloFrame({ ua: null, pq }, 0n)
    assert.ok(this.conversation.push(encodeFrame(frame)))
    const { payload: reply, code } = this.last
    if (code !== 200 || readSessionAnswer(reply).session === undefined) return this
    this.session = agree(
      'client',
      { suite, shared, identity: identity.publicKey(suite), hello: frame.payload, reply },
      native,
    )
    return this
  }

  push(bytes: Uint8Array): boolean {
    const record = this.session === null ? bytes : this.session.sealer.seal(bytes)
    assert.ok(record !== null)
    return this.conversation.push(record)
  }
}

function asking(corrId = 1n): Uint8Array {
  const payload = encodeMessage({ fields: { name: 'a' }, body: noBytes })
  const ids = { code: 1, appProtoId: things.oap, tenant: noTenant, corrId }
  return encodeFrame({ ...ids, flags: flag.REQ, cap: noBytes, payload })
}

test('a session is opened, and everything after it is sealed, both ways', async () => {
  const talk = new Talk().begin()
  assert.ok(talk.session !== null)
  assert.ok(talk.push(Buffer.concat([asking(1n), asking(2n)])), 'two frames in one record')
  await talk.conversation.settled()
  const { opener } = talk.session
  const codes = talk.sent.slice(1).map((answer) => {
    assert.ok(isRecord(answer))
    const opened = opener.open(answer)
    return opened.ok ? new FrameParser().push(opened.frames).frames.map(({ code }) => code) : opened.because
  })
  assert.deepEqual(codes, [[429], [200]], 'the house decides one at a time')
  assert.deepEqual(talk.downgraded, [])
})

test('the limits that HELLO tells leave room for the record around a frame', () => {
  const talk = new Talk()
  talk.conversation.push(encodeFrame(helloFrame({ ua: null }, 0n)))
  assert.equal(readHelloReply(talk.last.payload).frameBytesMax, limits.bodyBytesMax - recordOverhead)
})

test('the key that is offered is signed as the best suite wants it, and a ciphertext for another is answered with it', () => {
  const encapsulated = { key: '0'.repeat(16), ciphertext: new Uint8Array(1_120) }
  for (const [offered, suite, of] of [
    [[one, 'other', both], both, null],
    [suites, both, encapsulated],
    [[one], one, null],
  ] as const) {
    const talk = new Talk()
    const pq = offerMember({ suites: offered, encapsulated: of })
    talk.conversation.push(encodeFrame(helloFrame({ ua: null, pq }, 0n)))
    const { session_key: key, session } = readSessionAnswer(talk.last.payload)
    assert.deepEqual(readSignedKey(key), signed[suite])
    assert.equal(session, undefined)
    assert.deepEqual(talk.closed, [])
  }
})

test('a client that knows no more than Ed25519 has a session as well', async () => {
  const talk = new Talk().begin(one)
  assert.ok(talk.push(asking()))
  await talk.conversation.settled()
  assert.equal(talk.last.code, 200)
})

test('the session is made once its answer is on the way, or when it is needed before', async () => {
  let made = 0
  const counting = {
    ...secret,
    decapsulate: (ciphertext: Uint8Array) => (made++, secret.decapsulate(ciphertext)),
  }
  const keys = { offered: () => held, find: () => held }
  const held = { id, signed, secret: counting }
  const idle = new Talk({ keys }).begin()
  assert.deepEqual([idle.sent.length, made], [1, 0], 'answered')
  await turn()
  assert.equal(made, 1)
  const asks = new Talk({ keys }).begin()
  assert.ok(asks.push(asking()))
  assert.equal(made, 2)
  await asks.conversation.settled()
  assert.equal(asks.last.code, 200)
  await turn()
  assert.equal(made, 2, 'and not again')
  const left = new Talk({ keys }).begin()
  left.conversation.end()
  await turn()
  assert.equal(made, 2, 'nor for one that is gone')
})

test('a ciphertext that is none is told after its answer, and ends the conversation', async () => {
  const lost = { ...secret, decapsulate: () => assert.fail('of small order') }
  const held = { id, signed, secret: lost }
  const talk = new Talk({ keys: { offered: () => held, find: () => held } }).begin()
  talk.session = null
  await turn()
  assert.deepEqual([talk.last.code, talk.house.integrityFailures], [400, 1])
  assert.match(talk.closed[0] ?? '', /no ciphertext of X-Wing/)
  talk.push(asking())
  assert.equal(talk.called, 0)
})

test('while too many sessions are opened the next one is busy, and may be tried again', () => {
  let ready = false
  const talk = new Talk({ pace: () => (ready ? { ok: true } : { ok: false, retryAfterMs: 250 }) }).begin()
  assert.equal(talk.last.code, 429)
  assert.deepEqual([talk.house.rejected, talk.closed], [['backpressure'], []])
  ready = true
  assert.ok(talk.begin().session !== null)
})

test('nothing is served in the clear where a session is required, and it is told on the request', async () => {
  const talk = new Talk({ required: true })
  assert.ok(talk.push(asking(7n)))
  await talk.conversation.settled()
  assert.deepEqual([talk.last.code, talk.last.corrId, talk.called], [403, 7n, 0])
  assert.deepEqual([talk.downgraded, talk.house.rejected, talk.closed.length], [['required'], ['policy'], 1])
})

test('a frame that comes in pieces is no way around it', async () => {
  const talk = new Talk({ required: true })
  const frame = asking()
  assert.equal(talk.push(frame.subarray(0, 40)), false)
  talk.push(frame.subarray(40))
  await talk.conversation.settled()
  assert.equal(talk.called, 0)
})

test('what follows a refusal is not read', async () => {
  const talk = new Talk().begin()
  const { sealer } = talk.session ?? assert.fail('there is no session')
  const [first, second] = [sealer.seal(asking(1n)), sealer.seal(asking(2n))]
  assert.ok(first !== null && second !== null)
  talk.conversation.push(Buffer.concat([second, first]))
  talk.conversation.push(first)
  await talk.conversation.settled()
  assert.equal(talk.called, 0)
  assert.equal(talk.closed.length, 1)
  assert.match(talk.closed[0] ?? '', /record 1 where 0 was due/)
  assert.equal(talk.house.integrityFailures, 1)
})

test('whatever comes, before a session and within one, is answered or refused, and nothing is thrown', () => {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.constantFrom(asking(), encodeFrame(helloFrame({ ua: null }, 0n))),
    fc.uint8Array({ maxLength: 80 }).map((payload) => {
      const ids = { code: 2, appProtoId: 0, tenant: noTenant, corrId: 0n, cap: noBytes }
      return encodeFrame({ ...ids, flags: flag.EVENT, payload })
    }),
    fc.jsonValue().map((pq) => encodeFrame(helloFrame({ ua: null, pq }, 0n))),
  )
  const pieces = fc.array(piece, { maxLength: 6 })
  fc.assert(
    fc.property(fc.boolean(), fc.boolean(), pieces, (sealed, within, given) => {
      const talk = sealed ? new Talk().begin() : new Talk()
      for (const bytes of given) {
        if (within) talk.push(bytes)
        else talk.conversation.push(bytes)
      }
      for (const bytes of talk.sent) assert.ok(!isFault(decodeHeader(bytes, frameBytesMax)))
      talk.conversation.end()
    }),
    { numRuns: 200 },
  )
})
