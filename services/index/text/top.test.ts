import fc from 'fast-check'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Top } from './top.ts'

test('the best of all that were offered are kept, equal scores by id, and the worst of them is the threshold', () => {
  const scores = fc.array(fc.nat(5), { maxLength: 60, size: 'max' })
  fc.assert(
    fc.property(scores, fc.integer({ min: 1, max: 20 }), (scores, count) => {
      const idOf = (slot: number) => `id ${(slot * 7) % 61}`
      const top = new Top(count, idOf)
      for (const [slot, score] of scores.entries()) top.offer(slot, score)
      const all = scores.map((score, slot) => ({ score, slot }))
      all.sort((a, b) => b.score - a.score || (idOf(a.slot) < idOf(b.slot) ? -1 : 1))
      const expected = all.slice(0, count)
      const slots = (found: readonly { slot: number }[]) => found.map(({ slot }) => slot).sort()
      assert.deepEqual(slots(top.found), slots(expected))
      assert.equal(top.threshold, expected.length < count ? 0 : expected.at(-1)?.score)
    }),
  )
})
