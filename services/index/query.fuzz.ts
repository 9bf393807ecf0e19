/**
 * The fuzz target of the two query languages: any bytes are read as a query of each and, where they are
 * one, answered. It throws only when a promise is broken; a refused query is an answer too.
 */

import assert from 'node:assert/strict'
import { Budget } from './budget.ts'
import { HOPS_MAX, parseGraph } from './graph/graph-query.ts'
import { Graph } from './graph/graph.ts'
import { InvertedIndex } from './text/inverted-index.ts'
import { lastWord, parseSearch, QUERY_WORDS_MAX, type SearchQuery } from './text/search-query.ts'
import { SNIPPET_LENGTH } from './text/snippets.ts'
import { fold, wordsOf } from './text/words.ts'

export const seeds: Uint8Array[] = [
  'user:ann edge:follows dir:in hops:2',
  'a',
  'edge:x dir:both',
  'a dir:in dir:out',
  'apple "red pie" -tart -"sour cream"',
  '“curly” quotes',
  'e-mail -e-mail',
  '東京タワー "京 タ"',
  '"open',
  'Élève ½ ﷺ สวัสดี',
  '- -- --a "" -""',
].map((text) => new TextEncoder().encode(text))

const graph = sampleGraph()
const texts = sampleTexts()

export function run(input: Uint8Array): void {
  const q = new TextDecoder().decode(input)
  runGraph(q)
  runSearch(q)
}

function runGraph(q: string): void {
  const parsed = parseGraph(q)
  if (!parsed.ok) return assert.notEqual(parsed.problem, '')
  const { node, edge, hops = 1, direction = 'out' } = parsed.query
  assert.ok(node.length >= 1 && Array.from(node).length <= 256 && !/\s/.test(node))
  assert.ok(hops >= 1 && hops <= HOPS_MAX)
  const filters = [edge === undefined ? '' : `edge:${edge}`, `hops:${hops}`, `dir:${direction}`].join(' ')
  assert.deepEqual(parseGraph(`${node} ${filters}`), {
    ok: true,
    query: { ...parsed.query, hops, direction },
  })
  const ask = {
    node,
    hops,
    direction,
    neighborsMax: 3,
    visitsMax: 10,
    ...(edge === undefined ? {} : { edge }),
  }
  assert.ok(graph.neighbors(ask).neighbors.length <= 3)
}

function runSearch(q: string): void {
  texts.suggest(q, 3)
  const last = lastWord(q)
  if (last !== null) assert.ok(q.startsWith(last.before) && fold(last.word) === last.word)

  const parsed = parseSearch(q)
  if (!parsed.ok) return assert.notEqual(parsed.problem, '')
  const { words, phrases, notWords, notPhrases } = parsed.query
  const all = [...words, ...phrases.flat(), ...notWords, ...notPhrases.flat()]
  // Nothing a person wrote is lost, and nothing is made up.
  assert.deepEqual(new Set(all), new Set(wordsOf(q.replace(/[“”]/g, '"'))))
  assert.ok(all.every((word) => word !== '' && fold(word) === word))
  assert.ok([...phrases, ...notPhrases].every((phrase) => phrase.length > 1))
  assert.ok(words.length + phrases.length > 0 && words.length <= QUERY_WORDS_MAX)
  answer(parsed.query)
}

function answer(query: SearchQuery): void {
  for (const widen of [true, false]) {
    const { hits } = texts.search({ query, offset: 0, limit: 3, prefix: widen, fuzzy: widen })
    for (const { id, score, snippets } of hits) {
      assert.ok(score > 0 && Number.isFinite(score))
      assert.ok(snippets.length > 0)
      for (const { field, text, highlights } of snippets) {
        assert.ok(text.length <= SNIPPET_LENGTH && texts.get(id)?.fields[field]?.includes(text))
        assert.ok(highlights.every(([start, end]) => start >= 0 && start < end && end <= text.length))
      }
    }
  }
}

function sampleGraph(): Graph {
  const limits = { nodes: new Budget('nodes', 100, ''), edges: new Budget('edges', 100, '') }
  const sample = new Graph(limits, 1)
  for (const to of ['b', 'c', 'd', 'user:ann'])
    sample.link({ from: 'a', to, edge: 'follows', weight: to.length })
  sample.link({ from: 'user:ann', to: 'a', edge: 'likes', weight: 1 })
  return sample
}

function sampleTexts(): InvertedIndex {
  const budget = (things: string) => new Budget(things, 1e6, '')
  const limits = { docs: budget('docs'), textBytes: budget('bytes'), words: budget('words') }
  const sample = new InvertedIndex(limits, 1)
  const bodies = [
    'apple red pie',
    'sour cream tart, apple',
    'e-mail Élève ½',
    '東京タワー สวัสดี',
    'open - quotes',
  ]
  for (const [i, body] of bodies.entries())
    sample.put({ id: `d${i}`, fields: { title: body, body }, tags: [] })
  return sample
}
