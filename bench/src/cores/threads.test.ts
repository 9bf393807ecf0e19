import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sharesBetween, sharesOf } from './threads.ts'

test('a share is what a thread used between two moments, of one processor', () => {
  const before = [
    { id: 1, comm: 'node', nanos: 5e9 },
    { id: 2, comm: 'node', nanos: 1e9 },
  ]
  const after = [
    { id: 1, comm: 'node', nanos: 5.5e9 },
    { id: 3, comm: 'new', nanos: 0.1e9 },
  ]
  assert.deepEqual(sharesOf(before, after, 1_000), [
    { id: 1, comm: 'node', share: 0.5 },
    { id: 3, comm: 'new', share: 0.1 },
  ])
})

test('the threads of a process are found by their numbers, the first with that of the process', async () => {
  const shares = await sharesBetween(process.pid, 0, 0.02)
  assert.ok(shares.some(({ id }) => id === process.pid))
  assert.ok(shares.every(({ share, comm }) => share >= 0 && comm !== ''))
})
