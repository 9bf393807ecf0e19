import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { postNumber } from '../testing/posts.ts'
import { best, rankings, readPlace, writePlace } from './ranking.ts'

const hourMs = 3_600_000
const posted = (order: number, sentAtMs: number, weight?: string) => ({
  ...postNumber(order),
  sentAtMs,
  attrs: weight === undefined ? {} : { weight },
})

test('pages in a ranking show every post that stays once and in order, whatever comes and goes between them', () => {
  const post = fc.record({ hours: fc.nat(72), weight: fc.option(fc.constantFrom('0.1', '1', '10', '1000')) })
  fc.assert(
    fc.property(
      fc.array(post, { maxLength: 30 }),
      fc.integer({ min: 1, max: 6 }),
      fc.infiniteStream(fc.nat(29)),
      (drafts, limit, goes) => {
        const make = ({ hours, weight }: (typeof drafts)[number], order: number) =>
          posted(order, hours * hourMs, weight ?? undefined)
        const half = Math.floor(drafts.length / 2)
        const all = drafts.map(make)
        let there = all.slice(0, half)
        const gone = new Set<string>()
        const seen: string[] = []
        let page = best(there, rankings.top, null, limit)
        while (page.length > 0) {
          seen.push(...page.map(({ id }) => id))
          const last = page.at(-1)
          assert.ok(last !== undefined)
          const place = readPlace(writePlace({ score: rankings.top(last), id: last.id }))
          const [leaves] = goes.take(1)
          gone.add(all[leaves ?? 0]?.id ?? '')
          there = all.filter(({ id }) => !gone.has(id))
          page = best(there, rankings.top, place, limit)
        }
        assert.equal(new Set(seen).size, seen.length)
        const order = best(all, rankings.top, null, all.length).map(({ id }) => id)
        assert.deepEqual(
          seen,
          order.filter((id) => seen.includes(id)),
        )
        for (const { id } of all.slice(0, half)) assert.ok(seen.includes(id) || gone.has(id))
      },
    ),
  )
})

test('a tenfold weight is worth twelve hours, and what is no weight counts as 1', () => {
  const order = (...posts: ReturnType<typeof posted>[]) =>
    best(posts, rankings.top, null, posts.length).map((post) => post.order)
  assert.deepEqual(order(posted(1, 0, '10'), posted(2, 11 * hourMs), posted(3, 13 * hourMs)), [3, 1, 2])
  for (const weight of ['', 'x', '-1', '0', 'NaN', '1']) {
    assert.deepEqual(order(posted(1, 0, weight), posted(2, 0)), [2, 1], weight)
  }
  // No weight keeps a post on top for ever.
  assert.deepEqual(order(posted(1, 0, 'Infinity'), posted(2, 10 * 12 * hourMs)), [2, 1])
  assert.deepEqual(order(posted(1, 9.1 * 12 * hourMs, '1e-300'), posted(2, 0)), [1, 2])
})

test('a place that nobody wrote is none', () => {
  for (const text of ['', '~', '1', '1~', '~a', 'x~a', '1~a~b', '01~a', ' 1~a']) {
    assert.equal(readPlace(text), null, text)
  }
  assert.deepEqual(readPlace('-1.5~a'), { score: -1.5, id: 'a' })
})
