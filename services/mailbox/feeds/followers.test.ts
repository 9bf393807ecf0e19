import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { blockMax, Followers } from './followers.ts'
import { Person } from './person.ts'

const author = 7

/** Followers beside an array of them; the nth follow has the number 10 n, so that there is something between. */
function rig() {
  const followers = new Followers(author)
  const naive: Person[] = []
  let made = 0
  const numberOf = (user: Person) => user.followed.numberOf(author) ?? 0
  return {
    followers,
    naive,
    add() {
      const user = new Person(`u${made}`, 100 + made++)
      user.followed.add(author, 10 * made)
      followers.add(user)
      naive.push(user)
    },
    remove(nth: number) {
      const [user] = naive.splice(nth, 1)
      if (user === undefined) return
      followers.remove(user)
      user.followed.remove(author)
    },
    hold() {
      assert.equal(followers.size, naive.length)
      assert.equal(followers.last, Math.max(0, ...naive.slice(-1).map(numberOf)))
      assert.deepEqual([...followers], naive)
    },
    holdStep(after: number, upTo: number, count: number) {
      const visited: Person[] = []
      const end = followers.step(after, upTo, count, (user) => visited.push(user))
      const expected = naive
        .filter((user) => numberOf(user) > after && numberOf(user) <= upTo)
        .slice(0, count)
      assert.deepEqual(visited, expected)
      const last = expected.at(-1)
      assert.equal(end, last !== undefined && expected.length === count ? numberOf(last) : upTo)
    },
  }
}

test('followers stand in the order they came, whoever leaves, and a walk may begin and stop anywhere', () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('add' as const), many: fc.integer({ min: 1, max: blockMax }) }),
    fc.record({
      do: fc.constant('remove' as const),
      from: fc.nat(3 * blockMax),
      many: fc.integer({ min: 1, max: blockMax }),
    }),
  )
  const walk = fc.tuple(
    fc.nat(40 * blockMax),
    fc.nat(40 * blockMax),
    fc.integer({ min: 1, max: 2 * blockMax }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 8 }), fc.array(walk, { maxLength: 8 }), (steps, walks) => {
      const { add, remove, hold, holdStep, naive } = rig()
      for (const each of steps) {
        for (let nth = 0; nth < each.many; nth++) {
          if (each.do === 'add') add()
          else remove(each.from % Math.max(1, naive.length))
        }
        hold()
        for (const [after, upTo, count] of walks) holdStep(after, upTo, count)
      }
    }),
    { numRuns: 60 },
  )
})

test('when all but a few have left, few blocks are left', () => {
  const { add, remove, hold, followers } = rig()
  for (let nth = 0; nth < 8 * blockMax; nth++) add()
  assert.equal(followers.blocks, 8)
  for (let kept = 0; kept < 8; kept++) for (let gone = 1; gone < blockMax; gone++) remove(kept)
  hold()
  assert.equal(followers.blocks, 1)
})
