import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock } from '../system/manual-clock.ts'
import { shedding } from './shedding.ts'

const silent = { debug() {}, info() {}, warn() {}, error() {} }

/** A node whose services are as busy as a test says. */
function pressed() {
  const clock = new ManualClock(0)
  const load = { waiting: 0, lateMs: 0 }
  const kernel: string[] = []
  const ladder = shedding(
    () => load.waiting,
    {
      now: () => clock.now(),
      monotonic: () => clock.monotonic() + load.lateMs,
      after: (ms, run) => clock.after(ms, run),
    },
    silent,
    (well, because) => kernel.push(well ? 'well' : because),
  )
  const pass = (ms: number) => {
    for (let passed = 0; passed < ms; passed += 100) clock.advance(100)
  }
  return { clock, ladder, load, kernel, pass }
}

test('a service that is wanted too much has features shed, and their verbs are refused with what is shed', () => {
  const { ladder, load, pass } = pressed()
  load.waiting = 0.8
  pass(4_200)
  assert.deepEqual(ladder.shed(), ['media', 'search'])
  const refusal = ladder.refusal('search.read') ?? assert.fail('search is served')
  assert.equal(refusal.code, 'NotReady')
  assert.equal(refusal.more.retryAfterMs, 5_000)
  assert.deepEqual(refusal.more.headers, { 'x-node-degraded': 'media, search' })
  assert.equal(refusal.more.explain?.rule, 'shed-search')
  for (const verb of ['objects.read', 'mailbox.send', 'graph.read']) assert.equal(ladder.refusal(verb), null)
})

test('once it is at ease everything comes back', () => {
  const { ladder, load, pass } = pressed()
  load.waiting = 0.8
  pass(9_000)
  assert.equal(ladder.shed().length, 4)
  load.waiting = 0
  pass(20_500)
  assert.deepEqual(ladder.shed(), [])
  assert.equal(ladder.refusal('media.read'), null)
})

test('a kernel whose timers come late says so, and that it is well again', () => {
  const { clock, kernel, load } = pressed()
  clock.advance(100)
  assert.deepEqual(kernel.splice(0), ['well', 'well'])
  load.lateMs = 3_000
  clock.advance(100)
  assert.match(kernel[0] ?? '', /its timers are \d+ ms late/)
  clock.advance(100)
  assert.equal(kernel.at(-1), 'well')
})

test('it looks no more once it is stopped', () => {
  const { ladder, load, pass } = pressed()
  ladder.stop()
  load.waiting = 1
  pass(9_000)
  assert.deepEqual(ladder.shed(), [])
})
