import assert from 'node:assert/strict'
import { setImmediate as turn } from 'node:timers/promises'
import { test, type TestContext } from 'node:test'
import fc from 'fast-check'
import type { Message, Port } from '../ports/port.ts'
import { account } from '../ring/ring-memory.ts'
import { word } from '../ring/sleep-wake.ts'
import { until } from '../system/until.ts'
import { anyMessage } from './message.arbitrary.ts'
import { openPort as openOracle, portPair as oraclePair } from './message-port.oracle.ts'
import { portSuite } from './port.suite.ts'
import { openPort, portPair } from './ring-port.ts'

portSuite('ring', (capacity) => {
  const [left, right] = portPair(capacity)
  return [openPort(left), openPort(right)]
})

portSuite('ring that wakes after the turn', (capacity) => {
  const [left, right] = portPair(capacity)
  return [openPort(left, { wakes: 'after the turn' }), openPort(right, { wakes: 'after the turn' })]
})

const cancel = (id: number): Message => ({ kind: 'cancel', id })
const reply = (id: number, bytes: number): Message => ({
  kind: 'reply',
  micros: 12,
  id,
  fields: {},
  body: new Uint8Array(bytes),
})

function joined(t: TestContext, capacity: number): readonly [Port, Port] {
  const [left, right] = portPair(capacity)
  const ports = [openPort(left), openPort(right)] as const
  t.after(() => ports.forEach((port) => port.close()))
  return ports
}

/** What arrives of these messages at the other end. */
async function carried(
  [left, right]: readonly [Port, Port],
  messages: readonly Message[],
): Promise<Message[]> {
  const arrived: Message[] = []
  right.receive((message) => arrived.push(message))
  for (const message of messages) while (!left.send(structuredClone(message))) await turn()
  await until(() => arrived.length === messages.length)
  left.close()
  return arrived
}

test('a ring carries what a MessagePort carries', () =>
  fc.assert(
    fc.asyncProperty(fc.array(anyMessage, { maxLength: 20 }), async (messages) => {
      const [left, right] = portPair(8)
      const [oracleLeft, oracleRight] = oraclePair(8)
      assert.deepEqual(
        await carried([openPort(left), openPort(right)], messages),
        await carried([openOracle(oracleLeft), openOracle(oracleRight)], messages),
      )
    }),
  ))

test('bytes beside the ring are bounded, and room returns as they are taken', async (t) => {
  const [left, right] = joined(t, 1_000)
  let sent = 0
  while (left.send(reply(sent, 1024 * 1024))) sent++
  assert.equal(sent, 32)
  let arrived = 0
  right.receive(() => arrived++)
  await until(() => arrived === 32)
  assert.equal(left.send(reply(32, 1024 * 1024)), true)
})

test('a body larger than all that may be beside the ring goes when it is alone', async (t) => {
  const [left, right] = joined(t, 8)
  assert.equal(left.send(reply(1, 40 * 1024 * 1024)), true)
  assert.equal(left.send(reply(2, 100_000)), false)
  const arrived: number[] = []
  right.receive(({ id }) => arrived.push(id))
  await until(() => arrived.length === 1)
  assert.equal(left.send(reply(3, 100_000)), true)
})

test('a message whose fields take more than 16 MiB throws and says so; nothing is sent', async (t) => {
  const [left, right] = joined(t, 8)
  const fields = { text: 'x'.repeat(17 * 1024 * 1024) }
  assert.throws(
    () => left.send({ kind: 'event', id: 1, also: [], fields }),
    /a message of 17\d+ bytes cannot cross/,
  )
  left.send(cancel(2))
  const arrived: number[] = []
  right.receive(({ id }) => arrived.push(id))
  await until(() => arrived.length > 0)
  assert.deepEqual(arrived, [2])
})

test('when the ring is full of bodies, further ones ride beside it', async (t) => {
  const [left, right] = joined(t, 100)
  for (let id = 0; id < 100; id++) assert.equal(left.send(reply(id, 10_000)), true)
  const arrived: number[] = []
  right.receive(({ id }) => arrived.push(id))
  await until(() => arrived.length === 100)
  assert.deepEqual(
    arrived,
    Array.from({ length: 100 }, (_, id) => id),
  )
})

test('the bytes of a message are free again before it is handed over', async (t) => {
  const [left, right] = joined(t, 100)
  let sent = 0
  while (left.send(reply(sent, 1_000))) sent++
  assert.ok(sent < 100, 'the ring is full before its capacity is reached')
  const answers: boolean[] = []
  right.receive(({ id }) => {
    if (id === 0) answers.push(left.send(reply(sent, 1_000)))
  })
  await until(() => answers.length > 0)
  assert.deepEqual(answers, [true])
})

test('a flood on one port leaves every turn of the event loop to the others', async (t) => {
  const [near, far] = portPair(2_000)
  const [left, right] = [openPort(near), openPort(far, { perTurn: 16 })]
  t.after(() => left.close())
  const perTurn = new Map<number, number>()
  let turns = 0
  let arrived = 0
  right.receive(() => {
    arrived++
    perTurn.set(turns, (perTurn.get(turns) ?? 0) + 1)
  })
  for (let id = 0; id < 2_000; id++) assert.equal(left.send(cancel(id)), true)
  await until(() => {
    turns++
    return arrived === 2_000
  })
  assert.equal(Math.max(...perTurn.values()), 16)
})

test('an event counts for as many messages as it has receivers', async (t) => {
  const [near, far] = portPair(64)
  const [left, right] = [openPort(near), openPort(far, { perTurn: 16 })]
  t.after(() => [left, right].forEach((port) => port.close()))
  for (let id = 0; id < 8; id++) {
    assert.equal(
      left.send({ kind: 'event', id, also: Array.from({ length: 7 }, () => id), fields: {} }),
      true,
    )
  }
  const arrived: number[] = []
  let turns = 0
  right.receive(() => arrived.push(turns))
  while (arrived.length < 8) {
    await turn()
    turns++
  }
  const perTurn = arrived.map((at) => arrived.filter((other) => other === at).length)
  assert.deepEqual(new Set(perTurn), new Set([2]))
})

test('a port at rest runs nothing, and one message after a rest is enough to wake it', async (t) => {
  const [left, right] = joined(t, 8)
  let arrived = 0
  right.receive(() => arrived++)
  for (let id = 1; id <= 200; id++) {
    left.send(cancel(id))
    await until(() => arrived === id)
    await turn()
  }
})

/** A port whose peer is in the hands of the test: it writes into shared memory what it likes. */
function victim(t: TestContext) {
  const [near, far] = portPair(8)
  const because: string[] = []
  const arrived: Message[] = []
  let closed = false
  const port = openPort(near, { garbled: (why) => because.push(why) })
  const peer = openPort(far)
  port.receive((message) => arrived.push(message))
  port.closed(() => (closed = true))
  t.after(() => port.close())
  return {
    port,
    peer,
    because,
    arrived,
    closed: () => closed,
    channel: far.port,
    words: new Int32Array(far.outward, 0, 48),
    records: new Int32Array(far.outward, 192),
    itsWords: new Int32Array(far.inward, 0, 48),
  }
}
type Victim = ReturnType<typeof victim>

for (const [how, scribble] of [
  ['a tail beyond the ring', ({ words }: Victim) => Atomics.store(words, word.tail, 1 << 30)],
  ['a tail that goes back', ({ words }: Victim) => Atomics.store(words, word.tail, -4)],
  ['a tail between two records', ({ words }: Victim) => Atomics.store(words, word.tail, 3)],
  ['a record of negative length', ({ records }: Victim) => (records[0] = -7)],
  ['a record longer than the ring', ({ records }: Victim) => (records[0] = 0x7fff_ffff)],
  ['a record longer than what was written', ({ records }: Victim) => (records[0] = 64)],
  ['a record said to be at the start that is not', ({ records }: Victim) => (records[0] = -1)],
  ['a record whose message is not beside it', ({ records }: Victim) => (records[0] = 0)],
  ['a message of no kind', ({ records }: Victim) => (records[1] = 0x7f7f_7f7f)],
  ['something beside the ring that is no buffer', ({ channel }: Victim) => channel.postMessage({})],
] as const) {
  test(`${how} costs the port, and says why`, async (t) => {
    const one = victim(t)
    one.peer.send(cancel(1))
    scribble(one)
    await until(() => one.closed())
    assert.equal(one.because.length, 1)
    assert.equal(one.port.send(cancel(2)), false)
  })
}

for (const head of [1 << 17, 1 << 30, -(1 << 30)]) {
  test(`a reader that claims to have read up to ${head} costs the port of the writer, once it needs room`, async (t) => {
    const one = victim(t)
    Atomics.store(one.itsWords, word.head, head)
    let sent = 0
    while (one.port.send(reply(sent, 10_000))) sent++
    assert.equal(sent, 6)
    await until(() => one.closed())
    assert.match(one.because[0] ?? '', /the reader of a ring/)
  })
}

test('wakes that nobody asked for are no harm', async (t) => {
  const one = victim(t)
  for (let id = 1; id <= 5; id++) {
    for (let more = 0; more < 5; more++) one.channel.postMessage(null)
    assert.equal(one.peer.send(cancel(id)), true)
    await until(() => one.arrived.length === id)
  }
})

test('whatever a peer scribbles into the ring, the port goes on or closes, and nothing is thrown', async (t) => {
  const scribble = fc.record({
    at: fc.nat(200),
    value: fc.oneof(fc.integer(), fc.integer({ min: -9, max: 99 })),
  })
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyMessage, { maxLength: 6 }),
      fc.array(scribble),
      async (messages, scribbles) => {
        const one = victim(t)
        for (const message of messages) one.peer.send(structuredClone(message))
        for (const { at, value } of scribbles) {
          if (at < account.unloaded) Atomics.store(one.words, at, value)
          else one.records[at - account.unloaded] = value
        }
        one.channel.postMessage(null)
        for (let turns = 0; turns < 4; turns++) await turn()
        one.port.send(cancel(1))
        one.port.close()
        await until(() => one.closed())
      },
    ),
    { numRuns: 300 },
  )
})
