import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EventQueue, eventsMax } from './event-queue.ts'

test('events come out in order, and each is taken when it does', async () => {
  const queue = new EventQueue()
  const taken: number[] = []
  for (const n of [1, 2, 3]) queue.push({ n }, () => taken.push(n))
  const events = queue.drain()
  assert.deepEqual(taken, [])
  assert.deepEqual(await events.next(), { done: false, value: { n: 1 } })
  assert.deepEqual(taken, [1])
  assert.deepEqual(await events.next(), { done: false, value: { n: 2 } })
  assert.deepEqual(taken, [1, 2])
})

test('a consumer that waits is woken by an event and by the end', async () => {
  const queue = new EventQueue()
  const events = queue.drain()
  const first = events.next()
  queue.push({ n: 1 }, () => {})
  assert.deepEqual(await first, { done: false, value: { n: 1 } })
  const last = events.next()
  queue.end()
  assert.deepEqual(await last, { done: true, value: undefined })
})

test('a failure is thrown after the events that came before it', async () => {
  const queue = new EventQueue()
  queue.push({ n: 1 }, () => {})
  queue.end(new Error('it broke'))
  queue.end(new Error('later'))
  const events = queue.drain()
  assert.deepEqual(await events.next(), { done: false, value: { n: 1 } })
  await assert.rejects(events.next(), /it broke/)
})

test('a full queue takes nothing in', () => {
  const queue = new EventQueue()
  for (let n = 0; n < eventsMax; n++) assert.ok(queue.push({ n }, () => {}))
  assert.equal(
    queue.push({}, () => {}),
    false,
  )
})
