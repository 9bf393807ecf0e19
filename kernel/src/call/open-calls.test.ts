import assert from 'node:assert/strict'
import { setImmediate as turn } from 'node:timers/promises'
import { test } from 'node:test'
import { Refusal } from '../contract/refusals.ts'
import { openPort, portPair } from '../port/ring-port.ts'
import type { Fields, Message } from '../ports/port.ts'
import { ManualClock } from '../system/manual-clock.ts'
import { until } from '../system/until.ts'
import { eventWindow } from './event-window.ts'
import { caller, exchange, gate, outcome, refusal, timeoutMs } from './exchange.fixture.ts'
import { OpenCalls } from './open-calls.ts'

const echo = (request: object) => request

test('a call resolves with the fields and the bytes the service answered', async (t) => {
  const { ask } = exchange(t, { handlers: { echo } })
  const body = new Uint8Array([1, 2, 3])
  assert.deepEqual(await ask('echo', { a: 1 }, {}, body), {
    fields: { a: 1 },
    body: new Uint8Array([1, 2, 3]),
  })
})

test('many calls at once are each answered with their own', async (t) => {
  const { ask, calls } = exchange(t, { handlers: { echo }, capacity: 64, callsMax: 64 })
  const numbers = Array.from({ length: 60 }, (_, n) => n)
  const answers = await Promise.all(numbers.map((n) => ask('echo', { n })))
  assert.deepEqual(
    answers.map(({ fields }) => fields['n']),
    numbers,
  )
  assert.equal(calls.size, 0)
})

test('a call without an answer is refused at its deadline, and the service is told to leave it', async (t) => {
  const { wait } = gate()
  let aborted = false
  const { ask, clock, calls } = exchange(t, {
    handlers: {
      wait: (request, call) => {
        call.signal.addEventListener('abort', () => (aborted = true))
        return wait(request, call)
      },
    },
  })
  const call = outcome(ask('wait', {}, { timeoutMs: 100 }))
  await turn()
  clock.advance(99)
  await turn()
  assert.equal(calls.size, 1)
  clock.advance(26)
  assert.ok(refusal('Timeout', /shop\.wait did not answer in time/)(await call))
  await until(() => aborted)
  assert.equal(calls.size, 0)
})

test('a caller may shorten the deadline of an operation but not lengthen it', async (t) => {
  const { wait } = gate()
  const { ask, clock } = exchange(t, { handlers: { wait } })
  const call = outcome(ask('wait', {}, { timeoutMs: 100 * timeoutMs }))
  clock.advance(timeoutMs + 25)
  assert.ok(refusal('Timeout')(await call))
})

test('a deadline that is no number has passed', async (t) => {
  const { wait } = gate()
  const { ask, clock } = exchange(t, { handlers: { wait } })
  const call = outcome(ask('wait', {}, { timeoutMs: Number.NaN }))
  clock.advance(25)
  assert.ok(refusal('Timeout')(await call))
})

test('a caller that gives up is refused at once, and the service is told', async (t) => {
  const held = gate()
  const { ask, calls } = exchange(t, { handlers: { wait: held.wait } })
  const giveUp = new AbortController()
  const call = outcome(ask('wait', {}, { signal: giveUp.signal }))
  await until(() => held.waiting === 1)
  giveUp.abort()
  assert.equal(calls.size, 0)
  assert.ok(refusal('Timeout', /the caller gave up/)(await call))
  await until(() => held.waiting === 0)
})

test('a call by a caller that gave up before is not sent', async (t) => {
  let asked = 0
  const { ask } = exchange(t, { handlers: { echo: () => ({ n: ++asked }) } })
  await assert.rejects(ask('echo', {}, { signal: AbortSignal.abort() }), refusal('Timeout'))
  await turn()
  assert.equal(asked, 0)
})

test('calls leave no listener on a signal they shared, however many they were', async (t) => {
  const { ask } = exchange(t, { handlers: { echo }, capacity: 64 })
  const { signal } = new AbortController()
  let listeners = 0
  const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)]
  signal.addEventListener = (type: string, listener: () => void) => {
    listeners++
    add(type, listener)
  }
  signal.removeEventListener = (type: string, listener: () => void) => {
    listeners--
    remove(type, listener)
  }
  const warnings: Error[] = []
  const warned = (warning: Error) => warnings.push(warning)
  process.on('warning', warned)
  const asked = Promise.all(Array.from({ length: 40 }, () => ask('echo', {}, { signal })))
  assert.equal(listeners, 40)
  await asked
  await turn()
  process.off('warning', warned)
  assert.equal(listeners, 0)
  assert.deepEqual(warnings, [])
})

test('no timer is left when nothing is open', async (t) => {
  const { ask, clock } = exchange(t, { handlers: { echo } })
  await ask('echo')
  clock.advance(25)
  assert.equal(clock.pending, 0)
})

test('the call after the last that may be open is Busy, and a place is free once one is answered', async (t) => {
  const held = gate()
  const { ask } = exchange(t, { handlers: { wait: held.wait, echo }, callsMax: 3 })
  const open = [ask('wait'), ask('wait'), ask('wait')]
  await assert.rejects(ask('echo'), refusal('Busy', /shop has 3 requests open, its limit/))
  await until(() => held.waiting === 3)
  held.open()
  await Promise.all(open)
  await ask('echo')
})

test('subscriptions have places of their own, as many as calls', async (t) => {
  const held = gate()
  const { ask, calls } = exchange(t, { handlers: { watch: held.wait, echo }, callsMax: 2 })
  const open = [ask('watch'), ask('watch')]
  await assert.rejects(ask('watch'), refusal('Busy', /2 subscriptions open/))
  assert.equal(calls.size, 0)
  await ask('echo')
  await until(() => held.waiting === 2)
  held.open()
  await Promise.all(open)
})

test('a full channel is Busy, and takes calls again once the service has taken some', async (t) => {
  const { ask } = exchange(t, { handlers: { echo }, portCapacity: 2 })
  const open = [ask('echo'), ask('echo')]
  await assert.rejects(ask('echo'), refusal('Busy', /the channel to shop is full/))
  await Promise.all(open)
  await ask('echo')
})

test('a cancel that found the channel full is sent before anything new', async (t) => {
  const clock = new ManualClock()
  const [callersEnd, servicesEnd] = portPair(2)
  const service = openPort(servicesEnd)
  const calls = new OpenCalls(openPort(callersEnd), clock, 8, 8)
  t.after(() => service.close())
  const giveUp = new AbortController()
  const target = { service: 'shop', operation: 'echo', subscription: false, timeoutMs }
  const ask = (signal?: AbortSignal) =>
    outcome(calls.call(target, {}, null, signal === undefined ? { caller } : { caller, signal }))
  const abandoned = [ask(giveUp.signal), ask(giveUp.signal)]
  giveUp.abort()
  await Promise.all(abandoned)
  assert.ok(refusal('Busy')(await ask()), 'the channel still holds the two requests')

  const seen: string[] = []
  service.receive((message: Message) => seen.push(`${message.kind} ${message.id}`))
  await until(() => seen.length === 2)
  const third = ask()
  assert.ok(refusal('Busy')(await third), 'the two cancels took the room')
  await until(() => seen.length === 4)
  assert.deepEqual(seen, ['request 1', 'request 2', 'cancel 1', 'cancel 2'])
})

test('cancels that found the channel full are sent without another call', async (t) => {
  const held = gate()
  const { ask, clock } = exchange(t, { handlers: { wait: held.wait }, portCapacity: 2 })
  const giveUp = new AbortController()
  const open = [1, 2].map(() => outcome(ask('wait', {}, { signal: giveUp.signal })))
  giveUp.abort()
  await Promise.all(open)
  await until(() => held.waiting === 2)
  clock.advance(25)
  await until(() => held.waiting === 0)
})

test('when the service is gone, everything open fails with Unavailable, and so does what is asked after', async (t) => {
  const held = gate()
  const { ask, calls, closeService } = exchange(t, { handlers: { wait: held.wait, watch: held.wait } })
  const open = [ask('wait'), ask('wait'), ask('watch')].map(outcome)
  await until(() => held.waiting === 3)
  closeService()
  for (const result of await Promise.all(open)) assert.ok(refusal('Unavailable')(result))
  assert.equal(calls.size, 0)
  await assert.rejects(ask('wait'), refusal('Unavailable', /shop is not running/))
})

test('ending the calls closes the port, so the service learns that nobody waits', async (t) => {
  const held = gate()
  const { ask, calls } = exchange(t, { handlers: { wait: held.wait } })
  const call = outcome(ask('wait'))
  await until(() => held.waiting === 1)
  calls.end('shop was restarted')
  assert.ok(refusal('Unavailable', /shop was restarted/)(await call))
  await until(() => held.waiting === 0)
})

test('an answer that comes late is ignored, and not taken for that of another call', async (t) => {
  const held = gate()
  const { ask } = exchange(t, { handlers: { wait: () => held.wait({}, never()), echo } })
  const giveUp = new AbortController()
  const abandoned = outcome(ask('wait', {}, { signal: giveUp.signal }))
  await until(() => held.waiting === 1)
  giveUp.abort()
  await abandoned
  const next = ask('echo', { mine: true })
  held.open()
  assert.deepEqual((await next).fields, { mine: true })
})

test('a request that cannot cross between threads rejects with the reason and takes no place', async (t) => {
  const { ask, calls } = exchange(t, { handlers: { echo }, callsMax: 1, portCapacity: 1 })
  const bytes = new Uint8Array(8)
  structuredClone(bytes, { transfer: [bytes.buffer] })
  for (let tries = 0; tries < 3; tries++)
    await assert.rejects(ask('echo', {}, {}, bytes), /detached ArrayBuffer/)
  assert.equal(calls.size, 0)
  await ask('echo')
})

test('events are handed over in order, one at a time, and all of them before the answer', async (t) => {
  const { ask } = exchange(t, {
    handlers: {
      watch: (_request, call) => {
        for (let n = 0; n < 10; n++) call.emit({ n })
        return { total: 10 }
      },
    },
  })
  const seen: unknown[] = []
  let handling = 0
  const answer = await ask(
    'watch',
    {},
    {
      onEvent: async ({ n }) => {
        assert.equal(++handling, 1)
        await turn()
        handling--
        seen.push(n)
      },
    },
  )
  seen.push(answer.fields['total'])
  assert.deepEqual(seen, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
})

test('an event for many is handed to each that is still open, behind what each of them has yet to consume', async (t) => {
  const clock = new ManualClock()
  const [callersEnd, servicesEnd] = portPair(16)
  const service = openPort(servicesEnd)
  const calls = new OpenCalls(openPort(callersEnd), clock, 8, 8)
  t.after(() => service.close())
  const asked: number[] = []
  service.receive(({ id }) => asked.push(id))
  const seen: string[] = []
  let open = () => {}
  const opened = new Promise<void>((resolve) => (open = resolve))
  const target = { service: 'shop', operation: 'watch', subscription: true, timeoutMs }
  const watch = (name: string, wait?: Promise<void>) => {
    const onEvent = async ({ n }: Fields) => {
      await wait
      seen.push(`${name}${String(n)}`)
    }
    const atOnce = ({ n }: Fields) => void seen.push(`${name}${String(n)}`)
    return calls.call(target, {}, null, { caller, onEvent: wait === undefined ? atOnce : onEvent })
  }
  const watching = [watch('a'), watch('b', opened), watch('c')]
  await until(() => asked.length === 3)
  const [a = 0, b = 0, c = 0] = asked
  const event = (n: number): Message => ({ kind: 'event', id: a, also: [b, 99, c], fields: { n } })
  const reply = (id: number): Message => ({ kind: 'reply', id, micros: 0, fields: {}, body: null })
  assert.ok([event(1), reply(c), event(2), reply(a), reply(b)].every((message) => service.send(message)))
  await Promise.all([watching[0], watching[2]])
  assert.deepEqual(seen, ['a1', 'c1', 'a2'])
  open()
  await watching[1]
  assert.deepEqual(seen, ['a1', 'c1', 'a2', 'b1', 'b2'])
})

test('after the caller gave up, no event is handed over any more, not even one that had arrived', async (t) => {
  const giveUp = new AbortController()
  const seen: unknown[] = []
  const { ask } = exchange(t, {
    handlers: {
      watch: (_request, call) => {
        for (let n = 0; n < 10; n++) call.emit({ n })
        return {}
      },
    },
  })
  const onEvent = async ({ n }: Fields) => {
    seen.push(n)
    for (let turns = 0; turns < 5; turns++) await turn()
    if (n === 3) giveUp.abort()
  }
  await assert.rejects(ask('watch', {}, { signal: giveUp.signal, onEvent }), refusal('Timeout'))
  for (let turns = 0; turns < 50; turns++) await turn()
  assert.deepEqual(seen, [0, 1, 2, 3])
})

test('a receiver of events that fails ends its subscription, keeps the cause, and ends nothing else', async (t) => {
  const held = gate()
  const { ask } = exchange(t, {
    handlers: {
      watch: (request, call) => {
        call.emit({})
        return held.wait(request, call)
      },
      echo,
    },
  })
  const cause = new Error('a private detail')
  const watching = ask(
    'watch',
    {},
    {
      onEvent: () => {
        throw cause
      },
    },
  )
  const result = await outcome(watching)
  assert.ok(result instanceof Refusal && result.code === 'Fault')
  assert.doesNotMatch(result.message, /private/)
  assert.equal(result.cause, cause)
  await until(() => held.waiting === 0)
  await ask('echo')
})

test('a subscription that the service takes up outlives its deadline', async (t) => {
  const held = gate()
  const { ask, clock } = exchange(t, { handlers: { watch: held.wait } })
  const watching = ask('watch')
  await until(() => held.waiting === 1)
  await turn()
  clock.advance(100 * timeoutMs)
  await turn()
  assert.equal(held.waiting, 1)
  held.open()
  await watching
})

test('a subscription that the service never takes up is refused at its deadline', async (t) => {
  const clock = new ManualClock()
  const [callersEnd, servicesEnd] = portPair(8)
  t.after(() => openPort(servicesEnd).close())
  const calls = new OpenCalls(openPort(callersEnd), clock, 8, 8)
  const target = { service: 'shop', operation: 'watch', subscription: true, timeoutMs }
  const watching = outcome(calls.call(target, {}, null, { caller }))
  clock.advance(timeoutMs + 25)
  assert.ok(refusal('Timeout', /shop\.watch did not answer/)(await watching))
})

test('a slow receiver is never sent more than its window', async (t) => {
  let emitted = 0
  let let1 = () => {}
  const consumed: unknown[] = []
  const { ask } = exchange(t, {
    handlers: {
      watch: async (_request, call) => {
        for (let n = 0; n < 200; n++) {
          while (!call.emit({ n })) await call.room()
          emitted++
        }
        return {}
      },
    },
  })
  const watching = ask(
    'watch',
    {},
    {
      onEvent: ({ n }) => {
        consumed.push(n)
        return new Promise<void>((resolve) => {
          let1 = resolve
        })
      },
    },
  )
  await until(() => consumed.length === 1)
  for (let turns = 0; turns < 20; turns++) await turn()
  assert.equal(emitted, eventWindow)
  for (let n = 1; n < 200; n++) {
    let1()
    await until(() => consumed.length === n + 1)
    assert.ok(emitted <= n + eventWindow)
  }
  let1()
  await watching
  assert.deepEqual(
    consumed,
    Array.from({ length: 200 }, (_, n) => n),
  )
})

/** A call whose signal never aborts: a handler that does not listen. */
function never(): Parameters<ReturnType<typeof gate>['wait']>[1] {
  return {
    caller,
    signal: new AbortController().signal,
    emit: () => false,
    room: () => Promise.resolve(),
    refuse: (code, message) => {
      throw new Refusal(code, message)
    },
  }
}
