import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { callBy, journalPlace, system } from '../../testing.ts'
import { openState, type State } from '../journal/state.ts'
import { settled } from '../testing/hand-clock.ts'
import { postNumber } from '../testing/posts.ts'
import { following, plainState, rebuiltFrom, usedOf } from '../testing/states.ts'
import { FeedOracle } from './feed.oracle.ts'
import { feedBytes } from './feed.ts'
import { Publisher } from './publisher.ts'

const { call } = callBy()
const tenant = 't'
/** A new one every time: a post owns its text, and overwrites it when it goes. */
const text = () => new TextEncoder().encode('hi')
const users = ['a', 'b', 'c', 'd', 'e']
const limits = {
  timelineMax: 100,
  followsMax: 20,
  feedBytesMax: 10_000_000,
  bytesMax: 0,
  topicsMax: 0,
  inflightMax: 0,
  dedupeMax: 0,
  ackedMax: 0,
}

/** Feeds over what the journal kept, whose walks pause after every timeline until they are let on. */
function open(state: State, pullThreshold: number) {
  const waiting: (() => void)[] = []
  const walks: Promise<unknown>[] = []
  const publisher = new Publisher({
    feeds: state.feeds,
    commit: state.commitFeed,
    budget: state.budgets.feedBytes,
    room: state.room,
    limits: { ...limits, pullThreshold },
    stepMax: 1,
    pause: () => new Promise((resolve) => waiting.push(resolve)),
  })
  walks.push(publisher.resume())
  return {
    state,
    publisher,
    walks,
    get: (id: string) => state.feeds.get(tenant)?.get(id),
    home: (user: string, before: string | null, limit: number) =>
      (state.feeds.get(tenant)?.home(user, before, limit) ?? []).map(({ id }) => id),
    letOn: async () => {
      for (const go of waiting.splice(0)) go()
      await settled()
    },
    async letAllEnd() {
      const ended = Promise.all(walks).then(() => true)
      while (!(await Promise.race([ended, this.letOn().then(() => false)])));
    },
  }
}

const plain = (state: State) => plainState(state, [tenant], users)
const who = fc.constantFrom(...users)
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('follow' as const), user: who, author: who }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('unfollow' as const), user: who, author: who }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('post' as const), author: who }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('remove' as const), which: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('again' as const), which: fc.nat() }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('let on' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('compact' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('let the spare read' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('crash' as const) }) },
)

test('over any history with crashes every page of every home is what follows and posts alone would give', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 60, size: 'max' }),
      fc.nat(3),
      fc.integer({ min: 1, max: 4 }),
      async (steps, pullThreshold, limit) => {
        const place = journalPlace(2 ** 18)
        const oracle = new FeedOracle()
        const alive: string[] = []
        let made = 0
        let journal = place.open()
        let feeds = open(await openState(limits, journal, system.log), pullThreshold)
        let spare = following(place, limits)

        for (const each of steps) {
          const { publisher, walks } = feeds
          const chosen = 'which' in each ? (alive[each.which % Math.max(1, alive.length)] ?? '') : ''
          const post = feeds.get(chosen)
          if (each.do === 'follow') {
            publisher.follow(tenant, each.user, each.author, call)
            oracle.follow(each.user, each.author)
          }
          if (each.do === 'unfollow') {
            publisher.unfollow(tenant, each.user, each.author)
            oracle.unfollow(each.user, each.author)
          }
          if (each.do === 'post') {
            const draft = { author: each.author, text: text(), attrs: {}, attachments: [] }
            const { id } = postNumber(made++)
            walks.push(publisher.fanOut(tenant, publisher.post(tenant, draft, id, made, call), call))
            alive.push(id)
            oracle.post(id, each.author)
          }
          if (each.do === 'again' && post !== undefined) walks.push(publisher.fanOut(tenant, post, call))
          if (each.do === 'remove' && post !== undefined) {
            walks.push(publisher.remove(tenant, post))
            oracle.remove(chosen)
            alive.splice(alive.indexOf(chosen), 1)
          }
          if (each.do === 'let on') await feeds.letOn()
          if (each.do === 'compact') journal.compact(feeds.state.snapshot())
          if (each.do === 'let the spare read') await settled()
          if (each.do === 'crash') {
            // What the thread had begun ends with it.
            feeds.publisher.stop()
            const before = plain(feeds.state)
            const replayed = await openState(limits, place.open(), system.log)
            assert.deepEqual(plain(replayed), before, 'replayed')
            const rebuilt = await rebuiltFrom(replayed, limits)
            assert.deepEqual(plain(rebuilt), before, 'rebuilt from a snapshot')
            assert.deepEqual(usedOf(rebuilt), usedOf(replayed))
            spare.take()
            journal = spare.journal
            const state = await spare.state
            assert.deepEqual(plain(state), before, 'followed')
            assert.deepEqual(usedOf(state), usedOf(replayed))
            feeds = open(state, pullThreshold)
            spare = following(place, limits)
          }
        }

        await feeds.letAllEnd()
        for (const user of users) {
          for (const before of [null, ...alive]) {
            assert.deepEqual(feeds.home(user, before, limit), oracle.home(user, before, limit))
          }
        }
        for (const user of users) for (const author of users) feeds.publisher.unfollow(tenant, user, author)
        for (const id of alive) {
          const post = feeds.get(id)
          if (post !== undefined) feeds.walks.push(feeds.publisher.remove(tenant, post))
        }
        await feeds.letAllEnd()
        const { used } = feeds.state.budgets.feedBytes
        assert.equal(used, feeds.state.feeds.get(tenant) === undefined ? 0 : feedBytes)
        spare.take()
        const last = await spare.state
        assert.deepEqual(plain(last), plain(feeds.state), 'followed to the end')
        assert.deepEqual(usedOf(last), usedOf(feeds.state))
      },
    ),
    { numRuns: 300 },
  )
})
