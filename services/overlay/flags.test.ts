import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Flags, FLAGS_MAX } from './flags.ts'

test('a flag lasts its time and tells what remains of it', () => {
  const flags = new Flags()
  assert.equal(flags.set('p', 1_000, 50, 0), true)
  assert.deepEqual(flags.list(999.5), [{ peer: 'p', remainingMs: 1, delayMs: 50 }])
  assert.equal(flags.has('p', 999.5), true)
  assert.deepEqual(flags.list(1_000), [])
  assert.equal(flags.has('p', 1_000), false)
  assert.equal(flags.delete('p', 1_000), false)
})

test('setting a flag again replaces it, and deleting it ends it', () => {
  const flags = new Flags()
  flags.set('p', 1_000, 50, 0)
  flags.set('p', 5_000, 70, 0)
  assert.deepEqual(flags.list(0), [{ peer: 'p', remainingMs: 5_000, delayMs: 70 }])
  assert.equal(flags.delete('p', 0), true)
  assert.equal(flags.delete('p', 0), false)
})

test('one flag more than there may be is refused, while one that is there can still be changed', () => {
  const flags = new Flags()
  for (let i = 0; i < FLAGS_MAX; i++) assert.equal(flags.set(`p${i}`, 1_000, 50, 0), true)
  assert.equal(flags.set('more', 1_000, 50, 0), false)
  assert.equal(flags.set('p0', 9_000, 60, 0), true)
  assert.equal(flags.set('more', 1_000, 50, 1_000), true, 'the others ran out')
})
