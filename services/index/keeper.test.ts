import type { Journal } from '@ron/kernel/ports/journal'
import fc from 'fast-check'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { journalPlace, system } from '../testing.ts'
import { anyChange, names, tenants } from './changes/change.fixture.ts'
import type { Change } from './changes/change.ts'
import { Records } from './changes/record.ts'
import { GraphOracle } from './graph/graph.oracle.ts'
import { Keeper } from './keeper.ts'
import { Projection } from './projection.ts'
import { assertSameScores } from './text/scored.fixture.ts'
import { parseSearch, type SearchQuery } from './text/search-query.ts'
import { TextOracle } from './text/text-index.oracle.ts'

const limits = { edgesMax: 1e4, nodesMax: 1e4, docsMax: 1e4, textBytesMax: 1e6, wordsMax: 1e4 }
const tenant = 'a'.repeat(32)

type Place = ReturnType<typeof journalPlace>

/** An index over a journal that outlives it. Opened again, it is what a thread finds after the last one fell. */
async function openOn(place: Place, seed = 1) {
  return openIn(place.open(), seed)
}

/** The index of a thread that waits, and reads what the one before it writes until `take` lets it take over. */
function following(place: Place, seed: number) {
  const { journal, take } = place.follow()
  return { take, open: openIn(journal, seed) }
}

async function openIn(journal: Journal, seed: number) {
  const keeper = await Keeper.open(() => new Projection(limits, seed), journal, system.log)
  const { projection } = keeper
  const compact = () => journal.compact(new Records().encodeAll(projection.snapshot()))
  return { journal, projection, keeper, compact }
}

const queries = ['ant', 'bee cat', '"cat dog"', 'dog -ant', 'elan', '京'].map(query)
const walks = [1, 2, 3].flatMap((hops) =>
  (['in', 'out', 'both'] as const).flatMap((direction) =>
    // Two visits: the walk gives up, and which edges it saw depends on the order they are kept in.
    [2, 1e6].map((visitsMax) => ({ hops, direction, neighborsMax: 4, visitsMax })),
  ),
)

/** Everything the index can say about the few names the changes use. */
function answers({ graphs, texts }: Projection) {
  return tenants.map((tenant) => ({
    graph: graphs.use(tenant, (graph) =>
      names.map((node) => ({
        degree: graph.degree(node),
        walks: walks.map((walk) => graph.neighbors({ node, ...walk })),
        mutuals: names.map((other) => graph.mutuals(node, other, 3, 1e6)),
      })),
    ),
    text: texts.use(tenant, (text) => ({
      docs: names.map((id) => text.get(id)),
      found: queries.map((query) => found(text.search(ask(query)).hits)),
      suggestions: ['a', 'b', 'el'].map((q) => text.suggest(q, 5)),
    })),
  }))
}

test('an index answers the same whenever its thread falls, and whenever its journal is compacted', async () => {
  const event = fc.oneof(
    { weight: 8, arbitrary: anyChange },
    { weight: 2, arbitrary: fc.constantFrom('crash', 'take over', 'compact', 'let the spare read') },
  )
  await fc.assert(
    fc.asyncProperty(fc.array(event, { maxLength: 60, size: 'max' }), async (events) => {
      const calm = new Projection(limits, 1)
      const place = journalPlace()
      let open = await openOn(place)
      let spare = following(place, 2)
      for (const [i, event] of events.entries()) {
        if (event === 'crash') open = await openOn(place, i)
        else if (event === 'take over') {
          spare.take()
          open = await spare.open
          spare = following(place, i)
        } else if (event === 'compact') open.compact()
        else if (event === 'let the spare read') await turn()
        else assert.deepEqual(open.keeper.keep(event), calm.apply(event))
      }
      assert.deepEqual(answers(open.projection), answers(calm))
      open.compact()
      spare.take()
      assert.deepEqual(answers((await spare.open).projection), answers(calm))
      assert.deepEqual(answers((await openOn(place, 2)).projection), answers(calm))
    }),
    { numRuns: 200 },
  )
})

test('a rebuilt index answers as its naive twins do, before its journal is compacted and after', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyChange, { maxLength: 40, size: 'max' }), async (changes) => {
      const place = journalPlace()
      const first = await openOn(place)
      const [graph, text] = [new GraphOracle(), new TextOracle()]
      for (const change of changes.map(wholly)) {
        first.keeper.keep(change)
        apply(change, graph, text)
      }
      assertLike((await openOn(place)).projection, graph, text)
      const again = await openOn(place)
      again.compact()
      assertLike((await openOn(place)).projection, graph, text)
    }),
    { numRuns: 200 },
  )
})

/** The change for one tenant, and a node removed with all its edges: the twins know nothing else. */
function wholly(change: Change): Change {
  return change.kind === 'removeNode' ? { ...change, tenant, edgesMax: 1e6 } : { ...change, tenant }
}

function apply(change: Change, graph: GraphOracle, text: TextOracle): void {
  if (change.kind === 'link') for (const link of change.links) graph.link(link)
  if (change.kind === 'unlink') graph.unlink(change.from, change.to, change.edge)
  if (change.kind === 'removeNode') graph.removeNode(change.node)
  if (change.kind === 'putDoc') text.put(change.doc)
  if (change.kind === 'removeDoc') text.remove(change.id)
}

function assertLike({ graphs, texts }: Projection, graphOracle: GraphOracle, textOracle: TextOracle): void {
  graphs.use(tenant, (graph) => {
    for (const node of names) {
      assert.deepEqual(graph.degree(node), graphOracle.degree(node))
      for (const walk of walks.filter(({ visitsMax }) => visitsMax > 2)) {
        assert.deepEqual(graph.neighbors({ node, ...walk }), graphOracle.neighbors({ node, ...walk }))
      }
    }
  })
  texts.use(tenant, (text) => {
    for (const query of queries) {
      assertSameScores(text.search(ask(query)).hits, textOracle.search(query))
    }
  })
}

test('a compacted journal is as long as what the index holds, not as what happened to it', async () => {
  const { journal, keeper, compact } = await openOn(journalPlace())
  for (let i = 0; i < 500; i++) {
    keeper.keep(put('d', `text ${i}`))
    keeper.keep(link('ann', `n${i}`))
    if (i > 0) keeper.keep({ kind: 'unlink', tenant, from: 'ann', to: `n${i - 1}`, edge: 'link' })
  }
  const before = journal.bytes
  compact()
  assert.ok(journal.bytes < 200 && before > 50_000, `${before} and then ${journal.bytes} bytes`)
})

test('a full journal refuses what is new with limit and fix, keeps all it has, and takes deletions', async () => {
  const place = journalPlace(64 * 1024)
  const { keeper, journal } = await openOn(place)
  const text = 'some words'
  let count = 0
  assert.throws(
    () => {
      for (; ; count++) keeper.keep(put(`d${count}`, text), '; none of 3 were stored')
    },
    {
      code: 'Full',
      message: /of 65536 bytes of the journal .* raise test.journal_bytes_max.*; none of 3 were stored$/,
    },
  )
  assert.ok(count > 500)
  assert.equal(size((await openOn(place)).projection), count)

  const again = await openOn(place)
  for (let i = 0; i < count; i++) {
    assert.equal(again.keeper.keep({ kind: 'removeDoc', tenant, id: `d${i}` }).removed, 1)
  }
  assert.equal(size((await openOn(place)).projection), 0)
  assert.throws(() => keeper.keep(put('late', 'x')), /belongs to another thread/)
  assert.ok(journal.bytesMax > again.journal.bytes)
})

test('what a budget refuses is not recorded', async () => {
  const place = journalPlace()
  const { keeper } = await openOn(place)
  const links = Array.from({ length: 1025 }, (_, i) => ({ from: 'a', to: 'b', edge: `t${i}`, weight: 1 }))
  assert.throws(() => keeper.keep({ kind: 'link', tenant, links }), {
    code: 'Full',
    message: /1024 edge types/,
  })
  assert.equal((await openOn(place)).journal.bytes, 0)
})

test('what a removal is said to free is about what a snapshot is shorter by', async () => {
  const place = await openOn(journalPlace())
  const fan = Array.from({ length: 50 }, (_, i) => ({
    from: `user:${i}`,
    to: 'hub',
    edge: 'link',
    weight: 1,
  }))
  place.keeper.keep({ kind: 'link', tenant, links: fan })
  place.keeper.keep(put('long', 'ant '.repeat(200)))
  const removals: readonly Change[] = [
    { kind: 'unlink', tenant, from: 'user:1', to: 'hub', edge: 'link' },
    { kind: 'removeNode', tenant, node: 'hub', edgesMax: 20 },
    { kind: 'removeNode', tenant, node: 'hub', edgesMax: 1_000 },
    { kind: 'removeDoc', tenant, id: 'long' },
    { kind: 'removeDoc', tenant, id: 'long' },
  ]
  const lengthNow = () => {
    place.compact()
    return place.journal.bytes
  }
  for (const removal of removals) {
    const before = lengthNow()
    const said = place.projection.freedBytes(removal)
    place.keeper.keep(removal)
    const freed = before - lengthNow()
    assert.ok(said >= freed / 2 && said <= 2 * freed + 16, `${said} said, ${freed} freed by ${removal.kind}`)
  }
})

function link(from: string, to: string): Change {
  return { kind: 'link', tenant, links: [{ from, to, edge: 'link', weight: 1 }] }
}

function put(id: string, body: string): Change {
  return { kind: 'putDoc', tenant, doc: { id, fields: { body }, tags: [] } }
}

function size({ texts }: Projection): number {
  return texts.use(tenant, (text) => text.size)
}

function query(q: string): SearchQuery {
  const parsed = parseSearch(q)
  assert.ok(parsed.ok)
  return parsed.query
}

function ask(query: SearchQuery) {
  return { query, offset: 0, limit: 20, prefix: false, fuzzy: false }
}

/** Scores to nine places: the sums may be made in another order. */
function found(hits: readonly { id: string; score: number }[]): string[] {
  return hits.map(({ id, score }) => `${score} ${id}`)
}
