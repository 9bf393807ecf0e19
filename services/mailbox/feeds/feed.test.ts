import assert from 'node:assert/strict'
import { test } from 'node:test'
import { callBy, journalPlace, refusal, system } from '../../testing.ts'
import { openState, type State } from '../journal/state.ts'
import { postNumber } from '../testing/posts.ts'
import { rebuiltFrom } from '../testing/states.ts'
import type { Post } from './post.ts'
import { Publisher } from './publisher.ts'
import { entryBytes } from './timelines.ts'

const { call } = callBy()
const tenant = 't'
const usual = {
  timelineMax: 100,
  followsMax: 20,
  pullThreshold: 10,
  stepMax: 512,
  feedBytesMax: 10_000_000,
  bytesMax: 0,
  topicsMax: 0,
  inflightMax: 0,
  dedupeMax: 0,
  ackedMax: 0,
}

/** Feeds with nothing in them, or with what a snapshot says of those `before`. */
async function rig(limits: Partial<typeof usual> = {}, before: State | null = null) {
  const most = { ...usual, ...limits }
  const fresh = () => openState(most, journalPlace(2 ** 24).open(), system.log)
  const state = await (before === null ? fresh() : rebuiltFrom(before, most))
  const { feeds, budgets, room } = state
  const budget = budgets.feedBytes
  let [made, pauses] = [0, 0]
  let whilePaused: () => unknown = () => {}
  const pause = async () => {
    pauses++
    whilePaused()
    await Promise.resolve()
  }
  const publisher = new Publisher({
    feeds,
    commit: state.commitFeed,
    budget,
    room,
    limits: most,
    stepMax: most.stepMax,
    pause,
  })
  const store = (author: string, text = 'hi') => {
    const draft = { author, text: new TextEncoder().encode(text), attrs: {}, attachments: [] }
    return publisher.post(tenant, draft, postNumber(made++).id, made, call)
  }
  const fanOut = (post: Post) => publisher.fanOut(tenant, post, call)
  const post = async (author: string) => {
    const stored = store(author)
    await fanOut(stored)
    return stored
  }
  return {
    state,
    feed: () => feeds.get(tenant) ?? assert.fail('nobody wrote'),
    publisher,
    budget,
    store,
    fanOut,
    post,
    remove: (gone: Post) => publisher.remove(tenant, gone),
    pauses: () => pauses,
    inPause: (task: () => unknown) => {
      whilePaused = task
    },
    follow: (user: string, author: string) => publisher.follow(tenant, user, author, call),
    unfollow: (user: string, author: string) => publisher.unfollow(tenant, user, author),
    home: (user: string, before: string | null = null, limit = 100) =>
      feeds
        .get(tenant)
        ?.home(user, before, limit)
        .map(({ id }) => id) ?? [],
  }
}

test('a home shows the posts of those a user follows, newest first, and nobody else', async () => {
  const { follow, post, home } = await rig()
  follow('zoe', 'ann')
  follow('zoe', 'bob')
  const ids = [await post('ann'), await post('bob'), await post('cat'), await post('ann')].map(({ id }) => id)
  assert.deepEqual(home('zoe'), [ids[3], ids[1], ids[0]])
  assert.deepEqual(home('unheard-of'), [])
})

test('pages neither repeat nor skip a post while new ones arrive', async () => {
  const { follow, post, home } = await rig()
  follow('zoe', 'ann')
  const old: string[] = []
  for (let n = 0; n < 10; n++) old.unshift((await post('ann')).id)
  const seen: string[] = []
  for (let page = home('zoe', null, 3); page.length > 0; page = home('zoe', page.at(-1) ?? null, 3)) {
    seen.push(...page)
    await post('ann')
  }
  assert.deepEqual(seen, old)
})

test('fanning out again brings nothing twice and tells how many homes hold the post', async () => {
  const { follow, store, fanOut, home, budget } = await rig()
  for (const user of ['u1', 'u2', 'u3']) follow(user, 'ann')
  const stored = store('ann')
  assert.deepEqual(await fanOut(stored), { delivered: 3, pulled: false })
  const used = budget.used
  assert.deepEqual(await fanOut(stored), { delivered: 3, pulled: false })
  assert.deepEqual(home('u1'), [stored.id])
  assert.equal(budget.used, used)
})

test('an author with more followers than the threshold is pulled, and the reader cannot tell', async () => {
  const { follow, unfollow, store, fanOut, home } = await rig({ pullThreshold: 2 })
  for (const user of ['u1', 'u2']) follow(user, 'star')
  const pushed = store('star')
  assert.deepEqual(await fanOut(pushed), { delivered: 2, pulled: false })
  follow('u3', 'star')
  const pulled = store('star')
  assert.deepEqual(await fanOut(pulled), { delivered: 0, pulled: true })
  const other = store('ann')
  follow('u1', 'ann')
  assert.deepEqual(home('u1'), [other.id, pulled.id, pushed.id])
  assert.deepEqual(home('u1', other.id, 1), [pulled.id])
  assert.deepEqual(home('u3'), [pulled.id, pushed.id])
  unfollow('u3', 'star')
  assert.deepEqual(home('u3'), [])
})

test('a fan-out pauses between steps, and follows, unfollows and a deletion meanwhile all hold', async () => {
  const { follow, unfollow, store, fanOut, home, pauses, inPause, remove } = await rig({
    pullThreshold: 10_000,
  })
  for (let n = 0; n < 1500; n++) follow(`u${n}`, 'ann')
  const stored = store('ann')
  inPause(() => {
    follow('late', 'ann')
    follow('later', 'ann')
    unfollow('u1499', 'ann')
  })
  assert.deepEqual(await fanOut(stored), { delivered: 1499, pulled: false })
  assert.ok(pauses() >= 2)
  assert.deepEqual(
    [home('u0'), home('u1498'), home('late'), home('u1499')],
    [[stored.id], [stored.id], [stored.id], []],
  )

  const doomed = store('ann')
  const removals: Promise<void>[] = []
  inPause(() => removals.push(remove(doomed)))
  await fanOut(doomed)
  await Promise.all(removals)
  // Readers skip a post that is gone; this one must not be there at all.
  doomed.gone = false
  assert.deepEqual([home('u0'), home('u1498')], [[stored.id], [stored.id]])
})

test('however many fan-outs there are, others have their turn after every step', async () => {
  const { feed, follow, store, fanOut, inPause } = await rig({ stepMax: 2, pullThreshold: 100 })
  for (let n = 0; n < 20; n++) follow(`u${n}`, 'ann')
  const posts = Array.from({ length: 5 }, () => store('ann'))
  const reached: number[] = []
  inPause(() => {
    reached.push(posts.reduce((sum, { id }) => sum + (feed().walkOf(id)?.delivered ?? 20), 0))
  })
  await Promise.all(posts.map(fanOut))
  // Each begins with a step of its own, in the turn of its request.
  const steps = reached.slice(1).map((now, at) => now - (reached[at] ?? 0))
  assert.equal(reached[0], 2 * posts.length)
  assert.deepEqual(new Set(steps), new Set([2]))
})

test('an author is charged for once, whether followed, posting or both, and a person once', async () => {
  const { follow, unfollow, store, remove, budget } = await rig()
  const steps = [
    () => follow('ann', 'ann'),
    () => follow('zoe', 'ann'),
    () => follow('ann', 'zoe'),
    () => unfollow('ann', 'ann'),
    () => unfollow('zoe', 'ann'),
    () => unfollow('ann', 'zoe'),
  ]
  follow('first', 'second')
  const before = budget.used
  const post = store('ann')
  const withPost = budget.used
  for (const step of steps) step()
  assert.equal(budget.used, withPost)
  follow('zoe', 'ann')
  await remove(post)
  unfollow('zoe', 'ann')
  assert.equal(budget.used, before)
})

test('a post comes to those who followed before a compaction and to those who follow after it', async () => {
  const { state, follow } = await rig()
  follow('u1', 'ann')
  follow('u1', 'bob')
  follow('u2', 'ann')
  const next = await rig({ stepMax: 1 }, state)
  next.follow('u3', 'ann')
  const { id } = await next.post('ann')
  assert.deepEqual([next.home('u1'), next.home('u2'), next.home('u3')], [[id], [id], [id]])
})

test('a home keeps the newest posts and an older one does not push them out', async () => {
  const { follow, post, store, fanOut, home } = await rig({ timelineMax: 3 })
  follow('zoe', 'ann')
  const late = store('ann')
  const ids: string[] = []
  for (let n = 0; n < 4; n++) ids.unshift((await post('ann')).id)
  assert.deepEqual(await fanOut(late), { delivered: 0, pulled: false })
  assert.deepEqual(home('zoe'), ids.slice(0, 3))
})

test('following is bounded per user', async () => {
  const { follow } = await rig({ followsMax: 2 })
  follow('zoe', 'a')
  follow('zoe', 'b')
  assert.equal(follow('zoe', 'a'), false)
  assert.throws(() => follow('zoe', 'c'), refusal('Full', /zoe follows 2 authors, the limit \(followsMax\)/))
})

test('full memory refuses posts, follows and fan-outs before they change anything', async () => {
  const { feed, budget, follow, store, fanOut, home } = await rig({ feedBytesMax: 8000 })
  follow('zoe', 'ann')
  const stored = store('ann')
  const free = budget.free
  budget.take(free)
  assert.throws(() => store('ann'), refusal('Full', /feedBytesMax is at its limit of 8000/))
  assert.throws(() => follow('zoe', 'bob'), refusal('Full', /feedBytesMax/))
  await assert.rejects(fanOut(stored), refusal('Full', /feedBytesMax/))
  assert.deepEqual([feed().follows('zoe', 'bob'), home('zoe'), budget.used], [false, [], budget.max])
  budget.give(free)
  assert.equal((await fanOut(stored)).delivered, 1)
})

test('a post is refused when its content fits and its way to the followers does not', async () => {
  const { budget, follow, store } = await rig()
  for (const user of ['u1', 'u2', 'u3']) follow(user, 'ann')
  const before = budget.used
  const { chargedBytes } = store('ann')
  assert.equal(budget.used, before + chargedBytes)
  budget.take(budget.free - chargedBytes - 3 * entryBytes + 1)
  assert.throws(() => store('ann'), refusal('Full', /feedBytesMax/))
})

test('a deleted post leaves every home, pushed or pulled', async () => {
  const { follow, post, remove, home } = await rig({ pullThreshold: 1 })
  follow('u1', 'ann')
  const pushed = await post('ann')
  follow('u2', 'ann')
  const [pulled, kept] = [await post('ann'), await post('ann')]
  for (const gone of [pushed, pulled]) {
    await remove(gone)
    // Readers skip a post that is gone; these must not be there at all.
    gone.gone = false
  }
  assert.deepEqual([home('u1'), home('u2')], [[kept.id], [kept.id]])
})

test('following an author takes room for the pushed posts a home keeps, and no more', async () => {
  const { follow, post, budget } = await rig({ pullThreshold: 1, timelineMax: 3 })
  const roomFor = (task: () => unknown) => {
    const before = budget.used
    task()
    return budget.used - before
  }
  follow('u0', 'bob')
  const empty = roomFor(() => follow('u1', 'bob'))
  for (let n = 0; n < 5; n++) await post('ann')
  assert.equal(
    roomFor(() => follow('u2', 'ann')),
    empty + 3 * entryBytes,
  )
  follow('u3', 'cat')
  follow('u4', 'cat')
  await post('cat')
  assert.equal(
    roomFor(() => follow('u5', 'cat')),
    empty,
  )
})

test('the text of a deleted post is overwritten and its room is free again', async () => {
  const { follow, post, remove, home, feed, budget } = await rig()
  follow('zoe', 'ann')
  const before = budget.used
  const gone = await post('ann')
  await remove(gone)
  assert.deepEqual([home('zoe'), feed().byAuthor('ann', null, 10), feed().get(gone.id)], [[], [], undefined])
  assert.ok(gone.text?.every((byte) => byte === 0))
  assert.equal(budget.used, before)
})

test('wiping overwrites every text', async () => {
  const { state, post } = await rig()
  const { text } = await post('ann')
  state.feeds.wipe()
  assert.ok(text?.every((byte) => byte === 0))
})
