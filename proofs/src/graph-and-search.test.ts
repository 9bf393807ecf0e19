/** Edges and neighbors, documents and the words in them, over plain HTTP. */

import { test } from 'node:test'
import assert from 'node:assert/strict'
import { asker, type Problem } from './http.ts'
import { startNode } from './node-process.ts'

const node = await startNode()
const ask = asker(node)

interface Neighborhood {
  readonly root: string
  readonly neighbors: readonly {
    readonly node: string
    readonly edge: string
    readonly weight: number
    readonly hops: number
    readonly direction: string
  }[]
  readonly truncated: boolean
}

interface Found {
  readonly results: readonly {
    readonly id: string
    readonly score: number
    readonly snippets: readonly {
      readonly text: string
      readonly highlights: readonly (readonly [number, number])[]
    }[]
  }[]
  readonly total_estimate: number
  readonly next_offset?: number
  readonly has_more: boolean
}

async function graph(query: Readonly<Record<string, string>>): Promise<Neighborhood> {
  const reply = await ask(`GET /graph?${new URLSearchParams(query)}`)
  assert.equal(reply.status, 200, reply.text)
  return reply.json<Neighborhood>()
}

async function search(query: Readonly<Record<string, string>>): Promise<Found> {
  const reply = await ask(`GET /search?${new URLSearchParams(query)}`)
  assert.equal(reply.status, 200, reply.text)
  return reply.json<Found>()
}

test('edges are put, weighed, walked and removed', async () => {
  const link = (from: string, to: string, weight: number) =>
    ask('PUT /graph/edges', { json: { from, to, edge: 'follows', weight } })
  assert.equal((await link('user:ann', 'user:bob', 1)).status, 201)
  assert.equal((await link('user:ann', 'user:bob', 2)).status, 200)
  await link('user:ann', 'user:cy', 5)
  await link('user:bob', 'user:dee', 1)

  const near = await graph({ q: 'user:ann' })
  assert.deepEqual(
    near.neighbors.map(({ node: name, weight }) => [name, weight]),
    [
      ['user:cy', 5],
      ['user:bob', 2],
    ],
  )
  const far = await graph({ q: 'user:ann edge:follows hops:2' })
  assert.deepEqual(
    far.neighbors.map(({ node: name, hops }) => `${name} ${hops}`),
    ['user:cy 1', 'user:bob 1', 'user:dee 2'],
  )
  const cut = await graph({ q: 'user:ann', hops: '2', max_neighbors: '1' })
  assert.deepEqual([cut.neighbors.length, cut.truncated], [1, true])
  const inward = await graph({ q: 'user:bob', direction: 'in' })
  assert.deepEqual([inward.neighbors[0]?.node, inward.neighbors[0]?.direction], ['user:ann', 'in'])

  const byPath = await ask('GET /graph/nodes/user:bob')
  assert.equal(byPath.json<Neighborhood>().neighbors[0]?.node, 'user:dee')
  assert.equal((await ask('DELETE /graph/edges?from=user:ann&to=user:bob&edge=follows')).status, 204)
  assert.equal((await ask('DELETE /graph/edges?from=user:ann&to=user:bob&edge=follows')).status, 404)
  assert.deepEqual((await ask('GET /graph/degree?node=user:ann')).json(), { node: 'user:ann', in: 0, out: 1 })
  assert.deepEqual((await ask('DELETE /graph/nodes/user:ann')).json(), { removed: 1 })
})

test('many edges go in together, and two nodes have their mutuals', async () => {
  const edges = ['ann', 'bea'].flatMap((from) => ['x', 'y'].map((to) => ({ from, to })))
  assert.deepEqual((await ask('POST /graph/edges', { json: { edges } })).json(), { created: 4, replaced: 0 })
  const mutuals = await ask('GET /graph/mutuals?a=ann&b=bea')
  assert.deepEqual(mutuals.json(), { a: 'ann', b: 'bea', nodes: ['x', 'y'], truncated: false })
})

test('documents are found by their words, best first, with the places that match', async () => {
  const docs = [
    { id: 'whale', fields: { title: 'Moby Dick', body: 'Call me Ishmael. The whale is white.' } },
    { id: 'sea', fields: { title: 'The Sea', body: 'Nothing but water, and once a whale.' } },
    { id: 'land', fields: { title: 'The Land', body: 'No water at all.' }, tags: ['dry'] },
  ]
  assert.deepEqual((await ask('POST /search/docs', { json: { docs } })).json(), { created: 3, replaced: 0 })

  const { results } = await search({ q: 'white whale' })
  assert.deepEqual(
    results.map(({ id }) => id),
    ['whale', 'sea'],
  )
  const [snippet] = results[0]?.snippets ?? []
  const marked = snippet?.highlights.map(([from, to]) => snippet.text.slice(from, to))
  assert.deepEqual(marked, ['whale', 'white'])

  assert.deepEqual(
    (await search({ q: 'water -whale' })).results.map(({ id }) => id),
    ['land'],
  )
  assert.deepEqual(
    (await search({ q: '"but water"' })).results.map(({ id }) => id),
    ['sea'],
  )
  assert.deepEqual(
    (await search({ q: 'wat', prefix: 'true', tag: 'dry' })).results.map(({ id }) => id),
    ['land'],
  )

  const put = await ask('PUT /search/docs/land', { json: { fields: { title: 'Desert', body: 'Sand.' } } })
  assert.equal(put.status, 200)
  assert.deepEqual((await search({ q: 'land' })).results, [])
  assert.equal((await ask('DELETE /search/docs/land')).status, 204)
  assert.equal((await ask('GET /search/docs/land')).status, 404)
  assert.deepEqual((await search({ q: 'sand' })).results, [])
})

test('results come in pages that do not overlap', async () => {
  const docs = Array.from({ length: 7 }, (_, at) => ({
    id: `page-${at}`,
    fields: { body: 'pagination matters' },
  }))
  await ask('POST /search/docs', { json: { docs } })
  const ids: string[] = []
  let offset = 0
  for (let pages = 0; pages < 4; pages++) {
    const page = await search({ q: 'pagination', limit: '3', offset: String(offset) })
    ids.push(...page.results.map(({ id }) => id))
    assert.equal(page.has_more, page.next_offset !== undefined)
    if (page.next_offset === undefined) break
    offset = page.next_offset
  }
  assert.deepEqual(
    ids.toSorted(),
    docs.map(({ id }) => id),
  )
})

test('a question nobody can answer is refused with the name of what is wrong', async () => {
  const refused = async (what: `${string} /${string}`) => {
    const { status, text } = await ask(what)
    const problem: Problem = JSON.parse(text)
    return `${status} ${problem.detail}`
  }
  assert.match(await refused('GET /graph?q=a&hops=9'), /^400 .*hops/)
  assert.match(await refused('GET /graph?q=a&hops=two'), /^400 .*hops/)
  assert.match(await refused('GET /graph?q=a&depth=1'), /^400 .*depth/)
  assert.match(await refused('GET /graph?q=a&q=b'), /^400 .*q/)
  assert.match(await refused('GET /search'), /^400 .*q/)
  assert.match(await refused(`GET /search?q=${'x'.repeat(129)}`), /^400 .*q/)
  assert.match(await refused('GET /search?q=%ff'), /^400 /)
})
