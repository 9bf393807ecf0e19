import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Refusal } from '@ron/kernel/contract/refusals'
import { callBy, journalPlace, system } from '../../testing.ts'
import { Ulids } from '../ids/ulid.ts'
import { openState, type State } from '../journal/state.ts'
import { HandClock, settled } from '../testing/hand-clock.ts'
import { following, plainState, rebuiltFrom, usedOf } from '../testing/states.ts'
import { seededRandom } from '@ron/kernel/system/seeded-random.fixture'
import { encodeLetter } from '@ron/kernel/contract/packed/letter'
import { ulidText } from '@ron/kernel/contract/packed/ulid'
import { wordsOf } from '../ids/words.ts'
import { Exchange } from './exchange.ts'
import { leaseText } from './lease.ts'

const { call } = callBy()
const tenants = ['t', 'u']
const topics = ['a', 'b', 'dlq/a', 'dlq/b']
const limits = {
  bytesMax: 12_000,
  topicsMax: 3,
  inflightMax: 4,
  dedupeMax: 30,
  ackedMax: 5,
  depthMax: 8,
  feedBytesMax: 0,
  timelineMax: 0,
  attemptsMax: 2,
  retentionMs: 300,
  deadRetentionMs: 600,
  dedupeMs: 50,
  backoff: { baseMs: 20, capMs: 60 },
}

const step = fc.record({
  do: fc.constantFrom(
    'send',
    'send',
    'send',
    'receive',
    'receive',
    'receive',
    'ack',
    'ack many',
    'nack',
    'nack',
    'wait',
    'reprocess',
    'compact',
    'let the spare read',
    'crash',
  ),
  tenant: fc.constantFrom(...tenants),
  topic: fc.constantFrom(...topics),
  number: fc.nat(40),
})

let opened = 0

/** An exchange over what the journal kept. */
function open(state: State, clock: HandClock, expired: (id: string) => void): Exchange {
  return new Exchange({
    clock,
    random: seededRandom(),
    ulids: new Ulids(clock, seededRandom(++opened)),
    depot: state.depot,
    commit: state.commitQueue,
    budgets: state.budgets,
    room: state.room,
    limits,
    events: { arrived() {}, ready() {}, died() {}, expired: ({ id }) => expired(id) },
  })
}

const plain = (state: State) => [plainState(state, tenants, []), usedOf(state)]

test('over any history with crashes every accepted message is acknowledged, expired or still there, and every budget adds up', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 150, size: 'max' }), async (steps) => {
      const clock = new HandClock()
      // Small enough to be compacted now and then, large enough that its room never is the first to end.
      const place = journalPlace(24_000)
      const [sent, done] = [new Map<string, string>(), new Set<string>()]
      /** Sends by what makes them the same, and until when they are recognised. */
      const recent = new Map<string, { readonly id: string; readonly untilMs: number }>()
      /** Until when a message is somebody's. */
      const leasedUntil = new Map<string, number>()
      const expired = (id: string) => void done.add(id)
      let journal = place.open()
      let state = await openState(limits, journal, system.log)
      let exchange = open(state, clock, expired)
      let spare = following(place, limits)

      for (const { do: action, tenant, topic, number } of steps) {
        const id = [...sent.keys()][number % Math.max(1, sent.size)] ?? ''
        const receipt = { tenant, id: wordsOf([id]), lease: null }
        if (id === '' && (action === 'ack' || action === 'ack many' || action === 'nack')) continue
        try {
          if (action === 'send') {
            // Every third send is of three, one of them twice.
            const numbers = number % 3 === 0 ? [number, number + 1, number] : [number]
            const names = numbers.map((each) => `${tenant} ${topic} ${each}`)
            const letters = numbers.map((each) =>
              encodeLetter({ idem_key: `${each}`, attrs: {}, payload: new Uint8Array(each) }),
            )
            const { ids, duplicates, refused } = exchange.send({ tenant, topic, letters }, call)
            assert.equal(refused === null, duplicates.length === letters.length)
            for (const [n, duplicate] of duplicates.entries()) {
              const [name, sentId] = [names[n] ?? '', ulidText(ids, n * 16)]
              const before = recent.get(name)
              assert.equal(duplicate, before !== undefined && before.untilMs > clock.monotonic())
              if (duplicate) assert.equal(sentId, before?.id)
              else recent.set(name, { id: sentId, untilMs: clock.monotonic() + limits.dedupeMs })
              sent.set(sentId, tenant)
            }
          }
          if (action === 'receive') {
            const wish = { tenant, topic, visibilityMs: 40, messagesMax: 3, bytesMax: 50 }
            const slots = exchange.receive(wish, call)
            const { columns } = state.depot.messages
            assert.ok(new Set(slots.map((slot) => leaseText(columns.lease, slot))).size <= 1, 'one lease')
            for (const message of slots.map((slot) => state.depot.message(slot))) {
              assert.ok(!done.has(message.id), 'delivered after its end')
              assert.ok((leasedUntil.get(message.id) ?? 0) <= clock.monotonic(), 'with two at once')
              leasedUntil.set(message.id, clock.monotonic() + wish.visibilityMs)
            }
          }
          if (action === 'ack') {
            exchange.ack(receipt, call)
            assert.equal(sent.get(id), tenant)
            done.add(id)
          }
          if (action === 'ack many') {
            const ids = [...sent.keys()].slice(number % sent.size, (number % sent.size) + 4)
            const outcomes = exchange.ackAll({ tenant, ids: wordsOf([...ids, id]), lease: null })
            for (const [n, each] of [...ids, id].entries()) {
              if (outcomes[n] !== 'done') continue
              assert.equal(sent.get(each), tenant)
              done.add(each)
            }
          }
          if (action === 'nack') {
            exchange.nack(receipt, 'no', call)
            leasedUntil.delete(id)
          }
          if (action === 'reprocess') exchange.reprocess(tenant, topic, 2, call)
          if (action === 'wait') clock.advance(number)
        } catch (thrown) {
          if (!(thrown instanceof Refusal)) throw thrown
          assert.doesNotMatch(thrown.message, /journal/)
        }
        if (action === 'compact') journal.compact(state.snapshot())
        if (action === 'let the spare read') await settled()
        if (action === 'crash') {
          const before = plain(state)
          exchange.stop()
          const replayed = await openState(limits, place.open(), system.log)
          assert.deepEqual(plain(replayed), before, 'replayed')
          assert.deepEqual(plain(await rebuiltFrom(replayed, limits)), before, 'rebuilt from a snapshot')
          spare.take()
          journal = spare.journal
          state = await spare.state
          assert.deepEqual(plain(state), before, 'followed')
          exchange = open(state, clock, expired)
          spare = following(place, limits)
        }
        const counts = tenants.flatMap((each) => topics.map((name) => exchange.counts(each, name)))
        const total = (of: (count: (typeof counts)[number]) => number) =>
          counts.reduce((sum, each) => sum + of(each), 0)
        assert.equal(
          total(({ ready, leased, waiting }) => ready + leased + waiting),
          sent.size - done.size,
        )
        assert.equal(
          total(({ bytes }) => bytes),
          state.budgets.bytes.used,
        )
        assert.equal(
          total(({ leased }) => leased),
          state.budgets.leases.used,
        )
      }
      spare.take()
      assert.deepEqual(plain(await spare.state), plain(state), 'followed to the end')
    }),
    { numRuns: 200 },
  )
})
