import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nextBatch, type Lane } from './due.ts'

const pace = { waitMs: 3, aloneMs: 3, workers: 2 }
const empty: Lane = { count: 0, sinceMs: Number.POSITIVE_INFINITY, batchMax: 4 }
const since = (sinceMs: number, count = 1): Lane => ({ count, sinceMs, batchMax: 4 })

test('a batch goes when its first has waited long enough', () => {
  assert.deepEqual(nextBatch([since(10)], 0, 12, pace), { kind: 'wait', inMs: 1 })
  assert.deepEqual(nextBatch([since(10)], 0, 13, pace), { kind: 'cut', lane: 0 })
})

test('where nothing is in work a claim waits more shortly for others', () => {
  const hasty = { ...pace, aloneMs: 1 }
  assert.deepEqual(nextBatch([since(10)], 0, 11, hasty), { kind: 'cut', lane: 0 })
  assert.deepEqual(nextBatch([since(10)], 1, 11, hasty), { kind: 'wait', inMs: 2 })
})

test('a full batch goes at once', () => {
  assert.deepEqual(nextBatch([since(10, 3)], 0, 10, pace), { kind: 'wait', inMs: 3 })
  assert.deepEqual(nextBatch([since(10, 4)], 0, 10, pace), { kind: 'cut', lane: 0 })
})

test('nothing goes while every worker has a batch, however long it waited', () => {
  assert.deepEqual(nextBatch([since(0, 400)], 2, 1_000, pace), { kind: 'rest' })
  assert.deepEqual(nextBatch([since(0, 400)], 1, 1_000, pace), { kind: 'cut', lane: 0 })
})

test('of several lanes that are due, the one goes whose first came first, full or not', () => {
  assert.deepEqual(nextBatch([since(9, 4), since(5), empty], 0, 10, pace), { kind: 'cut', lane: 1 })
  assert.deepEqual(nextBatch([since(9, 4), since(8), empty], 0, 10, pace), { kind: 'cut', lane: 0 })
})

test('it waits for the lane that is due soonest, and for nothing where nothing waits', () => {
  assert.deepEqual(nextBatch([since(10), since(9), empty], 0, 10, pace), { kind: 'wait', inMs: 2 })
  assert.deepEqual(nextBatch([empty, empty], 0, 10, pace), { kind: 'rest' })
  assert.deepEqual(nextBatch([], 0, 10, pace), { kind: 'rest' })
})
