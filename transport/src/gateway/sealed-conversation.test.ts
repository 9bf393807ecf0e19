import assert from 'node:assert/strict'
import { generateKeyPairSync, sign } from 'node:crypto'
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
import { native } from '../session/native.ts'
import { offerMember, readSignedKey } from '../session/offer.ts'
import { suite } from '../session/primitives.ts'
import { isRecord, recordOverhead } from '../session/records.ts'
import type { Sealing } from '../session/sealing.ts'
import { keyIdOf, signedKeyText, type SignedKey } from '../session/signed-key.ts'
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
const signed = signedKey()

function signedKey(): SignedKey {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const said = { publicKey: secret.publicKey, issuedMs: 0, expiresMs: 1 }
  return {
    ...said,
    id: keyIdOf(secret.publicKey, native),
    identity: new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }).subarray(-32)),
    signature: new Uint8Array(sign(null, signedKeyText(said, native), privateKey)),
  }
}

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
      keys: { offered: () => signed, find: (id) => (id === signed.id ? { signed, secret } : null) },
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

  begin(): this {
    const { ciphertext, shared } = xWing.peer(signed.publicKey).encapsulate(systemRandom.bytes(64))
    const pq = offerMember({ suites: [suite], encapsulated: { key: signed.id, ciphertext } })
    const frame = helloFrame({ ua: null, pq }, 0n)
    assert.ok(this.conversation.push(encodeFrame(frame)))
    const { payload: reply, code } = this.last
    if (code !== 200 || readSessionAnswer(reply).session === undefined) return this
    this.session = agree('client', { shared, identity: signed.identity, hello: frame.payload, reply }, native)
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

test('the key that is offered is the signed one, and a ciphertext for another is answered with it', () => {
  for (const encapsulated of [null, { key: '0'.repeat(16), ciphertext: new Uint8Array(1_120) }]) {
    const talk = new Talk()
    const pq = offerMember({ suites: [suite], encapsulated })
    talk.conversation.push(encodeFrame(helloFrame({ ua: null, pq }, 0n)))
    const { session_key: key, session } = readSessionAnswer(talk.last.payload)
    assert.deepEqual(readSignedKey(key), signed)
    assert.equal(session, undefined)
    assert.deepEqual(talk.closed, [])
  }
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
