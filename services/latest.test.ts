import assert from 'node:assert/strict'
import { setImmediate as turn } from 'node:timers/promises'
import { test } from 'node:test'
import { Latest, type Follower } from './latest.ts'

test('a follower is told the value now and after each change, until it leaves', async () => {
  const latest = new Latest('a')
  const { follower, seen, leave } = following(Number.POSITIVE_INFINITY)
  const end = latest.follow(follower, (value) => value)
  await turn()
  latest.set('b')
  await turn()
  latest.set('c')
  await turn()
  assert.deepEqual(seen, ['a', 'b', 'c'])
  leave()
  await end
  latest.set('d')
  await turn()
  assert.deepEqual(seen, ['a', 'b', 'c'])
})

test('a follower without room misses what lies between and ends on the newest', async () => {
  const latest = new Latest('a')
  const { follower, seen, leave, grant } = following(1)
  const end = latest.follow(follower, (value) => value)
  await turn()
  for (const value of ['b', 'c', 'd']) {
    latest.set(value)
    await turn()
  }
  grant(5)
  await turn()
  assert.deepEqual(seen, ['a', 'd'])
  leave()
  await end
})

test('setting the same value again tells it again, since the one who set it meant something', async () => {
  const latest = new Latest('a')
  const { follower, seen, leave } = following(10)
  const end = latest.follow(follower, (value) => value)
  await turn()
  latest.set('a')
  await turn()
  assert.deepEqual(seen, ['a', 'a'])
  leave()
  await end
})

test('a follower that left before it began is told nothing', async () => {
  const { follower, seen, leave } = following(10)
  leave()
  await new Latest('a').follow(follower, (value) => value)
  assert.deepEqual(seen, [])
})

function following(room: number) {
  const gone = new AbortController()
  const seen: string[] = []
  let wake = () => {}
  const follower: Follower<string> = {
    signal: gone.signal,
    emit(event) {
      if (room === 0) return false
      room--
      seen.push(event)
      return true
    },
    room: () =>
      new Promise((resolve) => {
        wake = resolve
      }),
  }
  const grant = (more: number) => {
    room += more
    wake()
  }
  return { follower, seen, leave: () => gone.abort(), grant }
}
