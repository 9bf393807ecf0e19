// @ts-check
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Tally } from './tally.mjs'
import { complaints, report } from './verdict.mjs'

const kill = /** @type {const} */ ({ service: 'storage', how: 'throw', cause: 'throw', downMs: 4 })

/**
 * A drill that is passed, but for what `spoil` does to it.
 * @param {(tally: Tally) => void} [spoil] @param {Partial<import('./drill.mjs').Drilled>} [more]
 */
function drilled(spoil = () => {}, more = {}) {
  const tally = new Tally()
  for (let request = 0; request < 100; request++) {
    tally.heard({ status: 200, code: '', retryAfter: null, value: null, text: '' })
  }
  tally.acknowledged = 50
  spoil(tally)
  return { tally, kills: [kill], ready: true, unreadyMs: 4, changes: [], ...more }
}

/** @param {Tally} tally @param {number} status @param {string | null} retryAfter */
const fail = (tally, status, retryAfter) =>
  tally.heard({ status, code: 'Unavailable', retryAfter, value: null, text: '' })

test('a drill in which nothing went wrong is passed', () => {
  assert.deepEqual(complaints(drilled()), [])
  assert.match(report(drilled()), /PASS$/)
})

test('a few failures that say when to come back are no reason to fail', () => {
  assert.deepEqual(complaints(drilled((tally) => fail(tally, 503, '1'))), [])
})

for (const [what, complaint, spoiled] of /** @type {const} */ ([
  ['a lost write', /1 acknowledged writes are lost/, drilled((tally) => tally.lost.push('object a'))],
  ['a wrong answer', /1 answers were wrong/, drilled((tally) => tally.wrong.push('object a: b'))],
  ['a failure without Retry-After', /without a Retry-After/, drilled((tally) => fail(tally, 503, null))],
  ['an answer that never came', /without a Retry-After/, drilled((tally) => fail(tally, 0, null))],
  [
    'too many failures',
    /9\.09 % of the requests failed; less than 5\.00 % may/,
    drilled((tally) => {
      for (let n = 0; n < 10; n++) fail(tally, 503, '1')
    }),
  ],
  [
    'a check that was not answered',
    /1 checks after the load were not answered/,
    drilled((tally) => {
      tally.close()
      fail(tally, 503, '1')
    }),
  ],
  [
    'a load that wrote nothing',
    /nothing was acknowledged/,
    drilled((tally) => {
      tally.acknowledged = 0
    }),
  ],
  ['a drill without kills', /nothing was killed/, drilled(undefined, { kills: [] })],
  [
    'a service that stays away',
    /1 times a service was not back in time/,
    drilled(undefined, { kills: [{ ...kill, downMs: null }] }),
  ],
  ['a node that stays unready', /the node is not ready again/, drilled(undefined, { ready: false })],
])) {
  test(`${what} fails a drill, and the report says so`, () => {
    assert.equal(complaints(spoiled).length, 1)
    assert.match(complaints(spoiled)[0] ?? '', complaint)
    assert.match(report(spoiled), /FAIL/)
  })
}
