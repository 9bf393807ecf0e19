import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import { test } from 'node:test'
import type { KernelEvent } from '../bus/events.ts'
import { outcome, refusal } from '../call/exchange.fixture.ts'
import type { Fields } from '../ports/port.ts'
import { until } from '../system/until.ts'
import { echo, flaky, relay, spare } from './fixtures/contract.ts'
import { orderHealth, orderStart, orderStop, starts, stoppedAs } from './fixtures/orders.ts'
import { testNode } from './services.fixture.ts'

const crashesOf = (events: readonly KernelEvent[], service: string) =>
  events.flatMap((event) => (event.kind === 'ServiceCrashed' && event.service === service ? [event] : []))

test('a started service answers, refuses and faults across its thread', async (t) => {
  const { services, ask, lines, metered } = testNode(t, [echo, flaky])
  await services.start()
  assert.deepEqual((await ask('echo', 'echo', { word: 'hello' })).fields, { word: 'hello' })
  await assert.rejects(ask('echo', 'refused', { word: 'no' }), (thrown) => {
    assert.deepEqual(Reflect.get(Object(thrown), 'more'), { explain: { wall: 'handler', rule: 'always' } })
    return refusal('Conflict', /^no$/)(thrown)
  })
  await assert.rejects(ask('flaky', 'fail', { how: 'fault' }), refusal('Fault', /flaky\.fail failed/))
  await until(() => lines.some((line) => line.includes('a fault on command')))
  assert.deepEqual(metered, ['echo.echo ok', 'echo.refused Conflict', 'flaky.fail Fault'])
})

test('a service can call those it uses while it starts, and through them refusals pass as they are', async (t) => {
  const { services, ask } = testNode(t, [relay, echo])
  await services.start()
  assert.deepEqual((await ask('relay', 'first')).fields, { word: 'first' })
  assert.deepEqual((await ask('relay', 'relay', { word: 'on' })).fields, { word: 'on' })
  await assert.rejects(ask('relay', 'refused', { word: 'no' }), refusal('Conflict', /^no$/))
})

test("a service's thread has an empty environment", async (t) => {
  const { services, ask } = testNode(t, [echo])
  await services.start()
  assert.ok(Object.keys(process.env).length > 0)
  assert.deepEqual((await ask('echo', 'environment')).fields, { names: [] })
})

test('what is not in the roster is refused, and makes no label', async (t) => {
  const { services, ask, metered } = testNode(t, [echo])
  await services.start()
  for (const [service, operation] of [
    ['ghost', 'echo'],
    ['echo', 'ghost'],
    ['echo', 'constructor'],
    ['__proto__', 'toString'],
  ] as const) {
    await assert.rejects(ask(service, operation), refusal('BadRequest'))
  }
  assert.deepEqual(metered, [])
})

test('a request that cannot cross is a fault that only the log explains', async (t) => {
  const { services, lines } = testNode(t, [echo])
  await services.start()
  const gone = new Uint8Array(4)
  structuredClone(gone, { transfer: [gone.buffer] })
  const call = services.call('echo', 'echo', { word: 'x' }, gone, {
    caller: { subject: '', tenant: '', traceId: 'b' },
  })
  await assert.rejects(call, refusal('Fault', /echo\.echo could not be asked/))
  assert.ok(lines.some((line) => line.includes('detached ArrayBuffer') && line.includes('"trace_id":"b"')))
})

for (const [how, cause, because] of [
  ['throw', 'throw', /^Error: thrown on command\n {4}at /],
  ['throw odd', 'throw', /^a thrown object that is no Error$/],
  ['reject', 'rejection', /^Error: rejected on command\n {4}at /],
  ['exit', 'exit', /^its thread exited with code 3$/],
] as const) {
  test(`a service whose thread ends by "${how}" is restarted at once, and the reason is told`, async (t) => {
    const node = testNode(t, [flaky])
    await node.services.start()
    await outcome(node.ask('flaky', 'fail', { how }))
    await until(() => crashesOf(node.events, 'flaky').length === 1)
    const [crash] = crashesOf(node.events, 'flaky')
    assert.deepEqual([crash?.cause, crash?.retryInMs, crash?.degraded], [cause, 0, false])
    assert.match(crash?.because ?? '', because)
    await node.phase('flaky', 'running')
    await node.ask('flaky', 'work')
    const { ready, because: now, restarts, lastFailure } = node.status('flaky')
    assert.deepEqual([ready, now, restarts, lastFailure?.cause, lastFailure?.downMs], [true, '', 1, cause, 0])
    assert.doesNotMatch(lastFailure?.because ?? '', /\n/)
    assert.deepEqual(
      node.events.map(({ kind }) => kind),
      ['Health', 'ServiceCrashed', 'Health', 'ServiceRestarted', 'ServiceRecovered', 'Health'],
    )
  })
}

test('while a service waits to be restarted the breaker is open: callers are told why, and when', async (t) => {
  const node = testNode(t, [flaky])
  await node.services.start()
  for (let failure = 0; failure < 2; failure++) {
    await node.phase('flaky', 'running')
    await outcome(node.ask('flaky', 'fail', { how: 'exit' }))
    await until(() => crashesOf(node.events, 'flaky').length === failure + 1)
  }
  assert.equal(node.status('flaky').phase, 'waiting')
  assert.deepEqual(
    [node.status('flaky').ready, node.status('flaky').because],
    [false, 'exit: its thread exited with code 3'],
  )
  const refused = await outcome(node.ask('flaky', 'work'))
  assert.ok(refusal('Unavailable', /^flaky is being restarted \(exit\)$/)(refused))
  assert.deepEqual(Reflect.get(refused, 'more'), { retryAfterMs: 50 })
  node.clock.advance(50)
  await node.phase('flaky', 'running')
  assert.equal(node.status('flaky').lastFailure?.downMs, 50)
  await node.ask('flaky', 'work')
})

test('a service that has proven itself has a spare, which is there at once and whose loss changes nothing', async (t) => {
  const node = testNode(t, [flaky])
  await node.services.start()
  node.clock.advance(500)
  await outcome(node.ask('flaky', 'fail', { how: 'exit' }))
  await until(() => crashesOf(node.events, 'flaky').length === 1)
  await node.phase('flaky', 'running')
  assert.equal(starts(node.orders('flaky')), 2, 'the spare did not start its service before it was needed')
  await node.ask('flaky', 'work')
})

test('a service whose event loop stands still is cut off, replaced, and said to have hung', async (t) => {
  const node = testNode(t, [flaky], { hangAfterMs: 1_000 })
  await node.services.start()
  const open = outcome(node.ask('flaky', 'never'))
  await until(() => node.services.open === 1)
  assert.equal(node.services.topple('flaky', 'hang'), true)
  // Its last beats are at most a tenth of a second away.
  await pause(300)
  node.clock.advance(1_100)
  assert.ok(refusal('Unavailable', /its event loop has stood still for 1000 ms/)(await open))
  assert.equal(node.status('flaky').ready, false)
  await until(() => crashesOf(node.events, 'flaky').length === 1)
  assert.equal(crashesOf(node.events, 'flaky')[0]?.cause, 'hang')
  await node.phase('flaky', 'running')
  await node.ask('flaky', 'work')
})

test('only what runs can be toppled', async (t) => {
  const node = testNode(t, [flaky])
  assert.equal(node.services.topple('flaky', 'throw'), false)
  assert.equal(node.services.topple('ghost', 'throw'), false)
  await node.services.start()
  assert.equal(node.services.topple('flaky', 'throw'), true)
  await until(() => crashesOf(node.events, 'flaky').length === 1)
})

test('calls that are open when their service crashes all fail with Unavailable, whoever asked', async (t) => {
  const node = testNode(t, [relay, flaky, echo])
  await node.services.start()
  const open = [1, 2, 3].map(() => outcome(node.ask('flaky', 'never')))
  await until(() => node.services.open === 3)
  await outcome(node.ask('flaky', 'fail', { how: 'exit' }))
  for (const result of await Promise.all(open)) assert.ok(refusal('Unavailable')(result))
  assert.equal(node.services.open, 0)
})

test('a service that cannot tell its health has crashed, and what waited there is not shown as waiting', async (t) => {
  const node = testNode(t, [flaky])
  await node.services.start()
  const open = Array.from({ length: flaky.inbox.concurrency + 3 }, () => outcome(node.ask('flaky', 'never')))
  await until(() => node.status('flaky').inboxDepth === 3)
  orderHealth(node.orders('flaky'), 'throwing')
  for (const result of await Promise.all(open)) assert.ok(refusal('Unavailable')(result))
  await node.phase('flaky', 'waiting')
  assert.equal(node.status('flaky').inboxDepth, 0)
  assert.match(node.status('flaky').because, /ordered not to tell its health/)
  orderHealth(node.orders('flaky'), 'normally')
  await node.restarted('flaky')
})

test('when a service crashes, its users stay up, are refused meanwhile, and get a new line to it', async (t) => {
  const node = testNode(t, [relay, echo])
  await node.services.start()
  const waiting = outcome(node.ask('relay', 'never'))
  await until(() => node.services.open === 1)
  orderStart(node.orders('echo'), 'throwing')
  await outcome(node.ask('echo', 'exit'))
  assert.ok(refusal('Unavailable')(await waiting), 'the open call between the two failed')
  await node.phase('echo', 'waiting')
  await assert.rejects(node.ask('relay', 'relay', { word: 'x' }), refusal('Unavailable'))
  orderStart(node.orders('echo'), 'normally')
  await node.restarted('echo')
  await until(() => node.status('echo').ready)
  // The line travels to relay's thread beside the calls, so one may overtake it.
  let answered = false
  for (let tries = 0; tries < 100 && !answered; tries++) {
    answered = 'fields' in (await outcome(node.ask('relay', 'relay', { word: 'again' })))
  }
  assert.equal(answered, true)
  assert.equal(starts(node.orders('relay')), 1)
})

test('when a caller is gone, what its thread had asked of others is let go', async (t) => {
  const node = testNode(t, [relay, echo])
  await node.services.start()
  const watchers = async () => (await node.ask('echo', 'watchers')).fields['count']
  await node.ask('relay', 'watch')
  assert.equal(await watchers(), 1)
  await outcome(node.ask('relay', 'exit'))
  await node.restarted('relay')
  let count: unknown = 1
  for (let tries = 0; tries < 1_000 && count !== 0; tries++) count = await watchers()
  assert.equal(count, 0)
})

test('a subscription flows across threads until the caller leaves it', async (t) => {
  const node = testNode(t, [echo])
  await node.services.start()
  const leave = new AbortController()
  const seen: unknown[] = []
  const onEvent = async ({ n }: Fields) => {
    seen.push(n)
    if (seen.length === 200) leave.abort()
    await Promise.resolve()
  }
  await assert.rejects(node.ask('echo', 'watch', {}, { signal: leave.signal, onEvent }), refusal('Timeout'))
  assert.deepEqual(
    seen,
    Array.from({ length: 200 }, (_, n) => n),
  )
  let count: unknown = 1
  for (let tries = 0; tries < 1_000 && count !== 0; tries++) {
    count = (await node.ask('echo', 'watchers')).fields['count']
  }
  assert.equal(count, 0)
})

test('a service that does not become ready in time is killed and tried again', async (t) => {
  const node = testNode(t, [flaky])
  orderStart(node.orders('flaky'), 'never')
  const started = node.services.start()
  await until(() => starts(node.orders('flaky')) === 1)
  assert.equal(node.status('flaky').phase, 'starting')
  orderStart(node.orders('flaky'), 'normally')
  node.clock.advance(10_000)
  await node.restarted('flaky')
  await started
  assert.match(crashesOf(node.events, 'flaky')[0]?.because ?? '', /it was not ready within 10000 ms/)
  assert.equal(crashesOf(node.events, 'flaky')[0]?.cause, 'slow-start')
})

test('a service that crashes too often is held down for a window and says so, then is tried again', async (t) => {
  const node = testNode(t, [flaky], { restartsMax: 2, windowMs: 600_000 })
  orderStart(node.orders('flaky'), 'throwing')
  const started = node.services.start()
  for (let crash = 1; crash <= 3; crash++) {
    await until(() => crashesOf(node.events, 'flaky').length >= crash)
    if (crash < 3) node.clock.advance(5_000)
  }
  assert.deepEqual(
    crashesOf(node.events, 'flaky').map(({ degraded }) => degraded),
    [false, false, true],
  )
  assert.match(
    node.status('flaky').because,
    /^degraded: it keeps failing; rejection: Error: ordered not to start$/,
  )
  node.clock.advance(599_999)
  assert.equal(node.status('flaky').phase, 'waiting')
  orderStart(node.orders('flaky'), 'normally')
  node.clock.advance(1)
  await started
  assert.deepEqual([node.status('flaky').ready, node.status('flaky').restarts], [true, 3])
})

test('a thread that cannot even be made is a crash like any other', async (t) => {
  const node = testNode(t, [flaky], { restartsMax: 1 }, { flaky: { cannotCross: () => {} } })
  void node.services.start()
  node.clock.advance(5_000)
  await until(() => crashesOf(node.events, 'flaky').length === 2)
  assert.match(
    crashesOf(node.events, 'flaky')[1]?.because ?? '',
    /^its thread could not be made: DataCloneError/,
  )
  assert.equal(crashesOf(node.events, 'flaky')[1]?.degraded, true)
})

test('an optional service that cannot start holds nobody up; a required one is waited for', async (t) => {
  const node = testNode(t, [spare, flaky])
  orderStart(node.orders('spare'), 'throwing')
  orderStart(node.orders('flaky'), 'throwing')
  let started = false
  const starting = node.services.start().then(() => (started = true))
  await node.phase('spare', 'waiting')
  await node.phase('flaky', 'waiting')
  assert.equal(started, false)
  orderStart(node.orders('flaky'), 'normally')
  await node.restarted('flaky')
  await starting
  assert.equal(node.status('spare').ready, false)
})

test('what a service says of its health is told when it changes, and it answers meanwhile', async (t) => {
  const node = testNode(t, [flaky])
  await node.services.start()
  await node.ask('flaky', 'fail', { how: 'ail' })
  await until(() => node.status('flaky').because === 'no space left')
  assert.equal(node.status('flaky').ready, true)
  await node.ask('flaky', 'work')
  await node.ask('flaky', 'fail', { how: 'recover' })
  await until(() => node.status('flaky').because === '')
  assert.deepEqual(
    node.events.flatMap((event) => (event.kind === 'Health' ? [[event.ok, event.because]] : [])),
    [
      [true, ''],
      [true, 'no space left'],
      [true, ''],
    ],
  )
})

test('a service that rebuilds answers what it can, and is not ready until it says so', async (t) => {
  const node = testNode(t, [flaky])
  await node.services.start()
  await node.ask('flaky', 'fail', { how: 'rebuild' })
  await until(() => !node.status('flaky').ready)
  assert.equal(node.status('flaky').because, 'half of it is there')
  await node.ask('flaky', 'work')
  await node.ask('flaky', 'fail', { how: 'recover' })
  await until(() => node.status('flaky').ready)
  assert.deepEqual(
    node.events.flatMap((event) => (event.kind === 'Health' ? [[event.ok, event.because]] : [])),
    [
      [true, ''],
      [false, 'half of it is there'],
      [true, ''],
    ],
  )
})

test('stopping goes from users to used, and what a service logs at its end still arrives', async (t) => {
  const node = testNode(t, [echo, flaky, relay])
  await node.services.start()
  await node.services.stop(1_000)
  const [first, second] = [stoppedAs(node.orders('relay')), stoppedAs(node.orders('echo'))]
  assert.ok(first > 0 && second > first)
  assert.ok(node.lines.some((line) => line.startsWith('echo stops')))
  assert.ok(node.services.status().every(({ phase, ready }) => phase === 'stopped' && !ready))
  await assert.rejects(node.ask('echo', 'echo', { word: 'x' }), refusal('Unavailable'))
  assert.equal(crashesOf(node.events, 'echo').length, 0)
})

test('what a service is doing when it is stopped is aborted, and has ended when the service is told', async (t) => {
  const node = testNode(t, [echo])
  await node.services.start()
  let events = 0
  const watching = outcome(node.ask('echo', 'watch', {}, { onEvent: () => void events++ }))
  await until(() => events > 5)
  await node.services.stop(1_000)
  assert.ok(refusal('Unavailable')(await watching))
  assert.ok(node.lines.includes('echo stops {"watchers":0}'))
})

test('a service that does not stop is ended at the deadline, and the others stop all the same', async (t) => {
  const node = testNode(t, [echo, flaky, relay])
  await node.services.start()
  orderStop(node.orders('relay'), 'never')
  let stopped = false
  const stopping = node.services.stop(1_000).then(() => (stopped = true))
  await until(() => stoppedAs(node.orders('flaky')) + Number(node.status('relay').phase === 'stopping') > 0)
  assert.equal(stopped, false)
  assert.equal(stoppedAs(node.orders('echo')), 0, 'whom relay uses is still there')
  node.clock.advance(1_000)
  await stopping
  assert.ok(stoppedAs(node.orders('echo')) > 0)
  assert.ok(
    node.lines.some((line) => line.includes('did not stop cleanly') && line.includes('did not stop in time')),
  )
})

test('a service that fails to stop is ended, and the reason is logged', async (t) => {
  const node = testNode(t, [flaky])
  await node.services.start()
  orderStop(node.orders('flaky'), 'throwing')
  await node.services.stop(1_000)
  assert.ok(
    node.lines.some((line) => line.includes('did not stop cleanly') && line.includes('ordered not to stop')),
  )
})

test('a stop while a service is starting ends the start too', async (t) => {
  const node = testNode(t, [echo, relay])
  orderStart(node.orders('echo'), 'never')
  const started = node.services.start()
  await until(() => starts(node.orders('echo')) === 1)
  await node.services.stop(1_000)
  await started
  assert.equal(node.status('relay').phase, 'stopped')
  assert.equal(starts(node.orders('relay')), 0)
})

test('all who ask to stop are told of the end, and a later grace replaces the earlier', async (t) => {
  const node = testNode(t, [flaky])
  await node.services.start()
  orderStop(node.orders('flaky'), 'never')
  const patient = node.services.stop(1_000_000)
  const hasty = node.services.stop(1)
  node.clock.advance(1)
  await Promise.all([patient, hasty])
  assert.equal(node.status('flaky').phase, 'stopped')
})

test('a service that waits to be restarted is not started by its timer after the stop', async (t) => {
  const node = testNode(t, [flaky])
  await node.services.start()
  orderStart(node.orders('flaky'), 'throwing')
  await outcome(node.ask('flaky', 'fail', { how: 'exit' }))
  await node.phase('flaky', 'waiting')
  await node.services.stop(1_000)
  node.clock.advance(1_000_000)
  assert.equal(node.status('flaky').phase, 'stopped')
  assert.equal(starts(node.orders('flaky')), 2)
})

test('under calls and crashes in any order, every call ends, and afterwards everything is well', async (t) => {
  const backoff = { baseMs: 1, capMs: 5 }
  const node = testNode(t, [relay, echo, flaky], { restartsMax: 1_000, backoff })
  await node.services.start()
  const ask = (service: string, operation: string, fields: Fields = {}) =>
    outcome(node.ask(service, operation, fields))
  // Given up after a while, or they would soon hold every place and nothing else would happen.
  const waitInVain = (service: string) => outcome(node.ask(service, 'never', {}, { timeoutMs: 20 }))
  const doings: readonly (() => Promise<unknown>)[] = [
    () => ask('relay', 'relay', { word: 'x' }),
    () => waitInVain('relay'),
    () => ask('relay', 'exit'),
    () => ask('flaky', 'work'),
    () => waitInVain('flaky'),
    () => ask('flaky', 'fail', { how: 'throw' }),
    () => ask('echo', 'echo', { word: 'x' }),
    () => ask('echo', 'exit'),
  ]
  const calls: Promise<unknown>[] = []
  for (let step = 0; step < 400; step++) {
    // Squares modulo a prime: a fixed order that looks like none.
    const doing = doings[((step * step) % 311) % doings.length]
    if (doing !== undefined) calls.push(doing())
    node.clock.advance(1)
    await pause(1)
  }
  node.clock.advance(10_000)
  await Promise.all(calls)
  assert.equal(node.services.open, 0)
  const well = async () => {
    node.clock.advance(10)
    const results = [
      ask('flaky', 'work'),
      ask('relay', 'relay', { word: 'x' }),
      ask('echo', 'echo', { word: 'x' }),
    ]
    return (await Promise.all(results)).every((result) => 'fields' in result)
  }
  for (let tries = 0; !(await well()); tries++) {
    assert.ok(tries < 1_000, 'not everything is well')
    await pause(5)
  }
  assert.ok(node.events.some(({ kind }) => kind === 'ServiceCrashed'))
})

test('a service goes on with other settings, and what waits for its next thread is told at once', async (t) => {
  const node = testNode(t, [echo])
  await node.services.start()
  const own = { orders: node.orders('echo'), stops: node.orders('echo') }
  const renewed = node.services.renew('echo', own, 1_000)
  assert.deepEqual((await node.ask('echo', 'echo', { word: 'still' })).fields, { word: 'still' })
  node.clock.advance(400)
  await renewed
  assert.deepEqual((await node.ask('echo', 'echo', { word: 'again' })).fields, { word: 'again' })
  const { phase, restarts, lastFailure } = node.status('echo')
  assert.deepEqual([phase, restarts, lastFailure], ['running', 0, null])
})

test('a service that does not start with other settings says so to whoever wanted them', async (t) => {
  const node = testNode(t, [echo])
  await node.services.start()
  const refused = assert.rejects(
    node.services.renew('echo', null, 1_000),
    /echo does not start with these settings/,
  )
  node.clock.advance(400)
  await refused
})

test('a service restarts with the settings it has, and says for how long nobody could use it', async (t) => {
  const node = testNode(t, [echo])
  await node.services.start()
  const restarted = node.services.restart('echo', 1_000)
  assert.deepEqual((await node.ask('echo', 'echo', { word: 'still' })).fields, { word: 'still' })
  await assert.rejects(node.services.restart('echo', 1_000), /echo is being restarted already/)
  node.clock.advance(400)
  assert.equal(await restarted, 0, 'the clock that the test moves stood still meanwhile')
  assert.deepEqual((await node.ask('echo', 'echo', { word: 'again' })).fields, { word: 'again' })
  const { phase, restarts, lastFailure } = node.status('echo')
  assert.deepEqual([phase, restarts, lastFailure], ['running', 0, null])
})

test('what is not there, or not up yet, is not restarted', async (t) => {
  const node = testNode(t, [echo])
  await assert.rejects(node.services.restart('ghost', 1_000), { code: 'NotFound' })
  await assert.rejects(node.services.restart('echo', 1_000), { code: 'Conflict', message: /echo is idle/ })
})

test('restarts of one service come one after the other, also after one that failed', async (t) => {
  const node = testNode(t, [echo])
  await node.services.start()
  const own = { orders: node.orders('echo'), stops: node.orders('echo') }
  const [broken, mended] = [node.services.renew('echo', null, 1_000), node.services.renew('echo', own, 1_000)]
  const refused = assert.rejects(broken, /does not start with these settings/)
  node.clock.advance(400)
  await refused
  await pause(0)
  node.clock.advance(400)
  await mended
})
