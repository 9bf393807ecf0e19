import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Refusal } from '../contract/refusals.ts'
import { ManualClock } from '../system/manual-clock.ts'
import { refusalOf, requestOf } from './request.fixture.ts'
import type { Remembered } from './remembered.ts'
import { RequestMemory } from './request-memory.ts'

const bounds = {
  refusals: { countMax: 4, bytesMax: 1_000_000 },
  perSecond: 3,
  traced: { countMax: 4, bytesMax: 1_000_000 },
  tracedPerSecond: 3,
  slowest: { perRoute: 1, routesMax: 8, spanMs: 1_000 },
}
const at = (endMs: number) => ({ fromMs: endMs, admittedMs: null, askedMs: null, endMs })

test('a refusal is found by each of its ids, with its wall, rule and fix', () => {
  const memory = new RequestMemory(new ManualClock(), bounds)
  memory.answered(requestOf({ refusal: refusalOf('no') }))
  for (const id of ['r1', 'c1', 'a'.repeat(32)]) {
    const [found, ...others] = memory.find(id)
    assert.deepEqual(others, [])
    const { code, wall, rule, fix } = found?.refused ?? {}
    assert.deepEqual([code, wall, rule, fix], ['PolicyDenied', 'policy', 'r-1', 'ask otherwise'])
  }
  assert.deepEqual(memory.find('r2'), [])
})

test('the last refusals are remembered, and the memory says how far it reaches', () => {
  const memory = new RequestMemory(new ManualClock(), bounds)
  for (let n = 0; n < 6; n++) {
    memory.answered(requestOf({ requestId: `r${n}`, refusal: refusalOf('no'), stages: at(n * 1_000) }))
  }
  assert.deepEqual(
    memory.refusals().map(({ requestId }) => requestId),
    ['r2', 'r3', 'r4', 'r5'],
  )
  const { refusals, refusalsMax, passedOver } = memory.reach()
  assert.deepEqual([refusals, refusalsMax, passedOver], [4, 4, 0])
})

test('a flood of one code washes out no other', () => {
  const memory = new RequestMemory(new ManualClock(), bounds)
  const tell = (requestId: string, refusal: Refusal, endMs: number) => {
    const request = requestOf({ requestId, refusal, stages: at(endMs) })
    if (memory.wants(request.route, refusal.code, endMs, endMs, false)) memory.answered(request)
  }
  tell('other', new Refusal('NotFound', 'nothing'), 0)
  for (let n = 0; n < 100; n++) tell(`r${n}`, refusalOf('no'), 1)
  assert.equal(memory.find('other').length, 1)
  assert.equal(memory.refusals().length, 4)
  assert.equal(memory.reach().passedOver, 97)
  tell('later', refusalOf('no'), 1_000)
  assert.equal(memory.find('later').length, 1)
})

test('of requests that went well only the slow are wanted, unless somebody listens to all', () => {
  const memory = new RequestMemory(new ManualClock(), bounds)
  assert.equal(memory.wants('/objects/*name', null, 0, 1, false), true)
  memory.answered(requestOf())
  assert.equal(memory.wants('/objects/*name', null, 0, 3, false), false)
  assert.equal(memory.wants('/objects/*name', null, 0, 4, false), true)
  const heard: Remembered[] = []
  const leave = memory.listen((request) => heard.push(request))
  assert.equal(memory.wants('/objects/*name', null, 0, 0, false), true)
  memory.answered(requestOf({ requestId: 'heard', stages: at(1) }))
  leave()
  assert.equal(memory.wants('/objects/*name', null, 0, 0, false), false)
  assert.deepEqual(
    heard.map(({ requestId }) => requestId),
    ['heard'],
  )
  assert.equal(memory.find('heard').length, 0)
})

test('the slow are forgotten after a while, also when nothing slower came', () => {
  const clock = new ManualClock()
  const memory = new RequestMemory(clock, bounds)
  memory.answered(requestOf({ requestId: 'slow' }))
  assert.equal(memory.find('slow').length, 1)
  for (const _ of [1, 2]) {
    clock.advance(bounds.slowest.spanMs)
    memory.turn()
  }
  assert.equal(memory.find('slow').length, 0)
  assert.equal(memory.wants('/objects/*name', null, 0, 1, false), true)
})

test('the last whose clients trace them are remembered, so many in a second and in all', () => {
  const memory = new RequestMemory(new ManualClock(), bounds)
  // Slower than all that follow, so that those are not remembered for their slowness.
  memory.answered(requestOf({ requestId: 'slowest' }))
  const tell = (requestId: string, endMs: number, traced: boolean) => {
    const request = requestOf({ requestId, traced, stages: at(endMs) })
    return memory.wants(request.route, null, endMs, endMs, traced) && memory.answered(request)
  }
  assert.equal(tell('untraced', 0, false), false)
  assert.deepEqual(
    [1, 2, 3, 4].map((n) => tell(`t${n}`, 0, true)),
    [true, true, true, false],
  )
  assert.deepEqual(
    [5, 6].map((n) => tell(`t${n}`, 1_000, true)),
    [true, true],
  )
  assert.equal(memory.reach().traced, 4)
  const known = [1, 2, 3, 4, 5, 6].filter((n) => memory.find(`t${n}`).length === 1)
  assert.deepEqual(known, [2, 3, 5, 6])
})

test('whoever is told only because somebody listens is not remembered', () => {
  const memory = new RequestMemory(new ManualClock(), bounds)
  assert.equal(memory.answered(requestOf({ requestId: 'slowest' })), true)
  const leave = memory.listen(() => {})
  assert.equal(memory.answered(requestOf({ requestId: 'heard', stages: at(0) })), false)
  assert.equal(memory.answered(requestOf({ requestId: 'refused', refusal: refusalOf('no') })), true)
  leave()
})
