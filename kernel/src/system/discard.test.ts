import assert from 'node:assert/strict'
import { test } from 'node:test'
import { discard } from './discard.ts'
import { nextTurn } from './turn.ts'

test('a large buffer is gone at once, and its memory with it', async () => {
  // The other end of the port closes with a turn of the event loop.
  for (let turn = 0; turn < 3; turn++) await nextTurn()
  const kept: Uint8Array[] = []
  const before = process.memoryUsage().rss
  for (let round = 0; round < 200; round++) {
    const bytes = new Uint8Array(16 * 2 ** 20).fill(1)
    discard(bytes)
    assert.equal(bytes.length, 0)
    kept.push(bytes)
  }
  assert.equal(kept.length, 200)
  assert.ok(process.memoryUsage().rss - before < 2 ** 30, 'three gibibytes went through')
})

test('what is small, a part of something, or shared stays as it is', () => {
  const [small, whole] = [new Uint8Array(100).fill(1), new Uint8Array(100_000).fill(2)]
  const shared = new Uint8Array(new SharedArrayBuffer(100_000)).fill(3)
  for (const bytes of [small, whole.subarray(1), shared]) discard(bytes)
  assert.deepEqual([small[99], whole[99_999], shared[99_999]], [1, 2, 3])
})
