import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { Answering, type ServiceShape } from '../call/answering.ts'
import { caller, gate, outcome, refusal } from '../call/exchange.fixture.ts'
import { Inbox } from '../call/inbox.ts'
import type { Log } from '../ports/log.ts'
import { Refusal } from '../contract/refusals.ts'
import { openPort, portPair } from '../port/ring-port.ts'
import { ManualClock } from '../system/manual-clock.ts'
import { until } from '../system/until.ts'
import { PeerLink } from './peer-link.ts'

const operation = { subscription: false, timeoutMs: 1_000 }
const shape: ServiceShape = {
  name: 'shop',
  inbox: { capacity: 2, concurrency: 1 },
  operations: { echo: operation, wait: operation },
}
const silent: Log = { debug() {}, info() {}, warn() {}, error() {} }

/** A link, and a way to connect it to a new service. */
function linked(t: TestContext) {
  const clock = new ManualClock()
  const held = gate()
  const link = new PeerLink(shape, clock)
  t.after(() => link.cut('the test is over'))
  const connect = () => {
    const [callersEnd, servicesEnd] = portPair(8)
    const handlers = { echo: (request: object) => request, wait: held.wait }
    new Answering(openPort(servicesEnd), shape, handlers, new Inbox(shape.inbox), clock, silent)
    link.connect(openPort(callersEnd))
  }
  return { link, clock, held, connect, ask: (name: string) => link.call(name, { a: 1 }, null, { caller }) }
}

test('before the first line and between two, calls are refused with Unavailable at once', async (t) => {
  const { link, connect, ask } = linked(t)
  await assert.rejects(ask('echo'), refusal('Unavailable', /shop is not running/))
  connect()
  assert.deepEqual((await ask('echo')).fields, { a: 1 })
  link.cut('shop has stopped')
  await assert.rejects(ask('echo'), refusal('Unavailable', /shop has stopped/))
  connect()
  await ask('echo')
})

test('while the breaker is open callers are told why, and how long it will be', async (t) => {
  const { link, clock, ask } = linked(t)
  const told = async () => {
    const result = await outcome(ask('echo'))
    return result instanceof Refusal ? [result.message, result.more.retryAfterMs] : result
  }
  link.cut('shop is held down', 60_000)
  assert.deepEqual(await told(), ['shop is held down', 60_000])
  clock.advance(45_000)
  assert.deepEqual(await told(), ['shop is held down', 15_000])
  clock.advance(15_000)
  assert.deepEqual(await told(), ['shop is held down', undefined])
  link.cut('shop is restarting')
  assert.deepEqual(await told(), ['shop is restarting', undefined])
})

test('a new line replaces the one before: what was open there fails, and its service is told', async (t) => {
  const { link, held, connect, ask } = linked(t)
  connect()
  const call = outcome(ask('wait'))
  await until(() => held.waiting === 1)
  assert.equal(link.open, 1)
  connect()
  assert.ok(refusal('Unavailable', /shop was restarted/)(await call))
  assert.equal(link.open, 0)
  await until(() => held.waiting === 0)
  await ask('echo')
})

test('a single caller may have as many calls open as the inbox takes, and no more', async (t) => {
  const { held, connect, ask } = linked(t)
  connect()
  const open = ['wait', 'wait', 'wait'].map((name) => outcome(ask(name)))
  await assert.rejects(ask('wait'), refusal('Busy', /shop has 3 requests open/))
  for (let answered = 0; answered < open.length; answered++) {
    await until(() => held.waiting === 1)
    held.open()
  }
  for (const result of await Promise.all(open)) assert.ok('fields' in result)
})

test('the client has a method for every operation, with the bytes of a body among the fields', async (t) => {
  const { link, connect } = linked(t)
  connect()
  assert.deepEqual(Object.keys(link.client), ['echo', 'wait'])
  const body = new Uint8Array([1, 2])
  assert.deepEqual(await link.client['echo']?.({ a: 1, body }, { caller }), {
    a: 1,
    body: new Uint8Array([1, 2]),
  })
  assert.deepEqual(await link.client['echo']?.({ a: 1 }, { caller }), { a: 1 })
})

test('an operation that the contract does not have is refused, even when every object has it', async (t) => {
  const { connect, ask } = linked(t)
  connect()
  for (const name of ['missing', 'constructor']) await assert.rejects(ask(name), refusal('BadRequest'), name)
})
