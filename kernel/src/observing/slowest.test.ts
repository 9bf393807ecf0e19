import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Refusal } from '../contract/refusals.ts'
import { refusalOf, requestOf } from './request.fixture.ts'
import { bytesOf, remember, stageTimes, type Remembered } from './remembered.ts'
import { Slowest } from './slowest.ts'

const bounds = { perRoute: 2, routesMax: 3, spanMs: 1_000 }
const took = (ms: number, route = '/a'): Remembered =>
  remember(
    requestOf({
      route,
      requestId: `${route} ${ms}`,
      stages: { fromMs: 0, admittedMs: null, askedMs: null, endMs: ms },
    }),
    0,
  )
const ids = (slowest: Slowest) =>
  slowest
    .all()
    .map(({ requestId }) => requestId)
    .toSorted()

test('the slowest of each route are kept, however many come', () => {
  const slowest = new Slowest(bounds, 0)
  for (const ms of [5, 1, 9, 7, 3]) slowest.keep(took(ms))
  slowest.keep(took(1, '/b'))
  assert.deepEqual(ids(slowest), ['/a 7', '/a 9', '/b 1'])
  assert.equal(slowest.wants('/a', 7), false)
  assert.equal(slowest.wants('/a', 8), true)
})

test('there are so many routes and no more', () => {
  const slowest = new Slowest(bounds, 0)
  for (const route of ['/a', '/b', '/c', '/d']) slowest.keep(took(1, route))
  assert.deepEqual(ids(slowest), ['/a 1', '/b 1', '/c 1'])
})

test('what is of the span before is remembered for one more, and then forgotten', () => {
  const slowest = new Slowest(bounds, 0)
  slowest.keep(took(9))
  slowest.turn(999)
  assert.equal(slowest.reachMs(999), 999)
  slowest.turn(1_000)
  slowest.keep(took(1))
  assert.deepEqual(ids(slowest), ['/a 1', '/a 9'])
  assert.equal(slowest.reachMs(1_500), 1_500)
  slowest.turn(2_000)
  assert.deepEqual(ids(slowest), ['/a 1'])
})

test('the time of a request is told by stages, and ends at the one that refused it', () => {
  const from = { fromMs: 10, admittedMs: null, askedMs: null, endMs: 13 }
  assert.deepEqual(stageTimes(from), { wallMs: 3, bodyMs: null, serviceMs: null, totalMs: 3 })
  assert.deepEqual(stageTimes({ ...from, admittedMs: 11 }), {
    wallMs: 1,
    bodyMs: 2,
    serviceMs: null,
    totalMs: 3,
  })
  assert.deepEqual(stageTimes({ ...from, admittedMs: 11, askedMs: 12.5 }), {
    wallMs: 1,
    bodyMs: 1.5,
    serviceMs: 0.5,
    totalMs: 3,
  })
})

test('what is remembered is cut to a length, and quotes no member that was sent', () => {
  const long = remember(
    requestOf({ requestId: 'r'.repeat(1_000), refusal: refusalOf('x'.repeat(10_000)) }),
    0,
  )
  assert.equal(long.requestId.length, 128)
  assert.equal(long.refused?.detail.length, 256)
  assert(bytesOf(long) < 2_000)
})

test('what was malformed is told without the words that were sent', () => {
  for (const [message, told] of [
    ['secret is not a field of this operation', 'it has a field that this operation does not have'],
    [
      '"secret" is not a member of this body; it takes topic',
      '"…" is not a member of this body; it takes topic',
    ],
    [`the body is not JSON: Unexpected token 's', "secret" is not valid`, 'the body is not JSON'],
    ['"se\\"cret" is not a query parameter', '"…" is not a query parameter'],
    ['topic is required', 'topic is required'],
  ] as const) {
    const { refused } = remember(requestOf({ refusal: new Refusal('BadRequest', message) }), 0)
    assert.equal(refused?.detail, told)
  }
})
