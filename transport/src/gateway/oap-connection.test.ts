import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Dispatch } from '@ron/kernel/ports/dispatch'
import type { Fields } from '@ron/kernel/ports/port'
import { unobserved } from '@ron/kernel/ports/requests'
import { systemRandom } from '@ron/kernel/system/random'
import { until } from '@ron/kernel/system/until'
import { zerosOf, zstdOf } from '../inflate/bombs.fixture.ts'
import { TraceIds } from '../http/correlation.ts'
import { Inflater } from '../inflate/inflate.ts'
import { concatBytes, noBytes } from '../oap/bytes.ts'
import { encodeFrame, flag, noTenant, type Frame } from '../oap/frame.ts'
import { decodeMessage, encodeMessage } from '../oap/message.ts'
import { FrameParser } from '../oap/parser.ts'
import { House } from '../wall/house.fixture.ts'
import { tokenWith } from '../wall/request.fixture.ts'
import { OapConnection, operationTable } from './oap-connection.ts'
import { publicOperations } from './public-operations.ts'
import { conversationLimits, helloOf, things } from './things.fixture.ts'

const [get, put] = [1, 2]
const limits = conversationLimits
const hello = helloOf('off')

/** One connection to a node of one service, through the real wall. */
class Conversation {
  readonly house = new House()
  readonly called: { operation: string; fields: Fields; body: string | null }[] = []
  readonly #frames: Frame[] = []
  readonly #connection: OapConnection
  /** Why the node ended the conversation. */
  readonly left: string[] = []
  #corrId = 0n

  constructor(token: string | null) {
    const { clock, meter, log } = this.house
    const parser = new FrameParser()
    const dispatch: Dispatch = {
      call: async (_, operation, fields, body) => {
        this.called.push({ operation, fields, body: body === null ? null : Buffer.from(body).toString() })
        return { fields: { said: 'yes' }, body: null }
      },
      full: () => null,
    }
    const inflater = new Inflater(() => Promise.resolve())
    const wall = this.house.wallWith()
    const [random, traceIds] = [systemRandom, new TraceIds(systemRandom)]
    const ports = {
      wall,
      dispatch,
      inflater,
      meter,
      clock,
      random,
      traceIds,
      log,
      requests: unobserved,
      gate: () => null,
    }
    const table = operationTable(publicOperations([things]))
    this.#connection = new OapConnection({ ...ports, limits }, table, hello, {
      peer: '127.0.0.1',
      client: [],
      token,
      correlation: null,
      lasting: true,
      send: (...frame) => this.#frames.push(...parser.push(concatBytes(frame)).frames) > 0,
      room: async () => {},
      close: () => {},
      revoked: (reason) => this.left.push(reason),
    })
  }

  /** Sends one whole message and resolves with the status and the fields of its answer. */
  async ask(code: number, payload: Uint8Array, flags = 0, cap = ''): Promise<readonly [number, Fields]> {
    const corrId = (this.#corrId += 1n)
    const around = cap === '' ? 0 : flag.START | flag.END
    this.send({ corrId, code, payload, flags: around | flags, cap: Buffer.from(cap) })
    await this.settled()
    const [answer] = this.answers(corrId)
    assert.ok(answer)
    return answer
  }

  send({ flags = 0, ...frame }: Partial<Frame>): void {
    const ids = { code: put, appProtoId: things.oap, tenant: noTenant, corrId: this.#corrId }
    this.#connection.push(
      encodeFrame({ ...ids, cap: noBytes, payload: noBytes, ...frame, flags: flag.REQ | flags }),
    )
  }

  settled(): Promise<void> {
    return this.#connection.settled()
  }

  answers(corrId: bigint): readonly (readonly [number, Fields])[] {
    return this.#frames
      .filter((frame) => frame.corrId === corrId)
      .map(({ code, payload }) => [code, decodeMessage([payload], limits.bodyBytesMax).fields])
  }
}

const good = tokenWith('verbs = things.*', 'path = /things/mine/*', 'bytes_max = 10')
const message = (fields: Fields, body = noBytes) => encodeMessage({ fields, body })
const zipped = (payload: Uint8Array) => zstdOf([payload])
const mine = message({ name: 'mine/a' }, Buffer.from('plain'))

test('a compressed message is inflated for whoever is recognised, and then goes through the whole wall', async () => {
  const node = new Conversation(good)
  const { house } = node
  assert.equal((await node.ask(put, zipped(mine), flag.COMP))[0], 201)
  assert.deepEqual(node.called, [{ operation: 'put', fields: { name: 'mine/a' }, body: 'plain' }])
  assert.deepEqual(
    house.policyAsked.map(({ path, bodyBytes }) => [path, bodyBytes]),
    [['/things/mine/a', 5]],
  )
  const elsewhere = zipped(message({ name: 'theirs' }))
  const tooLong = zipped(message({ name: 'mine/b' }, Buffer.from('longer than ten')))
  for (const payload of [elsewhere, tooLong]) {
    const [status, { code }] = await node.ask(put, payload, flag.COMP)
    assert.deepEqual([status, code], [403, 'CapabilityScope'])
  }
  assert.deepEqual([house.rejected, house.denied.length, house.released], [['scope', 'scope'], 2, 1])
})

test('nothing is read or inflated for whoever is not recognised, who is counted and held against the peer once', async () => {
  const bomb = zstdOf(zerosOf(50_000_000))
  const payloads: readonly (readonly [Uint8Array, number])[] = [
    [bomb, flag.COMP],
    [Buffer.from('no zstd'), flag.COMP],
    [Buffer.from('no message'), 0],
    [message({}), 0],
  ]
  const strangers: readonly (readonly [string, number, string, string])[] = [
    ['', 401, 'CapabilityMissing', 'unauth'],
    ['forged', 401, 'CapabilityInvalid', 'unauth'],
    [tokenWith('expires = 2020-01-01T00:00:00Z'), 401, 'CapabilityExpired', 'unauth'],
    [tokenWith('verbs = things.read'), 403, 'CapabilityScope', 'scope'],
  ]
  for (const [cap, wanted, because, reason] of strangers) {
    for (const [payload, flags] of payloads) {
      const node = new Conversation(null)
      const [status, { code }] = await node.ask(put, payload, flags, cap)
      assert.deepEqual([status, code], [wanted, because])
      const { house, called } = node
      assert.deepEqual([house.rejected, house.denied.length], [[reason], 1])
      assert.deepEqual([house.integrityFailures, house.policyAsked, called], [0, [], []])
    }
  }
})

test('a stranger in the tarpit waits for the refusal, and is not inflated meanwhile', async () => {
  const node = new Conversation(null)
  node.house.holdMs = 100
  const answered = node.ask(put, zstdOf(zerosOf(50_000_000)), flag.COMP)
  await until(() => node.house.clock.pending === 1)
  node.house.clock.advance(100)
  assert.equal((await answered)[0], 401)
  assert.equal(node.house.integrityFailures, 0)
})

test('a message in many frames is refused by its first one, once, and the rest of it is not kept', async () => {
  const node = new Conversation(null)
  const { house } = node
  house.holdMs = 100
  const corrId = 7n
  node.send({ corrId, flags: flag.START, payload: mine })
  assert.deepEqual(house.rejected, ['unauth'])
  node.send({ corrId, payload: new Uint8Array(1_000) })
  node.send({ corrId, flags: flag.END })
  assert.deepEqual([node.answers(corrId), house.rejected, house.denied.length], [[], ['unauth'], 1])
  house.clock.advance(100)
  await node.settled()
  assert.deepEqual(
    node.answers(corrId).map(([status]) => status),
    [401],
  )
  node.send({ corrId, flags: flag.START, cap: Buffer.from(good), payload: mine })
  node.send({ corrId, flags: flag.END })
  await node.settled()
  assert.deepEqual(
    node.answers(corrId).map(([status]) => status),
    [401, 201],
  )
  assert.deepEqual([house.rejected, node.called.length], [['unauth'], 1])
})

test('messages in many frames for nobody, and of the control protocol, are refused by their first one', async () => {
  const node = new Conversation(good)
  node.send({ corrId: 1n, code: 99, flags: flag.START })
  node.send({ corrId: 2n, appProtoId: 0, code: 0, flags: flag.START, payload: Buffer.from('{') })
  await node.settled()
  assert.deepEqual(
    [1n, 2n].map((corrId) => node.answers(corrId).map(([status]) => status)),
    [[404], [400]],
  )
})

test('what the recognised send is refused by its caps and its form, and counted as such', async () => {
  const node = new Conversation(good)
  const broken: readonly (readonly [number, Uint8Array, number, number, string])[] = [
    [put, zstdOf(zerosOf(50_000_000)), flag.COMP, 413, 'oap_cap'],
    [put, Buffer.from('no zstd'), flag.COMP, 400, 'malformed'],
    [put, Buffer.from('no message'), 0, 400, 'malformed'],
    [put, message({}), 0, 400, 'malformed'],
    [get, message({ name: 'mine/a', depth: 1 }), 0, 400, 'malformed'],
    [get, mine, 0, 400, 'malformed'],
  ]
  for (const [code, payload, flags, wanted] of broken) {
    assert.equal((await node.ask(code, payload, flags))[0], wanted)
    node.house.clock.advance(1_000)
  }
  assert.deepEqual(
    node.house.rejected,
    broken.map(([, , , , reason]) => reason),
  )
  assert.deepEqual([node.house.integrityFailures, node.called], [1, []])
})

test('a conversation that came with a token ends when that is revoked, and answers nothing more by it', async () => {
  const node = new Conversation(good)
  const identifier = 'v1:main:test'
  node.house.revocations.add({ by: 'identifier', identifier: 'v1:main:other' }, Infinity)
  assert.equal((await node.ask(put, mine))[0], 201)
  assert.deepEqual(node.left, [])
  node.house.revocations.add({ by: 'identifier', identifier }, Infinity)
  await node.settled()
  assert.deepEqual(node.left, ['every token of this minting was revoked'])
  const [status, { explain }] = await node.ask(put, mine)
  assert.deepEqual([status, Reflect.get(Object(explain), 'rule')], [401, 'revoked'])
  assert.equal(node.called.length, 1)
})
