import assert from 'node:assert/strict'
import { setImmediate as turn } from 'node:timers/promises'
import { test } from 'node:test'
import { ManualClock } from '@ron/kernel/system/manual-clock'
import { seededRandom } from '@ron/kernel/system/seeded-random.fixture'
import type { Claim, Verdict } from '../snark/verifier.ts'
import { Desk, type Batch, type Limits, type Outcome } from './desk.ts'

interface Sent {
  readonly batch: Batch
  readonly answer: (verdicts: readonly Verdict[]) => Promise<void>
  readonly fail: (message: string) => Promise<void>
}

/** A desk whose workers answer when the test says so. A claim is known by the first byte of its proof. */
function desk(limits: Partial<Limits> = {}) {
  const clock = new ManualClock()
  const sent: Sent[] = []
  const causes: string[] = []
  const verify = (batch: Batch) =>
    new Promise<readonly Verdict[]>((resolve, reject) => {
      const answer = async (verdicts: readonly Verdict[]) => {
        resolve(verdicts)
        await turn()
      }
      const fail = async (message: string) => {
        reject(new Error(message))
        await turn()
      }
      sent.push({ batch, answer, fail })
    })
  const batchMax = new Map([
    ['x', 3],
    ['y', 3],
  ])
  const all = { waitMs: 3, aloneMs: 3, workers: 1, waitingMax: 100, batchMax, ...limits }
  const lost = (_: string, cause: unknown) => void causes.push(cause instanceof Error ? cause.message : '')
  const of = new Desk(all, { clock, random: seededRandom(), verify, lost })
  const ask = (id: number, tenant = 'a', circuit = 'x', signal = new AbortController().signal) => {
    const asked: { outcome: Outcome | null } = { outcome: null }
    const claim: Claim = { proof: Uint8Array.of(id), inputs: [] }
    void of.ask(circuit, tenant, claim, signal).then((outcome) => (asked.outcome = outcome))
    return asked
  }
  const ids = () => sent.map(({ batch }) => batch.claims.map(({ proof }) => proof[0]).join(' '))
  const first = (at = 0): Sent => sent[at] ?? assert.fail(`no batch ${at} was sent`)
  return { clock, desk: of, ask, sent, ids, first, causes }
}

test('claims that come together go together, when the first has waited long enough', async () => {
  const { clock, ask, ids, first } = desk()
  const [one, two] = [ask(1), ask(2)]
  clock.advance(2)
  assert.deepEqual(ids(), [])
  clock.advance(1)
  assert.deepEqual(ids(), ['1 2'])
  await first().answer([null, 'equation'])
  assert.deepEqual([one.outcome, two.outcome], [{ verdict: null }, { verdict: 'equation' }])
})

test('a full batch goes at once, and what is left waits for the worker', async () => {
  const { ask, ids, first, clock } = desk()
  for (const id of [1, 2, 3, 4, 5]) ask(id)
  clock.advance(1_000)
  assert.deepEqual(ids(), ['1 2 3'])
  await first().answer([null, null, null])
  assert.deepEqual(ids(), ['1 2 3', '4 5'])
})

test('as many batches are in work as there are workers, and no key goes into the batch of another', () => {
  const { ask, ids, clock, sent } = desk({ workers: 2 })
  ask(1)
  ask(2, 'a', 'y')
  ask(3, 'a', 'x')
  clock.advance(3)
  ask(4)
  clock.advance(1_000)
  assert.deepEqual(ids(), ['1 3', '2'])
  assert.deepEqual(
    sent.map(({ batch }) => batch.circuit),
    ['x', 'y'],
  )
})

test('each claim of a batch has a weight of its own, new in every batch', async () => {
  const { ask, clock, first } = desk()
  ask(1)
  ask(2)
  clock.advance(3)
  await first().answer([null, null])
  ask(3)
  clock.advance(3)
  const weights = [first(0).batch.weights, first(1).batch.weights]
  assert.deepEqual(
    weights.map(({ length }) => length),
    [32, 16],
  )
  const pieces = [weights[0]?.subarray(0, 16), weights[0]?.subarray(16), weights[1]]
  assert.equal(new Set(pieces.map(String)).size, 3)
})

test('without room a claim of the tenant with the most waiting is refused, and the others are not', async () => {
  const { ask, desk: one } = desk({ waitingMax: 3 })
  const inWork = [1, 2, 3].map((id) => ask(id))
  const greedy = [4, 5, 6].map((id) => ask(id))
  const modest = ask(7, 'b')
  const more = ask(8)
  await turn()
  assert.equal(one.waiting, 3)
  assert.deepEqual(
    [...inWork, ...greedy, modest, more].map(({ outcome }) => outcome),
    [null, null, null, null, null, { refused: 'full' }, null, { refused: 'full' }],
  )
})

test('a worker that fails costs its batch and nothing else', async () => {
  const { ask, clock, first, ids, causes } = desk()
  const [one, two] = [ask(1), ask(2)]
  clock.advance(3)
  const three = ask(3)
  await first().fail('the thread ended')
  const lost = { refused: 'lost' }
  assert.deepEqual([one.outcome, two.outcome, causes], [lost, lost, ['the thread ended']])
  clock.advance(3)
  assert.deepEqual(ids(), ['1 2', '3'])
  await first(1).answer([])
  assert.deepEqual(three.outcome, lost)
  assert.match(String(causes[1]), /answered for 0 claims of 1/)
})

test('a claim whose caller has gone is not verified', async () => {
  const { ask, clock, ids } = desk()
  const gone = new AbortController()
  const left = ask(1, 'a', 'x', gone.signal)
  ask(2)
  gone.abort()
  clock.advance(3)
  await turn()
  assert.deepEqual([ids(), left.outcome], [['2'], { refused: 'gone' }])
})

test('a desk that stops sets no more timers and says to whoever waits that it is over', async () => {
  const { ask, clock, desk: one, sent } = desk()
  const waiting = ask(1)
  one.stop()
  await turn()
  assert.deepEqual([waiting.outcome, clock.pending, sent.length], [{ refused: 'gone' }, 0, 0])
})

test('a timer is set only while something waits for time to pass', async () => {
  const { ask, clock, first } = desk()
  assert.equal(clock.pending, 0)
  ask(1)
  ask(2)
  assert.equal(clock.pending, 1)
  clock.advance(3)
  assert.equal(clock.pending, 0)
  await first().answer([null, null])
  assert.equal(clock.pending, 0)
})
