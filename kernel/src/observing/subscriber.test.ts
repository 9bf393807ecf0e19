import assert from 'node:assert/strict'
import { setImmediate as turn } from 'node:timers/promises'
import { test } from 'node:test'
import type { Fields } from '../ports/port.ts'
import { ManualClock } from '../system/manual-clock.ts'
import { Subscriber } from './subscriber.ts'

/** A client that takes one item after the other, or none until it is let go. */
function client() {
  const got: Fields[] = []
  let release = () => {}
  const abort = new AbortController()
  return {
    got,
    gone: abort.signal,
    leave: () => abort.abort(),
    take: () => release(),
    send: async (item: Fields) => void got.push(item),
    slowly(item: Fields) {
      got.push(item)
      return new Promise<void>((resolve) => (release = resolve))
    },
  }
}
const item = (n: number): Fields => ({ n })

test('what comes is sent in its order, until nobody listens', async () => {
  const [clock, listener] = [new ManualClock(), client()]
  const subscriber = new Subscriber(clock, { capacity: 4, perSecond: 4 })
  const run = subscriber.run(listener.send, listener.gone, () => {})
  for (const n of [1, 2, 3]) subscriber.offer(item(n))
  await turn()
  assert.deepEqual(listener.got, [1, 2, 3].map(item))
  listener.leave()
  await run
})

test('one that lags loses the oldest, and is told how many before it goes on', async () => {
  const listener = client()
  const subscriber = new Subscriber(new ManualClock(), { capacity: 2, perSecond: 4 })
  subscriber.offer(item(0))
  const run = subscriber.run(
    (one) => listener.slowly(one),
    listener.gone,
    () => {},
  )
  await turn()
  for (const n of [1, 2, 3, 4, 5]) subscriber.offer(item(n))
  for (let n = 0; n < 5; n++) {
    listener.take()
    await turn()
  }
  assert.deepEqual(listener.got, [item(0), { kind: 'missed', count: 3 }, item(4), item(5)])
  listener.leave()
  listener.take()
  await run
})

test('of a flood so many are shown in a second, and how many were left out is told', async () => {
  const [clock, listener] = [new ManualClock(), client()]
  const subscriber = new Subscriber(clock, { capacity: 100, perSecond: 2 })
  const run = subscriber.run(listener.send, listener.gone, () => {})
  let made = 0
  for (let n = 0; n < 50; n++) subscriber.sample(() => item(made++))
  await turn()
  assert.deepEqual(listener.got, [item(0), item(1), { kind: 'left-out', count: 48 }])
  assert.equal(made, 2, 'what is not shown is not made')
  clock.advance(1_000)
  subscriber.sample(() => item(made++))
  await turn()
  assert.deepEqual(listener.got.at(-1), item(2))
  listener.leave()
  await run
})

test('who may listen no longer is told so within a second, though nothing happens', async () => {
  const [clock, listener] = [new ManualClock(), client()]
  let may = true
  const run = new Subscriber(clock).run(listener.send, listener.gone, () => {
    if (!may) throw new Error('revoked')
  })
  await turn()
  may = false
  const ended = assert.rejects(run, /revoked/)
  clock.advance(1_000)
  await ended
})
