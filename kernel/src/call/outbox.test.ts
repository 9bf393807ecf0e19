import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import type { Message } from '../ports/port.ts'
import { openPort, portPair } from '../port/ring-port.ts'
import { ManualClock } from '../system/manual-clock.ts'
import { until } from '../system/until.ts'
import { alsoMax, Outbox } from './outbox.ts'

const credit = (id: number): Message => ({ kind: 'credit', id, events: 1 })

function joined(t: TestContext, capacity: number) {
  const clock = new ManualClock()
  const [near, far] = portPair(capacity)
  const [port, peer] = [openPort(near), openPort(far)]
  t.after(() => port.close())
  const seen: number[] = []
  return {
    clock,
    port,
    outbox: new Outbox(port, clock),
    seen,
    take: () => peer.receive((message) => seen.push(message.id)),
    takeWhole: (into: Message[]) => peer.receive((message) => into.push(message)),
  }
}

test('what finds no room is sent in order as room returns, and no timer is left', async (t) => {
  const { clock, outbox, seen, take } = joined(t, 2)
  for (let id = 1; id <= 9; id++) outbox.send(credit(id))
  assert.equal(outbox.waiting, true)
  take()
  await until(() => {
    clock.advance(5)
    return seen.length === 9
  })
  assert.deepEqual(seen, [1, 2, 3, 4, 5, 6, 7, 8, 9])
  assert.deepEqual([outbox.waiting, clock.pending], [false, 0])
})

test('a message waits behind those before it, even when there is room again', async (t) => {
  const { clock, outbox, port, seen, take } = joined(t, 1)
  for (const id of [1, 2]) outbox.send(credit(id))
  take()
  await until(() => seen.length === 1)
  outbox.send(credit(3))
  assert.equal(port.send(credit(4)), true, 'there was room')
  await until(() => {
    clock.advance(5)
    return seen.length === 4
  })
  assert.deepEqual(seen, [1, 4, 2, 3])
})

test('what cannot cross is refused at once, whether there is room or not, and leaves nothing behind', (t) => {
  const { outbox } = joined(t, 1)
  const gone = new Uint8Array(8)
  structuredClone(gone, { transfer: [gone.buffer] })
  const message: Message = { kind: 'reply', id: 1, micros: 0, fields: {}, body: gone }
  assert.throws(() => outbox.send(message), /detached|cloned/)
  outbox.send(credit(1))
  assert.throws(() => outbox.send(message), /detached|cloned/)
  assert.equal(outbox.waiting, false)
})

test('a closed outbox keeps and sends nothing, and its timer ends', (t) => {
  const { clock, outbox } = joined(t, 1)
  for (const id of [1, 2]) outbox.send(credit(id))
  outbox.close()
  outbox.send(credit(3))
  clock.advance(5)
  assert.deepEqual([outbox.waiting, clock.pending], [false, 0])
})

test('an event that goes to many crosses for the first and once for all the others, and in order', async (t) => {
  const { outbox, takeWhole } = joined(t, 8)
  const [news, other] = [{ n: 1 }, { n: 1 }]
  for (const id of [1, 2, 3]) assert.equal(outbox.event(id, news), true)
  outbox.send(credit(4))
  for (const id of [5, 6]) assert.equal(outbox.event(id, news), true)
  assert.equal(outbox.event(7, other), true)
  await turn()
  assert.equal(outbox.event(8, other), true)
  const seen: Message[] = []
  takeWhole(seen)
  await until(() => seen.length === 7)
  assert.deepEqual(
    seen.map((message) => (message.kind === 'event' ? [message.id, ...message.also] : message.kind)),
    [[1], [2, 3], 'credit', [5], [6], [7], [8]],
  )
})

test('one message tells so many subscriptions and no more', async (t) => {
  const { outbox, takeWhole } = joined(t, 8)
  const news = { n: 1 }
  for (let id = 0; id < alsoMax + 3; id++) assert.equal(outbox.event(id, news), true)
  const seen: Message[] = []
  takeWhole(seen)
  await until(() => seen.length === 4)
  assert.deepEqual(
    seen.map((message) => (message.kind === 'event' ? 1 + message.also.length : 0)),
    [1, alsoMax, 1, 1],
  )
})

test('others that were told of an event wait when there is no room, and nothing is told meanwhile', async (t) => {
  const { clock, outbox, seen, take } = joined(t, 1)
  const news = { n: 1 }
  for (const id of [1, 2, 3]) assert.equal(outbox.event(id, news), true)
  await turn()
  assert.equal(outbox.waiting, true)
  assert.equal(outbox.event(4, news), false)
  take()
  await until(() => {
    clock.advance(5)
    return seen.length === 2
  })
  assert.deepEqual([seen, outbox.waiting], [[1, 2], false])
})

test('after the end of the port nothing is told to anybody', async (t) => {
  const { outbox, port } = joined(t, 8)
  const news = { n: 1 }
  for (const id of [1, 2]) outbox.event(id, news)
  port.close()
  outbox.close()
  await turn()
  assert.deepEqual([outbox.waiting, outbox.event(3, news)], [false, false])
})
