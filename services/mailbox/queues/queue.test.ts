import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Budget } from '../bounds/budget.ts'
import { messageOf, type Message } from './message.ts'
import { QueueOracle } from './queue.oracle.ts'
import { Queue } from './queue.ts'

const attemptsMax = 2
const retentionMs = 50
const ids = (messages: readonly Message[]) => messages.map(({ id }) => id)
const wish = { lease: 'a', untilMs: 10, messagesMax: 32, bytesMax: 1000 }

function message(id: string, bytes = 1): Message {
  const topic = { tenant: 't', name: 'q' }
  return messageOf(
    {
      id,
      tenant: 't',
      topic: 'q',
      sentAtMs: 0,
      idemKey: id,
      payload: new Uint8Array(bytes),
      payloadHash: '',
      attrs: {},
    },
    topic,
  )
}

function queueOf(...names: string[]) {
  const queue = new Queue(new Budget('inflightMax', 100))
  const messages = names.map((id) => message(id))
  for (const each of messages) queue.push(each, retentionMs)
  return { queue, messages }
}

test('messages come out in the order they went in, and a leased one comes to nobody else', () => {
  const { queue } = queueOf('a', 'b', 'c')
  assert.deepEqual(ids(queue.take({ ...wish, messagesMax: 2 })), ['a', 'b'])
  assert.deepEqual(ids(queue.take(wish)), ['c'])
  assert.deepEqual(ids(queue.take(wish)), [])
})

test('a message whose lease ran out goes before those that came later, with its attempt counted', () => {
  const { queue } = queueOf('a', 'b')
  queue.take({ ...wish, messagesMax: 1 })
  assert.equal(queue.advance(9, attemptsMax).returned, 0)
  assert.equal(queue.advance(10, attemptsMax).returned, 1)
  const again = queue.take({ ...wish, untilMs: 20, lease: 'b' })
  assert.deepEqual(ids(again), ['a', 'b'])
  assert.deepEqual([again[0]?.attempt, again[0]?.lease], [2, 'b'])
})

test('messages whose leases ended with their last attempt leave the queue in the order of the line', () => {
  const { queue } = queueOf('a', 'b')
  queue.take(wish)
  queue.advance(10, attemptsMax)
  queue.take({ ...wish, untilMs: 20, messagesMax: 1 })
  queue.take({ ...wish, untilMs: 15 })
  assert.deepEqual(ids(queue.advance(20, attemptsMax).dead), ['a', 'b'])
  assert.equal(queue.depth, 0)
  assert.equal(queue.bytes, 0)
})

test('a ready message leaves when its retention is over, not before', () => {
  const { queue } = queueOf('a')
  assert.deepEqual(ids(queue.advance(49, attemptsMax).expired), [])
  assert.deepEqual(ids(queue.advance(50, attemptsMax).expired), ['a'])
  assert.equal(queue.depth, 0)
})

test('a message larger than the byte limit is taken alone, or nobody could ever receive it', () => {
  const queue = new Queue(new Budget('inflightMax', 100))
  queue.push(message('big', 20), retentionMs)
  queue.push(message('small'), retentionMs)
  assert.deepEqual(ids(queue.take({ ...wish, bytesMax: 10 })), ['big'])
})

test('the byte limit ends a batch and skips nobody', () => {
  const queue = new Queue(new Budget('inflightMax', 100))
  for (const [id, size] of [
    ['a', 6],
    ['b', 6],
    ['c', 1],
  ] as const)
    queue.push(message(id, size), retentionMs)
  assert.deepEqual(ids(queue.take({ ...wish, bytesMax: 10 })), ['a'])
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
      const leases = new Budget('inflightMax', 1000)
      const queue = new Queue(leases)
      const oracle = new QueueOracle()
      const alive = new Map<string, Message>()
      const gone = (messages: readonly Message[]) => {
        for (const { id } of messages) alive.delete(id)
      }
      let nowMs = 0

      for (const [turn, each] of steps.entries()) {
        const fallen = queue.advance(nowMs, attemptsMax)
        const expected = oracle.advance(nowMs, attemptsMax)
        assert.deepEqual(
          { dead: ids(fallen.dead), expired: ids(fallen.expired), returned: fallen.returned },
          expected,
        )
        gone([...fallen.dead, ...fallen.expired])

        const chosen = 'which' in each ? [...alive.values()][each.which % Math.max(1, alive.size)] : undefined
        if (each.do === 'push') {
          const made = message(`m${turn}`, each.bytes)
          alive.set(made.id, made)
          queue.push(made, nowMs + retentionMs)
          oracle.push(made.id, each.bytes, nowMs + retentionMs)
        }
        if (each.do === 'take') {
          const take = { lease: `l${turn}`, untilMs: nowMs + 10, messagesMax: each.most, bytesMax: 12 }
          assert.deepEqual(ids(queue.take(take)), oracle.take(take))
        }
        if (each.do === 'wait') nowMs += each.ms
        if (each.do === 'remove' && chosen !== undefined) {
          queue.remove(chosen)
          oracle.remove(chosen.id)
          gone([chosen])
        }
        if (each.do === 'giveBack' && chosen?.state === 'leased') {
          queue.giveBack(chosen, nowMs + each.ms)
          oracle.giveBack(chosen.id, nowMs + each.ms)
        }

        assert.deepEqual(
          [queue.ready, queue.leased, queue.waiting, queue.dueAtMs],
          [oracle.count('ready'), oracle.count('leased'), oracle.count('waiting'), oracle.dueAtMs],
        )
        assert.deepEqual(ids(queue.inLine()), oracle.ids)
        assert.equal(queue.depth, alive.size)
        assert.equal(leases.used, queue.leased)
        assert.equal(
          queue.bytes,
          [...alive.values()].reduce((sum, { chargedBytes }) => sum + chargedBytes, 0),
        )
      }
    }),
    { numRuns: 400 },
  )
})
