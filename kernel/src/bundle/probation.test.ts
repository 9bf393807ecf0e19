import assert from 'node:assert/strict'
import { test } from 'node:test'
import { goodMax, History, pastMax } from './history.ts'
import { answersMin, looked, onProbation, unreadyMsMax, type Answers, type Probation } from './probation.ts'

const shape = { windowMs: 10_000, shareMax: 0.1 }
const well: Answers = { all: 100, failed: 0 }
const look = (state: Probation, atMs: number, answers = well, ...missing: string[]) =>
  looked(state, { atMs, missing, answers }, shape)
const fresh = onProbation(0, well)

test('a node that stays ready and answers as before is kept when the time is over', () => {
  assert.equal(look(fresh, 9_999)[1].kind, 'watch')
  assert.equal(look(fresh, 10_000)[1].kind, 'keep')
})

test('a node that is not ready for a moment is watched on, and one that stays so falls', () => {
  const [away, first] = look(fresh, 1_000, well, 'service:index')
  assert.equal(first.kind, 'watch')
  assert.equal(look(away, 1_000 + unreadyMsMax - 1, well, 'service:index')[1].kind, 'watch')
  const [, fallen] = look(away, 1_000 + unreadyMsMax, well, 'service:index')
  assert.deepEqual(fallen, { kind: 'fall', because: 'the node is not ready: service:index' })
  const [back] = look(away, 2_000)
  assert.equal(look(back, 3_500, well, 'policy')[1].kind, 'watch', 'it was ready in between')
  assert.equal(look(fresh, 10_000, well, 'policy')[1].kind, 'fall', 'the time is over')
})

test('answers that fail more often than before bring it down, where there are enough to tell', () => {
  const verdict = (all: number, failed: number, before = fresh) => look(before, 1, { all, failed })[1].kind
  assert.equal(verdict(answersMin, 10), 'fall')
  assert.equal(verdict(answersMin - 1, 40), 'watch')
  assert.equal(verdict(100, 10), 'watch', 'a tenth is allowed')
  const already = onProbation(0, { all: 1_000, failed: 300 })
  assert.deepEqual([verdict(100, 35, already), verdict(100, 41, already)], ['watch', 'fall'])
})

test('the history has its bounds, and knows what can be gone back to', () => {
  const history = new History<{ version: number }>()
  for (let version = 0; version <= pastMax; version++) {
    history.add({ version, hash: '', signers: [], atMs: 0, outcome: 'kept', source: '', because: '' })
    history.keep({ version })
  }
  assert.deepEqual([history.past.length, history.past[0]?.version], [pastMax, 1])
  assert.equal(history.versions.length, goodMax)
  const before = [null, 60, 1].map((version) => history.before(pastMax, version)?.version)
  assert.deepEqual(before, [pastMax - 1, 60, undefined])
})
