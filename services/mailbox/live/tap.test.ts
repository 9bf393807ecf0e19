import assert from 'node:assert/strict'
import { test } from 'node:test'
import { settled } from '../testing/hand-clock.ts'
import { Tap } from './tap.ts'

/** A subscriber with room for `free` events, that can be given more and can leave. */
function subscriber(free: number) {
  const gone = new AbortController()
  const events: string[] = []
  let room = free
  const waiting: (() => void)[] = []
  const wake = () => {
    for (const go of waiting.splice(0)) go()
  }
  const tap = new Tap<string>(
    {
      signal: gone.signal,
      emit(event) {
        if (room === 0) return false
        room--
        events.push(event)
        return true
      },
      async room() {
        await new Promise<void>((resolve) => {
          waiting.push(resolve)
        })
        if (gone.signal.aborted) throw new Error('gone')
      },
    },
    (count) => `lost ${count}`,
  )
  return {
    tap,
    events,
    grant: async (more: number) => {
      room += more
      wake()
      await settled()
    },
    leave: async () => {
      gone.abort()
      wake()
      await settled()
    },
  }
}

test('events go through while there is room', () => {
  const { tap, events } = subscriber(2)
  for (const event of ['a', 'b']) tap.offer(event)
  assert.deepEqual(events, ['a', 'b'])
  assert.deepEqual(tap.tally, { delivered: 2, lost: 0 })
})

test('a slow subscriber is told how many it lost, before anything newer', async () => {
  const { tap, events, grant } = subscriber(1)
  for (const event of ['a', 'b', 'c']) tap.offer(event)
  await grant(2)
  tap.offer('d')
  assert.deepEqual(events, ['a', 'lost 2', 'd'])
  assert.deepEqual(tap.tally, { delivered: 2, lost: 2 })
})

test('an event that comes when there is room again, and before the notice, is lost too', async () => {
  const { tap, events, grant } = subscriber(0)
  tap.offer('a')
  const told = grant(3)
  tap.offer('b')
  await told
  assert.deepEqual(events, ['lost 2'])
})

test('room for the notice alone makes the next event a loss of its own', async () => {
  const { tap, events, grant } = subscriber(0)
  tap.offer('a')
  await grant(1)
  tap.offer('b')
  tap.offer('c')
  await grant(2)
  tap.offer('d')
  assert.deepEqual(events, ['lost 1', 'lost 2', 'd'])
  assert.deepEqual(tap.tally, { delivered: 1, lost: 3 })
})

test('a wake-up without room is waited out, and losses meanwhile are in the notice', async () => {
  const { tap, events, grant } = subscriber(0)
  tap.offer('a')
  await grant(0)
  tap.offer('b')
  await grant(1)
  assert.deepEqual(events, ['lost 2'])
})

test('a subscriber that leaves while it is behind ends quietly, with its losses counted', async () => {
  const { tap, events, leave } = subscriber(0)
  tap.offer('a')
  await leave()
  assert.deepEqual(events, [])
  assert.deepEqual(tap.tally, { delivered: 0, lost: 1 })
})
