import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ConfigOf, RequestOf } from '@ron/kernel/contract/contract'
import type { Clock } from '@ron/kernel/ports/clock'
import { Value } from 'typebox/value'
import { callBy, journalPlace, refusal, system } from '../testing.ts'
import { index } from './contract.ts'
import start from './service.ts'

type Operations = typeof index.operations

/** A clock on which waiting takes no time, but lets everyone else go first. */
const clock: Clock = {
  now: () => 0,
  monotonic: () => 0,
  after(_ms, task) {
    const turn = setImmediate(task)
    return () => clearImmediate(turn)
  },
}

const defaults: ConfigOf<typeof index> = {
  edgesMax: 1000,
  nodesMax: 1000,
  visitsMax: 1000,
  docsMax: 1000,
  textBytesMax: 1e6,
  wordsMax: 1e5,
  docBytesMax: 1e5,
  journalBytesMax: 2 ** 22,
}
const [ann, bob] = ['a'.repeat(32), 'b'.repeat(32)]

/** Opened at a place where another was open, it is what the kernel starts after the other's thread fell. */
async function open(config: Partial<ConfigOf<typeof index>> = {}, place = journalPlace()) {
  const journal = place.open()
  const running = await start({ ...system, clock, journal, peers: {}, config: { ...defaults, ...config } })
  /** Calls one operation as the transport would, and checks both sides against the contract. */
  async function ask<N extends keyof Operations>(
    name: N,
    request: RequestOf<Operations[N]>,
    caller = callBy<Operations[N]>(ann),
  ) {
    const { request: asked, response: answered } = index.operations[name]
    assert.ok(Value.Check(asked, request), `${name} takes no ${JSON.stringify(request)}`)
    const answer = await running.handle[name](request, caller.call)
    assert.ok(Value.Check(answered, answer), `${name} returned ${JSON.stringify(answer)}`)
    return answer
  }
  return { ask, running }
}

test('an edge is created, replaced, walked, counted and removed', async () => {
  const { ask } = await open()
  assert.deepEqual(await ask('link', { from: 'ann', to: 'bob' }), { outcome: 'created' })
  assert.deepEqual(await ask('link', { from: 'ann', to: 'bob', weight: 2 }), { outcome: 'replaced' })
  const neighbor = { node: 'bob', edge: 'link', weight: 2, hops: 1, direction: 'out' }
  assert.deepEqual(await ask('neighbors', { node: 'ann' }), {
    root: 'ann',
    neighbors: [neighbor],
    truncated: false,
  })
  assert.deepEqual(await ask('degree', { node: 'bob' }), { node: 'bob', in: 1, out: 0 })
  assert.deepEqual(await ask('unlink', { from: 'ann', to: 'bob' }), {})
  await assert.rejects(
    ask('unlink', { from: 'ann', to: 'bob' }),
    refusal('NotFound', /no link edge from ann to bob/),
  )
})

test('a query in one line asks the same as parameters do', async () => {
  const { ask } = await open()
  await ask('linkAll', {
    edges: [
      { from: 'ann', to: 'bob', edge: 'follows' },
      { from: 'bob', to: 'cat', edge: 'follows' },
      { from: 'ann', to: 'dan', edge: 'likes' },
    ],
  })
  const byQuery = await ask('graph', { q: 'cat edge:follows dir:in hops:2' })
  const byPath = await ask('neighbors', { node: 'cat', edge: 'follows', direction: 'in', hops: 2 })
  assert.deepEqual(byQuery, byPath)
  assert.deepEqual(await ask('graph', { q: 'cat dir:in', edge: 'follows', hops: 2 }), byPath)
  await assert.rejects(
    ask('graph', { q: 'cat dir:in', direction: 'in' }),
    refusal('BadRequest', /direction is given/),
  )
  await assert.rejects(ask('graph', { q: 'cat dog' }), refusal('BadRequest', /none of edge:/))
})

test('mutuals are the nodes both point to', async () => {
  const { ask } = await open()
  const edges = ['x', 'y', 'z'].flatMap((to) => [
    { from: 'ann', to },
    { from: 'bob', to },
  ])
  await ask('linkAll', { edges: edges.slice(0, 5) })
  assert.deepEqual(await ask('mutuals', { a: 'ann', b: 'bob' }), {
    a: 'ann',
    b: 'bob',
    nodes: ['x', 'y'],
    truncated: false,
  })
  assert.deepEqual(await ask('mutuals', { a: 'ann', b: 'bob', limit: 1 }), {
    a: 'ann',
    b: 'bob',
    nodes: ['x'],
    truncated: true,
  })
})

test('removing a node gives others their turn, and a caller who leaves stops it', async () => {
  const { ask } = await open({ edgesMax: 20_000, nodesMax: 20_000 })
  for (let batch = 0; batch < 12; batch++) {
    await ask('linkAll', {
      edges: Array.from({ length: 1000 }, (_, i) => ({ from: 'hub', to: `n${batch}:${i}` })),
    })
  }
  const leaving = callBy<Operations['removeNode']>(ann)
  leaving.abort()
  assert.deepEqual(await ask('removeNode', { node: 'hub' }, leaving), { removed: 5000 })
  const removal = ask('removeNode', { node: 'hub' })
  assert.deepEqual(await ask('degree', { node: 'hub' }), { node: 'hub', in: 0, out: 2000 })
  assert.deepEqual(await removal, { removed: 7000 })
  await assert.rejects(ask('removeNode', { node: 'hub' }), refusal('NotFound', /no edge touches hub/))
})

test('a document is put, read, found with its places, and removed', async () => {
  const { ask } = await open()
  const doc = { id: 'd', fields: { title: 'Red Apple', body: 'An apple a day' }, tags: ['fruit'] }
  assert.deepEqual(await ask('putDoc', doc), { outcome: 'created' })
  assert.deepEqual(await ask('putDoc', doc), { outcome: 'replaced' })
  assert.deepEqual(await ask('getDoc', { id: 'd' }), doc)
  const { results, ...page } = await ask('search', { q: 'apple' })
  assert.deepEqual(page, { query: 'apple', limit: 10, offset: 0, total_estimate: 1, has_more: false })
  assert.deepEqual(results[0]?.snippets, [
    { field: 'title', text: 'Red Apple', highlights: [[4, 9]] },
    { field: 'body', text: 'An apple a day', highlights: [[3, 8]] },
  ])
  assert.deepEqual(await ask('suggest', { q: 'app' }), {
    query: 'app',
    suggestions: [{ text: 'apple', count: 2 }],
  })
  assert.deepEqual(await ask('removeDoc', { id: 'd' }), {})
  await assert.rejects(ask('getDoc', { id: 'd' }), refusal('NotFound', /no document d/))
  await assert.rejects(ask('removeDoc', { id: 'd' }), refusal('NotFound', /no document d/))
  assert.deepEqual((await ask('search', { q: 'apple' })).results, [])
})

test('a page says where the next one begins, and the last one does not', async () => {
  const { ask } = await open()
  await ask('putDocs', {
    docs: Array.from({ length: 5 }, (_, i) => ({ id: `d${i}`, fields: { body: 'same' } })),
  })
  const { next_offset, has_more, total_estimate } = await ask('search', { q: 'same', limit: 2, offset: 2 })
  assert.deepEqual(
    { next_offset, has_more, total_estimate },
    { next_offset: 4, has_more: true, total_estimate: 5 },
  )
  const last = await ask('search', { q: 'same', limit: 2, offset: 4 })
  assert.deepEqual([last.results.length, last.has_more, 'next_offset' in last], [1, false, false])
})

test('a query that cannot be read is refused with the reason', async () => {
  const { ask } = await open()
  await assert.rejects(ask('search', { q: '-apple' }), refusal('BadRequest', /no word to look for/))
  await assert.rejects(ask('search', { q: '"apple' }), refusal('BadRequest', /does not close/))
})

test('a batch of documents gives others their turn, and keeps what came before one that does not fit', async () => {
  const { ask } = await open({ docsMax: 100 })
  const docs = Array.from({ length: 120 }, (_, i) => ({
    id: `d${i}`,
    fields: { body: `w${i} `.repeat(500) },
  }))
  const batch = assert.rejects(
    ask('putDocs', { docs }),
    refusal('Full', /index.docsMax; 100 of the 120 documents/),
  )
  assert.deepEqual((await ask('search', { q: 'w110' })).results, [])
  assert.equal((await ask('search', { q: 'w1' })).results.length, 1)
  await assert.rejects(ask('getDoc', { id: 'd99' }), refusal('NotFound', /d99/))
  await batch
  assert.equal((await ask('getDoc', { id: 'd99' })).id, 'd99')
})

test('a document over its size is refused before any of its batch is kept', async () => {
  const { ask } = await open({ docBytesMax: 1024 })
  const docs = [
    { id: 'small', fields: { body: 'x' } },
    { id: 'big', fields: { body: 'é'.repeat(600) } },
  ]
  await assert.rejects(
    ask('putDocs', { docs }),
    refusal('TooLarge', /document big holds 1207 bytes; .* is 1024/),
  )
  await assert.rejects(ask('getDoc', { id: 'small' }), refusal('NotFound', /small/))
})

test('tenants see nothing of each other, and share the room there is', async () => {
  const { ask } = await open({ edgesMax: 1, docsMax: 1 })
  await ask('link', { from: 'ann', to: 'bob' })
  await ask('putDoc', { id: 'd', fields: { body: 'secret' } })
  assert.deepEqual((await ask('neighbors', { node: 'ann' }, callBy(bob))).neighbors, [])
  assert.deepEqual((await ask('search', { q: 'secret' }, callBy(bob))).results, [])
  assert.deepEqual((await ask('suggest', { q: 'sec' }, callBy(bob))).suggestions, [])
  await assert.rejects(ask('getDoc', { id: 'd' }, callBy(bob)), refusal('NotFound', /no document/))
  await assert.rejects(
    ask('unlink', { from: 'ann', to: 'bob' }, callBy(bob)),
    refusal('NotFound', /no link edge/),
  )
  await assert.rejects(
    ask('link', { from: 'x', to: 'y' }, callBy(bob)),
    refusal('Full', /raise index.edgesMax/),
  )
  await assert.rejects(
    ask('putDoc', { id: 'e', fields: { body: 'x' } }, callBy(bob)),
    refusal('Full', /raise index.docsMax/),
  )
  await ask('unlink', { from: 'ann', to: 'bob' })
  await ask('link', { from: 'x', to: 'y' }, callBy(bob))
})

test('health is degraded past 95 % of a budget, and says which', async () => {
  const { ask, running } = await open({ edgesMax: 20, nodesMax: 100 })
  const edges = Array.from({ length: 20 }, (_, i) => ({ from: 'hub', to: `n${i}` }))
  await ask('linkAll', { edges: edges.slice(0, 19) })
  assert.deepEqual(running.health(), { state: 'ready' })
  await ask('linkAll', { edges })
  assert.deepEqual(running.health(), { state: 'degraded', because: 'nearly full: 20 of 20 edges' })
})

test('a service whose thread fell is followed by one that has all it acknowledged, for each tenant', async () => {
  const place = journalPlace()
  const first = await open({}, place)
  const doc = { id: 'd', fields: { title: 'Red Apple', body: 'half a pair: \ud800' }, tags: ['fruit'] }
  await first.ask('linkAll', { edges: ['x', 'y', 'z'].map((to) => ({ from: 'ann', to, weight: 2 })) })
  await first.ask('unlink', { from: 'ann', to: 'x' })
  await first.ask('link', { from: 'hub', to: 'ann', edge: 'owns' })
  await first.ask('removeNode', { node: 'hub' })
  await first.ask('putDoc', { id: 'gone', fields: { body: 'apple' } })
  await first.ask('putDocs', { docs: [doc, { id: 'bare', fields: { body: '' } }] })
  await first.ask('removeDoc', { id: 'gone' })
  await first.ask('link', { from: 'ann', to: 'other' }, callBy(bob))

  const { ask, running } = await open({}, place)
  assert.deepEqual(running.health(), { state: 'ready' })
  for (const tenant of [ann, bob]) {
    assert.deepEqual(
      await ask('neighbors', { node: 'ann', direction: 'both' }, callBy(tenant)),
      await first.ask('neighbors', { node: 'ann', direction: 'both' }, callBy(tenant)),
    )
  }
  assert.deepEqual(await ask('degree', { node: 'ann' }), { node: 'ann', in: 0, out: 2 })
  assert.deepEqual(await ask('getDoc', { id: 'd' }), doc)
  assert.deepEqual(
    (await ask('search', { q: 'apple' })).results.map(({ id }) => id),
    ['d'],
  )
  await assert.rejects(ask('getDoc', { id: 'd' }, callBy(bob)), refusal('NotFound', /no document/))
  assert.deepEqual(await ask('putDoc', doc), { outcome: 'replaced' })
})

test('a restarted service with much to read answers graph, documents and deletions meanwhile', async () => {
  const place = journalPlace(2 ** 22)
  const body = 'many words '.repeat(2000)
  const first = await open({}, place)
  const docs = Array.from({ length: 30 }, (_, i) => ({ id: `d${i}`, fields: { body } }))
  await first.ask('putDocs', { docs })
  await first.ask('link', { from: 'ann', to: 'bob' })

  const { ask, running } = await open({}, place)
  const because = 'it reads its documents again after a restart'
  assert.deepEqual(running.health(), { state: 'rebuilding', because })
  assert.deepEqual(await ask('degree', { node: 'ann' }), { node: 'ann', in: 0, out: 1 })
  assert.equal((await ask('getDoc', { id: 'd29' })).fields.body, body)
  assert.deepEqual(await ask('removeDoc', { id: 'd29' }), {})
  const meanwhile = refusal('Unavailable', /has restarted and reads its documents again, \d+ to go/)
  await assert.rejects(ask('search', { q: 'many' }), meanwhile)
  await assert.rejects(ask('suggest', { q: 'man' }), meanwhile)
  await assert.rejects(ask('putDoc', { id: 'new', fields: { body: 'x' } }), meanwhile)

  while (running.health().state !== 'ready') await nextTurn()
  assert.equal((await ask('search', { q: 'many' })).total_estimate, 29)
  assert.deepEqual(await ask('putDoc', { id: 'new', fields: { body: 'x' } }), { outcome: 'created' })
})

test('a spare that follows has read the words of what it was given, and searches as soon as it takes over', async () => {
  const place = journalPlace()
  const first = await open({}, place)
  await first.ask('putDoc', { id: 'a', fields: { body: 'apple' } })
  const { journal, take } = place.follow()
  let timers = 0
  const counting: Clock = {
    ...clock,
    after(ms, task) {
      timers++
      return clock.after(ms, task)
    },
  }
  const spare = start({ ...system, clock: counting, journal, peers: {}, config: defaults })
  await nextTurn()
  await first.ask('putDoc', { id: 'b', fields: { body: 'many apples '.repeat(8000) } })
  await first.ask('putDoc', { id: 'c', fields: { body: 'many pears '.repeat(8000) } })
  for (let turns = 0; turns < 20; turns++) await nextTurn()

  take()
  const { handle, health } = await spare
  assert.deepEqual([health(), timers], [{ state: 'ready' }, 0])
  const { results } = await handle.search({ q: 'apples' }, callBy<Operations['search']>(ann).call)
  assert.deepEqual(
    results.map(({ id }) => id),
    ['b'],
  )
})

test('a full journal is refused with limit and fix, and deleting makes room', async () => {
  const { ask } = await open({ docsMax: 1e5 }, journalPlace(64 * 1024))
  const docs = Array.from({ length: 100 }, (_, i) => ({ id: `d${i}`, fields: { body: 'x'.repeat(1000) } }))
  await assert.rejects(
    ask('putDocs', { docs }),
    refusal(
      'Full',
      /of 65536 bytes of the journal .* raise test.journal_bytes_max.* \d+ of the 100 documents/,
    ),
  )
  await assert.rejects(
    ask('putDoc', { id: 'more', fields: { body: 'x'.repeat(4000) } }),
    refusal('Full', /./),
  )
  for (let i = 0; i < 20; i++) await ask('removeDoc', { id: `d${i}` })
  assert.deepEqual(await ask('putDoc', { id: 'new', fields: { body: 'x'.repeat(4000) } }), {
    outcome: 'created',
  })
})

test('a stopped service has let go of everything', async () => {
  const { ask, running } = await open()
  await ask('link', { from: 'ann', to: 'bob' })
  await ask('putDoc', { id: 'd', fields: { body: 'secret' } })
  await running.stop()
  assert.deepEqual((await ask('neighbors', { node: 'ann' })).neighbors, [])
  assert.deepEqual((await ask('search', { q: 'secret' })).results, [])
})

test('the contract refuses what no handler should see', () => {
  const { link, putDoc, search, neighbors } = index.operations
  for (const [schema, request] of [
    [link.request, { from: 'a b', to: 'c' }],
    [link.request, { from: '', to: 'c' }],
    [link.request, { from: 'a', to: 'x'.repeat(257) }],
    [link.request, { from: 'a', to: 'b', weight: 1e13 }],
    [link.request, { from: 'a', to: 'b', colour: 'red' }],
    [neighbors.request, { node: 'a', hops: 4 }],
    [neighbors.request, { node: 'a', max_neighbors: 129 }],
    [putDoc.request, { id: 'd', fields: {} }],
    [putDoc.request, { id: 'd', fields: { Title: 'x' } }],
    [putDoc.request, { id: 'd', fields: Object.fromEntries(Array.from('abcdefghi', (name) => [name, 'x'])) }],
    [putDoc.request, { id: 'd', fields: { a: 'x' }, tags: Array.from({ length: 17 }, () => 't') }],
    [search.request, { q: 'x'.repeat(129) }],
    [search.request, { q: 'x', limit: 51 }],
    [search.request, { q: 'x', offset: -1 }],
  ] as const) {
    assert.equal(Value.Check(schema, request), false, JSON.stringify(request))
  }
})
