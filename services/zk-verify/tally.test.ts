import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Tally } from './tally.ts'

test('verdicts and batches are counted under their circuit, and every reason is there from the start', () => {
  const tally = new Tally(['a', 'b'])
  for (const verdict of [null, null, 'equation', 'length'] as const) tally.verdict('a', verdict)
  tally.verdict('c', null)
  for (const size of [1, 2, 3, 64, 65]) tally.batch('b', size, 20)
  const [a, b] = tally.read()
  assert.deepEqual([a?.accepted, b?.accepted], [2, 0])
  assert.deepEqual(
    a?.rejected.map(({ reason, count }) => `${reason} ${count}`),
    ['length 1', 'inputs 0', 'range 0', 'infinity 0', 'encoding 0', 'point 0', 'equation 1'],
  )
  assert.deepEqual(b?.batchSizes.counts, [1, 1, 1, 0, 0, 0, 1, 1])
  assert.equal(b?.batchSizes.sum, 135)
  assert.deepEqual(b?.batchSeconds.counts, [0, 0, 5, 0, 0, 0, 0, 0, 0])
  assert.equal(tally.read().length, 2)
})
