import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Chunks } from './chunks.ts'
import type { MediaObject } from './shelf.ts'
import { Watchers, watchersMax, type StoredEvent } from './watchers.ts'

const tenant = 'a'.repeat(32)
const object = (name: string): MediaObject => ({
  id: '',
  name,
  bytes: 3,
  type: 'a/b',
  metadata: '',
  createdAtMs: 0,
  chunks: new Chunks(),
  manifest: { address: `b3:${name}`, bytes: 9 },
})

function watcher(room = Number.POSITIVE_INFINITY) {
  const gone = new AbortController()
  const events: StoredEvent[] = []
  const state = { room }
  const emit = (event: StoredEvent) => {
    if (state.room === 0) return false
    state.room--
    events.push(event)
    return true
  }
  return { events, state, leave: () => gone.abort(), end: { signal: gone.signal, emit } }
}

test('a watcher is told of what its tenant stored, until it leaves', async () => {
  const watchers = new Watchers()
  const one = watcher()
  const lost = watchers.watch(tenant, one.end)
  watchers.stored(tenant, object('x'))
  watchers.stored('b'.repeat(32), object('y'))
  one.leave()
  watchers.stored(tenant, object('z'))
  assert.equal(await lost, 0)
  assert.deepEqual(one.events, [
    { kind: 'stored', name: 'x', manifest: 'b3:x', bytes: 3, content_type: 'a/b' },
  ])
})

test('what a watcher has no room for is counted, and told before anything newer', async () => {
  const watchers = new Watchers()
  const slow = watcher(1)
  const lost = watchers.watch(tenant, slow.end)
  for (const name of ['a', 'b', 'c']) watchers.stored(tenant, object(name))
  slow.state.room = 1
  watchers.stored(tenant, object('d'))
  slow.state.room = 2
  watchers.stored(tenant, object('e'))
  const told = slow.events.map(({ kind, name, count }) => (kind === 'lost' ? count : name))
  assert.deepEqual(told, ['a', 2, 1, 'e'])
  slow.leave()
  assert.equal(await lost, 3)
})

test('the end of the service ends every watch, and one that had left is none', async () => {
  const watchers = new Watchers()
  const all = Array.from({ length: watchersMax }, () => watchers.watch(tenant, watcher().end))
  assert.equal(watchers.isFull, true)
  watchers.stop()
  assert.deepEqual(new Set(await Promise.all(all)), new Set([0]))
  const left = watcher()
  left.leave()
  assert.equal(await watchers.watch(tenant, left.end), 0)
  assert.equal(watchers.isFull, false)
})
