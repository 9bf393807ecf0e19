import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { Answering, type ServiceShape } from '../call/answering.ts'
import { gate, outcome, refusal } from '../call/exchange.fixture.ts'
import { Inbox } from '../call/inbox.ts'
import { Refusal } from '../contract/refusals.ts'
import type { DispatchOptions } from '../ports/dispatch.ts'
import type { Log } from '../ports/log.ts'
import { openPort, portPair } from '../port/ring-port.ts'
import { ManualClock } from '../system/manual-clock.ts'
import { until } from '../system/until.ts'
import { FairLine } from './fair-line.ts'

const operation = { subscription: false, timeoutMs: 1_000 }
const shape: ServiceShape = {
  name: 'shop',
  inbox: { capacity: 16, concurrency: 64 },
  operations: { work: operation, wait: operation, watch: { subscription: true, timeoutMs: 1_000 } },
}
const silent: Log = { debug() {}, info() {}, warn() {}, error() {} }

/** A service that works two milliseconds for each request, so that one fills the window, and the line to it. */
function lined(t: TestContext) {
  const clock = new ManualClock()
  const held = gate()
  const served: string[] = []
  const worked = new Map<string, number>()
  const delayed: string[] = []
  const line = new FairLine(shape, clock, {
    weightOf: (tenant) => (tenant === 'heavy' ? 3 : 1),
    worked: (tenant, micros) => worked.set(tenant, (worked.get(tenant) ?? 0) + micros),
    delayed: (who, whom, micros) => delayed.push(`${who} ${whom} ${micros}`),
  })
  t.after(() => line.cut('the test is over'))
  const handlers = {
    work(_request: object, { caller }: { readonly caller: { readonly tenant: string } }) {
      clock.advance(2)
      served.push(caller.tenant)
      return {}
    },
    wait: held.wait,
    watch: held.wait,
  }
  const connect = () => {
    const [callersEnd, servicesEnd] = portPair(128)
    new Answering(openPort(servicesEnd), shape, handlers, new Inbox(shape.inbox), clock, silent)
    line.connect(openPort(callersEnd))
  }
  connect()
  const ask = (tenant: string, name = 'work', options: Partial<DispatchOptions> = {}) =>
    outcome(
      line.call(name, {}, null, { caller: { subject: 's', tenant, traceId: 'a'.repeat(32) }, ...options }),
    )
  /** So that the cost of its requests is known. */
  const learn = async (...tenants: string[]) => {
    for (const tenant of tenants) await ask(tenant)
    served.length = 0
  }
  return { line, clock, held, served, worked, delayed, connect, ask, learn }
}

const many = <Value>(count: number, make: () => Value): Value[] => Array.from({ length: count }, make)

test('what the service works for a tenant is told, and nobody waits where nobody is in the way', async (t) => {
  const { ask, worked, delayed, line } = lined(t)
  await ask('a')
  await ask('a')
  assert.deepEqual([...worked], [['a', 4_000]])
  assert.deepEqual(delayed, [])
  assert.equal(line.waiting, 0)
})

test('one request of a tenant does not wait for the many of another', async (t) => {
  const { ask, learn, served, delayed } = lined(t)
  await learn('a', 'b')
  await Promise.all([...many(8, () => ask('a')), ask('b')])
  assert.ok(served.indexOf('b') <= 2, served.join(' '))
  assert.equal(served.length, 9)
  assert.ok(delayed.includes('a b 2000'))
  assert.ok(!delayed.some((delay) => delay.startsWith('a a')))
})

test('weights share the service out', async (t) => {
  const { ask, learn, served } = lined(t)
  await learn('a', 'heavy')
  await Promise.all([...many(8, () => ask('a')), ...many(8, () => ask('heavy'))])
  assert.ok(served.slice(0, 9).filter((tenant) => tenant === 'heavy').length >= 6, served.join(' '))
})

test('a tenant has half of the places to wait, and others still find one', async (t) => {
  const { ask, learn, line } = lined(t)
  await learn('a', 'b', 'c')
  const asked = [...many(10, () => ask('a')), ...many(9, () => ask('b')), ask('c')]
  assert.equal(line.waiting, 16)
  const full = (name: string, tenant: string) => line.full(name, tenant)?.message
  assert.equal(full('work', 'd'), '16 requests wait for shop, its limit; try again shortly')
  assert.equal(full('watch', 'a'), undefined)
  const refused = (await Promise.all(asked)).flatMap((answer) => (answer instanceof Refusal ? [answer] : []))
  assert.deepEqual(
    refused.map(({ code, message }) => `${code}: ${message}`),
    [
      'Busy: 8 requests of this tenant wait for shop, its limit; try again shortly',
      'Busy: 16 requests wait for shop, its limit; try again shortly',
      'Busy: 16 requests wait for shop, its limit; try again shortly',
    ],
  )
  assert.equal(line.open, 0)
  assert.equal(full('work', 'd'), undefined)
})

test('a tenant whose places are taken is told so before it asks, another is not', async (t) => {
  const { ask, learn, line } = lined(t)
  await learn('a', 'b')
  const asked = many(9, () => ask('a'))
  assert.equal(
    line.full('work', 'a')?.message,
    '8 requests of this tenant wait for shop, its limit; try again shortly',
  )
  assert.equal(line.full('work', 'b'), null)
  await Promise.all(asked)
})

test('who waited until its time was over is told so and takes no turn', async (t) => {
  const { ask, learn, clock, served, line } = lined(t)
  await learn('a')
  const [first, late] = [ask('a'), ask('a', 'work', { timeoutMs: 10 })]
  assert.equal(line.waiting, 1)
  clock.advance(25)
  assert.ok(refusal('Timeout', /waited for its turn/)(await late))
  await first
  assert.equal(served.length, 1)
})

test('who gives up frees its place at once', async (t) => {
  const { ask, learn, line } = lined(t)
  await learn('a')
  const stop = new AbortController()
  const [first, second] = [ask('a'), ask('a', 'work', { signal: stop.signal })]
  assert.equal(line.waiting, 1)
  stop.abort()
  assert.equal(line.waiting, 0)
  assert.ok(refusal('Timeout', /gave up/)(await second))
  await first
})

test('what waits when the service falls is told so, and the next line is a whole one', async (t) => {
  const { ask, learn, line, connect } = lined(t)
  await learn('a')
  const asked = many(5, () => ask('a'))
  line.cut('shop fell', 300)
  for (const answer of await Promise.all(asked)) assert.ok(refusal('Unavailable', /shop fell/)(answer))
  assert.equal(line.open, 0)
  connect()
  assert.ok(!((await ask('a')) instanceof Refusal))
})

test('requests that wait in the service by themselves keep nobody from it', async (t) => {
  const { ask, clock, held, line } = lined(t)
  const receivers = many(60, () => ask('a', 'wait'))
  const other = ask('b')
  let answered = false
  void other.then(() => (answered = true))
  for (let at = 0; at < 20; at++) {
    clock.advance(25)
    await new Promise((resolve) => setImmediate(resolve))
  }
  await until(() => answered, 'the answer of b')
  held.open()
  await Promise.all(receivers)
  assert.equal(line.open, 0)
})

test('what has waited in the service for a while makes nobody wait even for a moment', async (t) => {
  const { ask, clock, held, line } = lined(t)
  const receivers = many(40, () => ask('a', 'wait'))
  clock.advance(26)
  const other = ask('b')
  assert.equal(line.waiting, 0)
  await other
  held.open()
  await Promise.all(receivers)
})

test('a subscription takes no turn', async (t) => {
  const { ask, learn, held, line } = lined(t)
  await learn('a')
  const asked = many(4, () => ask('a'))
  const watching = ask('b', 'watch')
  assert.equal(line.waiting, 3)
  await Promise.all(asked)
  held.open()
  await watching
})
