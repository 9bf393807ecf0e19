import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Refusal } from '@ron/kernel/contract/refusals'
import { callBy } from '../../testing.ts'
import { Budget } from '../bounds/budget.ts'
import { Ulids } from '../ids/ulid.ts'
import { HandClock } from '../testing/hand-clock.ts'
import { seededRandom } from '../testing/seeded-random.ts'
import { Acked } from './acked.ts'
import { Dedupe } from './dedupe.ts'
import { Exchange } from './exchange.ts'

const { call } = callBy()
const topics = ['a', 'b', 'dlq/a', 'dlq/b']

const step = fc.record({
  do: fc.constantFrom(
    'send',
    'send',
    'send',
    'receive',
    'receive',
    'receive',
    'ack',
    'nack',
    'nack',
    'wait',
    'reprocess',
  ),
  tenant: fc.constantFrom('t', 'u'),
  topic: fc.constantFrom(...topics),
  number: fc.nat(40),
})

test('over any history every accepted message is acknowledged, expired or still there, and every budget adds up', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 150 }), (steps) => {
      const clock = new HandClock()
      const budgets = {
        bytes: new Budget('bytesMax', 20_000),
        topics: new Budget('topicsMax', 3),
        leases: new Budget('inflightMax', 4),
      }
      const [sent, done] = [new Map<string, string>(), new Set<string>()]
      const exchange = new Exchange({
        clock,
        random: seededRandom(),
        ulids: new Ulids(clock, seededRandom()),
        dedupe: new Dedupe(clock, 50, new Budget('dedupeMax', 30)),
        acked: new Acked(5),
        budgets,
        limits: {
          depthMax: 8,
          attemptsMax: 2,
          retentionMs: 300,
          deadRetentionMs: 600,
          backoff: { baseMs: 20, capMs: 60 },
        },
        events: { arrived() {}, ready() {}, died() {}, expired: ({ id }) => done.add(id) },
      })

      for (const { do: action, tenant, topic, number } of steps) {
        const id = [...sent.keys()][number % Math.max(1, sent.size)] ?? ''
        const receipt = { tenant, id, lease: undefined }
        try {
          if (action === 'send') {
            const letter = { tenant, topic, idemKey: `${number}`, payload: new Uint8Array(number), attrs: {} }
            sent.set(exchange.send(letter, call).id, tenant)
          }
          if (action === 'receive') {
            const wish = { tenant, topic, visibilityMs: 40, messagesMax: 3, bytesMax: 50 }
            for (const message of exchange.receive(wish, call))
              assert.ok(!done.has(message.id), 'delivered after its end')
          }
          if (action === 'ack') {
            exchange.ack(receipt, call)
            assert.equal(sent.get(id), tenant)
            done.add(id)
          }
          if (action === 'nack') exchange.nack(receipt, 'no', call)
          if (action === 'reprocess') exchange.reprocess(tenant, topic, 2, call)
          if (action === 'wait') clock.advance(number)
        } catch (thrown) {
          if (!(thrown instanceof Refusal)) throw thrown
        }
        const counts = ['t', 'u'].flatMap((each) => topics.map((name) => exchange.counts(each, name)))
        const total = (of: (count: (typeof counts)[number]) => number) =>
          counts.reduce((sum, each) => sum + of(each), 0)
        assert.equal(
          total(({ ready, leased, waiting }) => ready + leased + waiting),
          sent.size - done.size,
        )
        assert.equal(
          total(({ bytes }) => bytes),
          budgets.bytes.used,
        )
        assert.equal(
          total(({ leased }) => leased),
          budgets.leases.used,
        )
      }
      exchange.stop()
      assert.deepEqual([budgets.bytes.used, budgets.topics.used, budgets.leases.used], [0, 0, 0])
    }),
    { numRuns: 200 },
  )
})
