import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { listOf, postNumber } from '../testing/posts.ts'
import { newest } from './merge.ts'

const posts = Array.from({ length: 20 }, (_, order) => ({ ...postNumber(order), gone: order % 5 === 4 }))

test('a merge is what sorting everything together would give, for any page', () => {
  const list = fc.uniqueArray(fc.nat(19), { maxLength: 20 })
  fc.assert(
    fc.property(
      fc.array(list, { maxLength: 5 }),
      fc.option(fc.nat(20)),
      fc.nat(8),
      (orders, before, limit) => {
        const lists = orders.map((each) => listOf(posts.filter(({ order }) => each.includes(order))))
        const sorted = posts.filter((post) => !post.gone && orders.flat().includes(post.order)).toReversed()
        const expected = sorted.filter(({ order }) => before === null || order < before).slice(0, limit)
        const cursor = before === null ? null : postNumber(before).id
        assert.deepEqual(newest(lists, cursor, limit), expected)
      },
    ),
    { numRuns: 300 },
  )
})
