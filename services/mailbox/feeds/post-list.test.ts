import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { listOf, postNumber } from '../testing/posts.ts'
import { placeOf, PostList } from './post-list.ts'

test('posts stay in order and single, whatever the order they come and go in', () => {
  const posts = Array.from({ length: 12 }, (_, order) => postNumber(order))
  const step = fc.record({ add: fc.boolean(), which: fc.nat(11) })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60, size: 'max' }), (steps) => {
      const list = new PostList()
      const naive = new Set<number>()
      for (const { add, which } of steps) {
        const post = posts[which]
        assert.ok(post !== undefined)
        assert.equal(add ? list.add(post) : list.remove(post), add !== naive.has(which))
        if (add) naive.add(which)
        else naive.delete(which)
        assert.deepEqual(
          Array.from({ length: list.size }, (_, nth) => list.at(nth)?.order),
          [...naive].sort((a, b) => a - b),
        )
        assert.equal(list.size, naive.size)
      }
    }),
  )
})

test('the place of an id is the number of posts before it, whether it is there or not', () => {
  const posts = listOf([1, 3, 5].map((order) => postNumber(order)))
  assert.deepEqual(
    [0, 1, 2, 3, 6].map((order) => placeOf(posts, postNumber(order).id)),
    [0, 0, 1, 1, 3],
  )
})
