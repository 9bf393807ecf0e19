import assert from 'node:assert/strict'
import { setImmediate as turn } from 'node:timers/promises'
import { test, type TestContext } from 'node:test'
import { openPort, portPair } from '../port/ring-port.ts'
import type { Log } from '../ports/log.ts'
import type { Message } from '../ports/port.ts'
import { ManualClock } from '../system/manual-clock.ts'
import { until } from '../system/until.ts'
import { Answering } from './answering.ts'
import { eventWindow } from './event-window.ts'
import { caller, exchange, gate, outcome, passing, refusal, timeoutMs } from './exchange.fixture.ts'
import { Inbox } from './inbox.ts'
import type { PlainHandler } from './taken.ts'

const echo = (request: object) => request

test('the handler sees who asks, and the bytes beside the fields', async (t) => {
  const { ask } = exchange(t, {
    handlers: {
      echo: ({ body, ...fields }, call) => ({
        ...fields,
        size: Number(body instanceof Uint8Array),
        ...call.caller,
      }),
    },
  })
  const { fields } = await ask('echo', { a: 1 }, {}, new Uint8Array(3))
  assert.deepEqual(fields, { a: 1, size: 1, ...caller })
})

test('a refusal passes to the caller with all it carries', async (t) => {
  const more = {
    retryAfterMs: 7,
    explain: { wall: 'handler', rule: 'r1' },
    headers: { 'content-range': 'bytes */9' },
  }
  const { ask, faults } = exchange(t, {
    handlers: { no: (_request, call) => call.refuse('RangeNotSatisfiable', 'past the end', more) },
  })
  await assert.rejects(ask('no'), (thrown) => {
    assert.ok(refusal('RangeNotSatisfiable', /^past the end$/)(thrown))
    assert.deepEqual(Reflect.get(Object(thrown), 'more'), more)
    return true
  })
  assert.deepEqual(faults, [])
})

for (const [kind, fail] of [
  [
    'throws at once',
    () => {
      throw new Error('the secret detail')
    },
  ],
  [
    'throws later',
    async () => {
      await turn()
      throw new Error('the secret detail')
    },
  ],
] as const) {
  test(`a handler that ${kind} has a fault: the log has its stack, the caller no detail`, async (t) => {
    const { ask, faults } = exchange(t, { handlers: { fail, echo } })
    await assert.rejects(ask('fail'), (thrown) => {
      assert.ok(refusal('Fault', /shop\.fail failed/)(thrown))
      assert.doesNotMatch(String(thrown), /secret/)
      return true
    })
    assert.equal(faults.length, 1)
    assert.match(faults[0] ?? '', /the secret detail\n {4}at /)
    await ask('echo')
  })
}

test('what a handler throws or returns, however odd, becomes a fault and never ends the thread', async (t) => {
  const odd: Record<string, () => unknown> = {
    nothing: () => undefined,
    text: () => 'text',
    prototypeless: () => {
      throw Object.create(null)
    },
    thrownNull: () => {
      throw null
    },
    uncloneable: () => ({ f: () => {} }),
    uncloneableLater: async () => {
      await turn()
      return { s: Symbol('x') }
    },
  }
  const { ask, faults, inbox } = exchange(t, { handlers: odd })
  for (const name of Object.keys(odd)) await assert.rejects(ask(name), refusal('Fault'), name)
  assert.equal(faults.length, Object.keys(odd).length)
  assert.deepEqual([inbox.running, inbox.depth], [0, 0])
})

test('an operation that the contract does not have is refused, even when every object has it', async (t) => {
  const { ask } = exchange(t, { handlers: { echo } })
  for (const name of ['missing', 'constructor', 'toString', '__proto__']) {
    await assert.rejects(ask(name), refusal('BadRequest', /shop has no operation/), name)
  }
})

test('the request after the last that may wait is Busy', async (t) => {
  const held = gate()
  const { ask, inbox } = exchange(t, { handlers: { wait: held.wait }, capacity: 3, concurrency: 2 })
  const taken = Array.from({ length: 5 }, () => ask('wait'))
  await assert.rejects(ask('wait'), refusal('Busy', /shop has 3 requests waiting, its limit/))
  assert.deepEqual([inbox.running, inbox.depth], [2, 3])
  while (inbox.running > 0) {
    held.open()
    await turn()
  }
  assert.equal((await Promise.all(taken)).length, 5)
})

test('the subscription after the last that may be held is Busy, and calls are served meanwhile', async (t) => {
  const held = gate()
  const { ask } = exchange(t, { handlers: { watch: held.wait, echo }, capacity: 2, concurrency: 1 })
  const watching = [ask('watch'), ask('watch')]
  await assert.rejects(ask('watch'), refusal('Busy', /2 subscriptions open/))
  await ask('echo')
  held.open()
  await Promise.all(watching)
  await until(() => held.waiting === 0)
  const next = ask('watch')
  await until(() => held.waiting === 1)
  held.open()
  await next
})

test('a request cancelled while it waits never runs and frees its place at once', async (t) => {
  const held = gate()
  let ran = 0
  const { ask, inbox } = exchange(t, {
    handlers: { wait: held.wait, count: () => ({ n: ++ran }) },
    capacity: 1,
    concurrency: 1,
  })
  const first = ask('wait')
  const giveUp = new AbortController()
  const second = outcome(ask('count', {}, { signal: giveUp.signal }))
  await until(() => inbox.depth === 1)
  giveUp.abort()
  await until(() => inbox.depth === 0)
  assert.ok(refusal('Timeout')(await second))
  const third = ask('count')
  await until(() => inbox.depth === 1)
  held.open()
  await first
  assert.deepEqual((await third).fields, { n: 1 })
})

test('a call that was cancelled is not answered', async (t) => {
  const held = gate()
  const { answers, send, take } = served(t, 64, {
    wait: (_request, call) => held.wait({}, { ...call, signal: deaf }),
    echo,
  })
  send(asking(1, 'wait'))
  take()
  await until(() => held.waiting === 1)
  send({ kind: 'cancel', id: 1 })
  await turn()
  held.open()
  send(asking(2, 'echo'))
  await until(() => answers.length > 0)
  assert.deepEqual(
    answers.map(({ id }) => id),
    [2],
  )
})

test('what is said of a call that is not open is ignored', async (t) => {
  const { answers, send, take } = served(t, 64, { echo })
  take()
  send({ kind: 'cancel', id: 7 })
  send({ kind: 'credit', id: 7, events: 1 })
  send({ kind: 'reply', id: 7, micros: 0, fields: {}, body: null })
  send(asking(8, 'echo'))
  await until(() => answers.length > 0)
  assert.deepEqual(answers, [{ kind: 'reply', id: 8, micros: 0, fields: {}, body: null }])
})

test('the deadline counts from the arrival: a request that waited it out is refused and never runs', async (t) => {
  const held = gate()
  let ran = 0
  const { ask, clock, inbox } = exchange(t, {
    handlers: {
      wait: (request, call) => held.wait(request, { ...call, signal: new AbortController().signal }),
      count: () => ({ n: ++ran }),
    },
    concurrency: 1,
  })
  const first = outcome(ask('wait'))
  const second = outcome(ask('count'))
  await until(() => inbox.depth === 1)
  clock.advance(timeoutMs)
  assert.equal(inbox.depth, 0)
  assert.ok(refusal('Timeout')(await second))
  assert.ok(refusal('Timeout')(await first))
  held.open()
  await until(() => inbox.running === 0)
  assert.equal(ran, 0)
})

test('a handler past its deadline is aborted with the reason', async (t) => {
  let reason: unknown
  const { ask, clock, inbox } = exchange(t, {
    handlers: {
      wait: (_request, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            reason = signal.reason
            reject(reason)
          })
        }),
    },
  })
  const call = outcome(ask('wait'))
  await until(() => inbox.running === 1)
  clock.advance(timeoutMs)
  assert.ok(refusal('Timeout', /took more than 1000 ms/)(reason))
  assert.ok(refusal('Timeout')(await call))
})

test('a service that stops aborts what it has taken and refuses what comes, both with Unavailable', async (t) => {
  const held = gate()
  const { ask, answering, inbox, faults } = exchange(t, { handlers: { wait: held.wait }, concurrency: 1 })
  const taken = [outcome(ask('wait')), outcome(ask('wait'))]
  await until(() => inbox.depth === 1)
  answering.stop()
  for (const result of await Promise.all(taken)) assert.ok(refusal('Unavailable', /shop is stopping/)(result))
  await assert.rejects(ask('wait'), refusal('Unavailable', /shop is stopping/))
  assert.deepEqual(faults, [])
})

test('when the caller is gone, all it asked is aborted, its places are free and the observer is told', async (t) => {
  const held = gate()
  const { ask, answering, closeCaller, clock, inbox } = exchange(t, {
    handlers: { wait: held.wait, watch: held.wait },
    concurrency: 1,
    capacity: 1,
  })
  let told = 0
  answering.ended(() => told++)
  for (const call of [ask('wait'), ask('wait'), ask('watch')]) void outcome(call)
  await until(() => held.waiting === 2 && inbox.depth === 1)
  closeCaller()
  await until(() => told === 1)
  await until(() => held.waiting === 0 && inbox.running === 0)
  assert.equal(inbox.depth, 0)
  assert.equal(
    inbox.hold(async () => {}),
    true,
  )
  clock.advance(25)
  assert.equal(clock.pending, 0, 'no timer goes on for a caller that is gone')
})

test('answers that find the port full are sent in order as room returns', async (t) => {
  const held = gate()
  const { ask, clock } = exchange(t, { handlers: { wait: held.wait }, portCapacity: 4, concurrency: 64 })
  const answered: number[] = []
  const open: Promise<void>[] = []
  for (let n = 0; n < 20; n++) {
    open.push(ask('wait').then(() => void answered.push(n)))
    await until(() => held.waiting === n + 1)
  }
  held.open()
  await passing(clock, Promise.all(open))
  assert.deepEqual(
    answered,
    Array.from({ length: 20 }, (_, n) => n),
  )
})

test('an answer that waits for the port is the answer as it was when it was given', async (t) => {
  const answer = { n: 1 }
  const { ask, clock } = exchange(t, {
    handlers: {
      watch: (_request, call) => {
        while (call.emit({}));
        void turn().then(() => (answer.n = 2))
        return answer
      },
    },
    portCapacity: 4,
  })
  const call = ask('watch')
  await until(() => answer.n === 2)
  assert.deepEqual((await passing(clock, call)).fields, { n: 1 })
})

test('an answer that cannot cross is a fault even when the port is full', async (t) => {
  const { ask, clock, faults } = exchange(t, {
    handlers: {
      watch: (_request, call) => {
        while (call.emit({}));
        return { f: () => {} }
      },
    },
    portCapacity: 4,
  })
  const call = outcome(ask('watch'))
  assert.ok(refusal('Fault')(await passing(clock, call)))
  assert.equal(faults.length, 1)
})

test('events beyond the window are refused, and room returns by the half window', async (t) => {
  const emitted: boolean[] = []
  let room = 0
  const held = gate()
  const { ask } = exchange(t, {
    handlers: {
      watch: async (request, call) => {
        for (let n = 0; n < eventWindow + 2; n++) emitted.push(call.emit({ n }))
        await call.room()
        while (call.emit({})) room++
        return held.wait(request, call)
      },
    },
  })
  const seen: unknown[] = []
  const watching = ask('watch', {}, { onEvent: ({ n }) => void seen.push(n) })
  await until(() => held.waiting === 1)
  assert.deepEqual(emitted, [...Array.from({ length: eventWindow }, () => true), false, false])
  assert.ok(room === eventWindow / 2 || room === eventWindow)
  held.open()
  await watching
  assert.equal(seen.length, eventWindow + room)
})

test('room is there at once while the window has places', async (t) => {
  const { ask, clock } = exchange(t, {
    handlers: {
      watch: async (_request, call) => {
        for (let n = 0; n < 5; n++) {
          await call.room()
          call.emit({ n })
        }
        return {}
      },
    },
  })
  await ask('watch')
  assert.equal(clock.monotonic(), 0, 'nobody had to wait for the clock')
})

test('two who wait for room at once are both woken by one return of places', async (t) => {
  let got = 0
  const { ask } = exchange(t, {
    handlers: {
      watch: async (_request, call) => {
        while (call.emit({}));
        const wait = () => call.room().then(() => got++)
        await Promise.all([wait(), wait()])
        return {}
      },
    },
  })
  let events = 0
  const consumeHalf = () => (++events <= eventWindow / 2 ? undefined : new Promise<void>(() => {}))
  void outcome(ask('watch', {}, { onEvent: consumeHalf }))
  await until(() => got === 2)
})

test('an answer that waits for the port goes before any further event', async (t) => {
  let emit = () => true
  let echoed = false
  const { answers, clock, send, take } = served(t, 4, {
    watch: (_request, call) => {
      emit = () => call.emit({})
      while (emit());
      return new Promise(() => {})
    },
    echo: (request) => {
      echoed = true
      return request
    },
  })
  send(asking(1, 'watch'))
  send(asking(2, 'echo'))
  await until(() => echoed)
  take()
  await until(() => answers.length === 4)
  assert.equal(emit(), false, 'there is room, but the answer has a claim to it')
  clock.advance(5)
  assert.equal(emit(), true)
  await until(() => answers.length === 6)
  assert.deepEqual(
    answers.map(({ kind }) => kind),
    ['opened', 'event', 'event', 'event', 'reply', 'event'],
  )
})

test('waiting for room ends with the reason when the caller gives up', async (t) => {
  let reason: unknown
  const { ask } = exchange(t, {
    handlers: {
      watch: async (_request, call) => {
        while (call.emit({}));
        await call.room().catch((thrown: unknown) => (reason = thrown))
        return {}
      },
    },
  })
  const giveUp = new AbortController()
  const watching = ask('watch', {}, { signal: giveUp.signal, onEvent: () => new Promise(() => {}) })
  await turn()
  await turn()
  giveUp.abort()
  await assert.rejects(watching, refusal('Timeout'))
  await until(() => reason !== undefined)
  assert.ok(refusal('Timeout', /the caller gave up/)(reason))
})

test('after its answer a call emits nothing', async (t) => {
  let late: (() => boolean) | null = null
  const { ask } = exchange(t, {
    handlers: {
      watch: (_request, call) => {
        late = () => call.emit({})
        return {}
      },
    },
  })
  await ask('watch')
  assert.ok(late !== null)
  const emit: () => boolean = late
  assert.equal(emit(), false)
})

/** A signal for handlers that do not listen. */
const deaf = new AbortController().signal

function asking(id: number, operation: string): Message {
  return { kind: 'request', id, operation, fields: {}, body: null, caller, timeoutMs }
}

/** A service whose caller is the test itself, message by message. */
function served(t: TestContext, capacity: number, handlers: Readonly<Record<string, PlainHandler>>) {
  const [callersEnd, servicesEnd] = portPair(capacity)
  const port = openPort(callersEnd)
  const clock = new ManualClock()
  const names = Object.keys(handlers)
  const operations = Object.fromEntries(
    names.map((name) => [name, { subscription: name === 'watch', timeoutMs }]),
  )
  const shape = { name: 'shop', inbox: { capacity: 8, concurrency: 8 }, operations }
  const log: Log = { debug() {}, info() {}, warn() {}, error() {} }
  new Answering(openPort(servicesEnd), shape, handlers, new Inbox(shape.inbox), clock, log)
  const answers: Message[] = []
  t.after(() => port.close())
  return {
    answers,
    clock,
    send: (message: Message) => assert.equal(port.send(message), true),
    take: () => port.receive((message) => answers.push(message)),
  }
}
