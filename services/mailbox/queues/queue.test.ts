import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Budget } from '../bounds/budget.ts'
import { letterOf, named, namesOf } from '../testing/named.ts'
import { QueueOracle } from './queue.oracle.ts'
import { Queue } from './queue.ts'
import { noSlot } from './store/key-index.ts'
import { Messages, state } from './store/messages.ts'

const attemptsMax = 2
const retentionMs = 50
const all = Number.MAX_SAFE_INTEGER
const lease = (number: number) => Uint32Array.of(1, number)
const wish = { lease: lease(0), untilMs: 10, messagesMax: 32, bytesMax: 1000 }

/** A queue without messages, and what a test asks of it by name. */
function rig() {
  const bytes = new Budget('bytesMax', 100_000)
  const leases = new Budget('inflightMax', 1000)
  const messages = new Messages(bytes)
  const queue = new Queue(0, messages, leases)
  return {
    bytes,
    leases,
    messages,
    queue,
    push(id: string, size = 1, expiresAtMs = retentionMs): number {
      const slot = messages.add(named(id), 0, letterOf(id, new Uint8Array(size)), 0)
      queue.push(slot, expiresAtMs)
      return slot
    },
    ids: (slots: Iterable<number>) => [...slots].flatMap((slot) => namesOf(messages.id(slot))),
  }
}

function queueOf(...names: string[]) {
  const made = rig()
  for (const id of names) made.push(id)
  return made
}

test('messages come out in the order they went in, and a leased one comes to nobody else', () => {
  const { queue, ids } = queueOf('a', 'b', 'c')
  assert.deepEqual(ids(queue.take({ ...wish, messagesMax: 2 })), ['a', 'b'])
  assert.deepEqual(ids(queue.take(wish)), ['c'])
  assert.deepEqual(ids(queue.take(wish)), [])
})

test('a message whose lease ran out goes before those that came later, with its attempt counted', () => {
  const { queue, messages, ids } = queueOf('a', 'b')
  queue.take({ ...wish, messagesMax: 1 })
  assert.equal(queue.advance(9, attemptsMax, all).returned, 0)
  assert.equal(queue.advance(10, attemptsMax, all).returned, 1)
  const again = queue.take({ ...wish, untilMs: 20, lease: lease(7) })
  assert.deepEqual(ids(again), ['a', 'b'])
  const [slot = noSlot] = again
  assert.deepEqual([messages.columns.attempt[slot], messages.columns.lease[2 * slot + 1]], [2, 7])
})

test('messages whose leases ended with their last attempt leave the queue in the order of the line', () => {
  const { queue, ids } = queueOf('a', 'b')
  queue.take(wish)
  queue.advance(10, attemptsMax, all)
  queue.take({ ...wish, untilMs: 20, messagesMax: 1 })
  queue.take({ ...wish, untilMs: 15 })
  assert.deepEqual(ids(queue.advance(20, attemptsMax, all).dead), ['a', 'b'])
  assert.equal(queue.depth, 0)
  assert.equal(queue.bytes, 0)
})

test('a ready message leaves when its retention is over, not before', () => {
  const { queue, ids } = queueOf('a')
  assert.deepEqual(ids(queue.advance(49, attemptsMax, all).expired), [])
  assert.deepEqual(ids(queue.advance(50, attemptsMax, all).expired), ['a'])
  assert.equal(queue.depth, 0)
})

test('a message larger than the byte limit is taken alone, or nobody could ever receive it', () => {
  const { queue, push, ids } = rig()
  push('big', 20)
  push('small')
  assert.deepEqual(ids(queue.take({ ...wish, bytesMax: 10 })), ['big'])
})

test('the byte limit ends a batch and skips nobody', () => {
  const { queue, push, ids } = rig()
  push('a', 6)
  push('b', 6)
  push('c', 1)
  assert.deepEqual(ids(queue.take({ ...wish, bytesMax: 10 })), ['a'])
})

test('what is due moves so many at a time, and the rest is due at once', () => {
  const { queue, ids } = queueOf('a', 'b', 'c')
  queue.take(wish)
  assert.equal(queue.advance(10, attemptsMax, 2).returned, 2)
  assert.deepEqual([queue.leased, queue.ready, queue.dueAtMs], [1, 2, 10])
  assert.equal(queue.advance(10, attemptsMax, 2).returned, 1)
  assert.deepEqual(ids(queue.advance(50, attemptsMax, 2).expired), ['a', 'b'])
  assert.deepEqual(ids(queue.advance(50, attemptsMax, 2).expired), ['c'])
})

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('push' as const), bytes: fc.integer({ min: 1, max: 9 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('take' as const), most: fc.integer({ min: 1, max: 4 }) }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.nat(15) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('remove' as const), which: fc.nat() }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('giveBack' as const), which: fc.nat(), ms: fc.nat(12) }),
  },
)

test('over any history the queue does what a plain list would do', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120, size: 'max' }), (steps) => {
      const { bytes, leases, messages, queue, push, ids } = rig()
      const oracle = new QueueOracle()
      /** Slots by id. */
      const alive = new Map<string, number>()
      const gone = (slots: readonly number[]) => {
        for (const slot of slots) {
          alive.delete(namesOf(messages.id(slot))[0] ?? '')
          messages.release(slot)
        }
      }
      let nowMs = 0

      for (const [turn, each] of steps.entries()) {
        const fallen = queue.advance(nowMs, attemptsMax, all)
        const expected = oracle.advance(nowMs, attemptsMax)
        assert.deepEqual(
          { dead: ids(fallen.dead), expired: ids(fallen.expired), returned: fallen.returned },
          expected,
        )
        gone([...fallen.dead, ...fallen.expired])

        const chosen = 'which' in each ? [...alive][each.which % Math.max(1, alive.size)] : undefined
        if (each.do === 'push') {
          const id = `m${turn}`
          alive.set(id, push(id, each.bytes, nowMs + retentionMs))
          oracle.push(id, each.bytes, nowMs + retentionMs)
        }
        if (each.do === 'take') {
          const take = { lease: lease(turn), untilMs: nowMs + 10, messagesMax: each.most, bytesMax: 12 }
          assert.deepEqual(ids(queue.take(take)), oracle.take(take))
        }
        if (each.do === 'wait') nowMs += each.ms
        if (each.do === 'remove' && chosen !== undefined) {
          const [id, slot] = chosen
          queue.remove(slot)
          oracle.remove(id)
          gone([slot])
        }
        if (each.do === 'giveBack' && chosen !== undefined) {
          const [id, slot] = chosen
          if (messages.columns.state[slot] === state.leased) {
            queue.explain(slot, 'x'.repeat(each.ms))
            queue.giveBack(slot, nowMs + each.ms)
            oracle.giveBack(id, nowMs + each.ms)
          }
        }

        assert.deepEqual(
          [queue.ready, queue.leased, queue.waiting, queue.dueAtMs],
          [oracle.count('ready'), oracle.count('leased'), oracle.count('waiting'), oracle.dueAtMs],
        )
        assert.deepEqual(ids(queue.inLine()), oracle.ids)
        assert.equal(queue.depth, alive.size)
        assert.equal(leases.used, queue.leased)
        const charged = [...alive.values()].reduce((sum, slot) => sum + messages.chargedBytes(slot), 0)
        assert.deepEqual([queue.bytes, bytes.used], [charged, charged])
      }
    }),
    { numRuns: 400 },
  )
})
