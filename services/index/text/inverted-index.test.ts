import fc from 'fast-check'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Budget, OverBudget } from '../budget.ts'
import { FIELDS_MAX, InvertedIndex } from './inverted-index.ts'
import { assertSameScores } from './scored.fixture.ts'
import { parseSearch, type SearchQuery } from './search-query.ts'
import { TextOracle } from './text-index.oracle.ts'
import { bytesOf, type Doc, type SearchAsk } from './text-index.ts'

function indexOf(limits: { docs?: number; textBytes?: number; words?: number } = {}) {
  const docs = new Budget('documents', limits.docs ?? 1e6, 'raise index.docsMax')
  const textBytes = new Budget('bytes of text', limits.textBytes ?? 1e9, 'raise index.textBytesMax')
  const words = new Budget('different words', limits.words ?? 1e6, 'raise index.wordsMax')
  return { index: new InvertedIndex({ docs, textBytes, words }, 1), docs, textBytes, words }
}

function doc(id: string, fields: Record<string, string> | string, tags: string[] = []): Doc {
  return { id, fields: typeof fields === 'string' ? { body: fields } : fields, tags }
}

/** Puts as a service does. */
function put(index: InvertedIndex, doc: Doc) {
  index.ensureRoom(doc)
  const outcome = index.put(doc)
  index.read(Infinity)
  return outcome
}

function query(q: string): SearchQuery {
  const parsed = parseSearch(q)
  assert.ok(parsed.ok)
  return parsed.query
}

function search(index: InvertedIndex, q: string, more: Partial<SearchAsk> = {}) {
  return index.search({ query: query(q), offset: 0, limit: 10, prefix: false, fuzzy: false, ...more })
}

function ids(index: InvertedIndex, q: string, more: Partial<SearchAsk> = {}): string[] {
  return search(index, q, more).hits.map(({ id }) => id)
}

test('a document is created once, replaced after that, and found by its new words only', () => {
  const { index } = indexOf()
  assert.equal(index.put(doc('a', 'red apple')), 'created')
  assert.equal(index.put(doc('a', 'green pear')), 'replaced')
  assert.deepEqual(ids(index, 'apple'), [])
  assert.deepEqual(ids(index, 'pear'), ['a'])
  assert.deepEqual(index.get('a'), doc('a', 'green pear'))
})

test('a removed document is not found, and all it took is free again', () => {
  const { index, docs, textBytes, words } = indexOf()
  index.put(doc('a', { title: 'apple', body: 'one two three one' }, ['t']))
  index.put(doc('b', 'apple'))
  assert.equal(index.remove('a'), true)
  assert.equal(index.remove('a'), false)
  assert.equal(index.get('a'), undefined)
  assert.deepEqual(ids(index, 'apple'), ['b'])
  assert.deepEqual([docs.used, textBytes.used, words.used], [1, bytesOf(doc('b', 'apple')), 1])
  index.remove('b')
  assert.deepEqual([docs.used, textBytes.used, words.used, index.size], [0, 0, 0, 0])
})

test('documents are read as far as was asked, and the rest before the first search', () => {
  const { index, textBytes, words } = indexOf()
  for (let i = 0; i < 10; i++) index.put(doc(`d${i}`, `text ${i}`))
  assert.deepEqual([index.unread, words.used], [10, 0])
  assert.equal(index.read(2 * bytesOf(doc('d0', 'text 0')) + 1), 3 * bytesOf(doc('d0', 'text 0')))
  assert.deepEqual([index.unread, words.used], [7, 4])
  assert.equal(ids(index, 'text').length, 10)
  assert.deepEqual([index.unread, words.used, textBytes.used], [0, 11, 120])
  assert.equal(index.read(Infinity), 0)
})

test('a document that was not read yet is replaced and removed like any other', () => {
  const { index, docs, textBytes, words } = indexOf()
  index.put(doc('a', 'red apple'))
  assert.equal(index.put(doc('a', 'pear')), 'replaced')
  index.put(doc('b', 'plum'))
  assert.equal(index.remove('b'), true)
  assert.deepEqual(index.get('a'), doc('a', 'pear'))
  assert.deepEqual(index.suggest('p', 5), [{ text: 'pear', count: 1 }])
  assert.deepEqual([docs.used, textBytes.used, words.used], [1, bytesOf(doc('a', 'pear')), 1])
})

test('a word in the title, a rarer word, more of it and a shorter text rank higher', () => {
  const { index } = indexOf()
  index.put(doc('long', `storm ${'filler '.repeat(50)}`))
  index.put(doc('short', 'storm at sea'))
  index.put(doc('often', 'storm after storm after storm'))
  index.put(doc('title', { title: 'storm', body: 'at sea' }))
  assert.deepEqual(ids(index, 'storm'), ['title', 'often', 'short', 'long'])
  index.put(doc('rare', 'lighthouse'))
  assert.equal(ids(index, 'storm lighthouse')[0], 'rare')
})

test('documents with all the words come before documents with some of them', () => {
  const { index } = indexOf()
  index.put(doc('one', 'salt salt salt salt salt'))
  index.put(doc('both', `salt and pepper ${'with other words '.repeat(5)}`))
  for (let i = 0; i < 5; i++) index.put(doc(`other${i}`, 'nothing of the kind'))
  assert.deepEqual(ids(index, 'salt pepper'), ['both', 'one'])
})

test('a phrase is found where its words stand together in order, and nowhere else', () => {
  const { index } = indexOf()
  index.put(doc('yes', 'The quick, brown fox'))
  index.put(doc('order', 'brown quick'))
  index.put(doc('apart', 'quick and brown'))
  index.put(doc('fields', { title: 'quick', body: 'brown' }))
  assert.deepEqual(ids(index, '"quick brown"'), ['yes'])
  assert.deepEqual(ids(index, '"quick brown fox"'), ['yes'])
  assert.deepEqual(ids(index, '"brown the"'), [])
  assert.deepEqual(ids(index, 'quick -"quick brown"').sort(), ['apart', 'fields', 'order'])
})

test('a word with a minus leaves documents out', () => {
  const { index } = indexOf()
  index.put(doc('a', 'apple pie'))
  index.put(doc('b', { title: 'apple', body: 'tart' }))
  assert.deepEqual(ids(index, 'apple -pie'), ['b'])
  assert.deepEqual(ids(index, 'apple -tart'), ['a'])
  assert.deepEqual(ids(index, 'apple -tart', { field: 'title' }), ['b'])
})

test('with prefix, longer words are found and count less than the word itself', () => {
  const { index } = indexOf()
  index.put(doc('longer', 'machinery'))
  index.put(doc('itself', 'mach'))
  index.put(doc('other', 'stomach'))
  assert.deepEqual(ids(index, 'mach'), ['itself'])
  assert.deepEqual(ids(index, 'mach', { prefix: true }), ['itself', 'longer'])
})

test('with fuzzy, words a typing error away are found, in any alphabet', () => {
  const { index } = indexOf()
  index.put(doc('en', 'lighthouse'))
  index.put(doc('ru', 'маяк'))
  assert.deepEqual(ids(index, 'lihgthouse'), [])
  assert.deepEqual(ids(index, 'lihgthouse', { fuzzy: true }), ['en'])
  assert.deepEqual(ids(index, 'маяг', { fuzzy: true }), ['ru'])
  assert.deepEqual(ids(index, 'моег', { fuzzy: true }), [])
})

test('case, accents and width make no difference; scripts without spaces are found by any part', () => {
  const { index } = indexOf()
  index.put(doc('fr', 'Élève à l’École'))
  index.put(doc('jp', '東京タワーへ行く'))
  index.put(doc('th', 'สวัสดีชาวโลก'))
  index.put(doc('hu', 'árvíztűrő'))
  assert.deepEqual(ids(index, 'ECOLE eleve'), ['fr'])
  assert.deepEqual(ids(index, '東京'), ['jp'])
  assert.deepEqual(ids(index, 'タワー'), ['jp'])
  assert.deepEqual(ids(index, '京東'), [])
  assert.deepEqual(ids(index, 'ชาว'), ['th'])
  assert.deepEqual(ids(index, 'Ａrviztuｒo'), ['hu'])
})

test('field and tag narrow a search; a field that no document has finds nothing', () => {
  const { index } = indexOf()
  index.put(doc('a', { title: 'north', body: 'south' }, ['x', 'y']))
  index.put(doc('b', { title: 'south', body: 'north' }, ['y']))
  assert.deepEqual(ids(index, 'north', { field: 'title' }), ['a'])
  assert.deepEqual(ids(index, 'north', { field: 'body' }), ['b'])
  assert.deepEqual(ids(index, 'north', { field: 'summary' }), [])
  assert.deepEqual(ids(index, 'north', { tag: 'x' }), ['a'])
  assert.deepEqual(ids(index, 'north', { tag: 'z' }), [])
})

test('the pages of a search together hold every document once, whatever their size', () => {
  const { index } = indexOf()
  for (let i = 0; i < 57; i++) index.put(doc(`d${i}`, `common ${'word '.repeat(i % 4)}`))
  for (const [q, limit] of [
    ['common', 7],
    ['common word', 10],
    ['"common word"', 9],
  ] as const) {
    const whole = ids(index, q, { limit: 100 })
    const pages: string[] = []
    for (let offset = 0, more = true; more; offset += limit) {
      const page = search(index, q, { offset, limit })
      pages.push(...page.hits.map(({ id }) => id))
      more = page.more
    }
    assert.deepEqual(pages, whole)
    assert.equal(new Set(pages).size, pages.length)
    assert.equal(search(index, q, { limit: 100 }).totalEstimate, whole.length)
  }
  assert.deepEqual(search(index, 'common', { offset: 57 }), { hits: [], totalEstimate: 57, more: false })
})

test('a phrase that would take reading too much text is estimated, and the search ends', () => {
  const { index } = indexOf()
  const text = 'common ground '.repeat(5_000)
  for (let i = 0; i < 100; i++) index.put(doc(`d${i}`, `${text} ${i % 2 ? 'odd one' : 'one odd'}`))
  const page = search(index, '"one odd"', { limit: 50 })
  assert.ok(page.hits.length > 0 && page.hits.length < 50 && !page.more)
  assert.ok(page.totalEstimate > page.hits.length && page.totalEstimate <= 100)
})

test('suggestions complete the last word, the commonest completion first', () => {
  const { index } = indexOf()
  index.put(doc('a', 'brown bread'))
  index.put(doc('b', 'brown bear'))
  index.put(doc('c', 'brow'))
  assert.deepEqual(index.suggest('Quick bro', 10), [
    { text: 'Quick brown', count: 2 },
    { text: 'Quick brow', count: 1 },
  ])
  assert.deepEqual(index.suggest('brow', 1), [{ text: 'brow', count: 1 }])
  assert.deepEqual(index.suggest('bro ', 10), [])
  assert.deepEqual(index.suggest('zzz', 10), [])
})

test('a document over a budget is refused by name and changes nothing', () => {
  const { index, docs, textBytes, words } = indexOf({ docs: 2, textBytes: 60, words: 4 })
  put(index, doc('a', 'one two'))
  const before = [docs.used, textBytes.used, words.used]
  assert.throws(
    () => put(index, doc('b', 'x'.repeat(60))),
    /bytes of text are in use .* raise index.textBytesMax/,
  )
  assert.throws(() => put(index, doc('b', 'three four five')), /2 of 4 different words .* needs 3 more/)
  assert.throws(() => put(index, doc('a', 'three four five')), OverBudget)
  assert.deepEqual([docs.used, textBytes.used, words.used], before)
  assert.deepEqual(ids(index, 'two'), ['a'])
  put(index, doc('b', 'two'))
  assert.throws(() => put(index, doc('c', 'one')), /2 of 2 documents are in use/)
  assert.equal(put(index, doc('a', 'two or two')), 'replaced')
})

test('replacing a document needs room only for what it adds', () => {
  const { index, textBytes } = indexOf({ docs: 1, textBytes: 60 })
  put(index, doc('a', 'x'.repeat(50)))
  assert.equal(put(index, doc('a', 'y'.repeat(55))), 'replaced')
  assert.equal(textBytes.used, 60)
  assert.throws(() => put(index, doc('a', 'z'.repeat(56))), OverBudget)
})

test('an index knows a bounded number of field names, and forgets those no document has', () => {
  const { index } = indexOf()
  for (let i = 0; i < FIELDS_MAX; i++) put(index, doc(`d${i}`, { [`f${i}`]: 'text' }))
  assert.throws(() => put(index, doc('more', { more: 'text' })), /64 of 64 field names/)
  index.remove('d7')
  put(index, doc('more', { more: 'text' }))
  assert.deepEqual(ids(index, 'text', { field: 'more' }), ['more'])
  assert.deepEqual(ids(index, 'text', { field: 'f7' }), [])
})

test('counts past the width of a posting are kept at its largest value', () => {
  const { index } = indexOf()
  index.put(doc('a', 'echo '.repeat(70_000)))
  index.put(doc('b', 'echo'))
  assert.deepEqual(ids(index, 'echo', { field: 'body' }).sort(), ['a', 'b'])
})

const word = fc.constantFrom('ant', 'bee', 'cat', 'dog', 'elk')
const text = fc.array(word, { maxLength: 8 }).map((words) => words.join(' '))
const fields = fc.dictionary(fc.constantFrom('title', 'body', 'note'), text, {
  minKeys: 1,
  noNullPrototype: true,
})
const tags = fc.uniqueArray(fc.constantFrom('x', 'y'))
const id = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g')
const change = fc.oneof(
  { weight: 4, arbitrary: fc.record({ id, fields, tags }) },
  { weight: 2, arbitrary: id },
  { weight: 2, arbitrary: fc.constant('read') },
)
const item = fc.oneof(
  word,
  word,
  text.map((words) => `"${words}"`),
  word.map((w) => `-${w}`),
  text.map((w) => `-"${w}"`),
)
const asked = fc.record({
  q: fc.array(item, { minLength: 1, maxLength: 4 }).map((items) => items.join(' ')),
  field: fc.option(fc.constantFrom('title', 'body', 'note'), { nil: undefined }),
  tag: fc.option(fc.constantFrom('x', 'y'), { nil: undefined }),
})

test('after any sequence of changes a search ranks as its naive twin does', () => {
  fc.assert(
    fc.property(
      fc.array(change, { maxLength: 40, size: 'max' }),
      fc.array(asked, { maxLength: 6 }),
      (changes, questions) => {
        const { index, docs, words } = indexOf()
        const oracle = new TextOracle()
        for (const change of changes) {
          if (change === 'read') index.read(40)
          else if (typeof change === 'string') assert.equal(index.remove(change), oracle.remove(change))
          else assert.equal(index.put(change), oracle.put(change))
        }
        assert.equal(docs.used, index.size)
        index.read(Infinity)
        assert.equal(words.used, oracle.words + oracle.tags)
        for (const { q, field, tag } of questions) {
          const parsed = parseSearch(q)
          if (!parsed.ok) continue
          const filters = { ...(field === undefined ? {} : { field }), ...(tag === undefined ? {} : { tag }) }
          const { hits, totalEstimate } = search(index, q, { limit: 50, ...filters })
          const expected = oracle.search(parsed.query, field, tag)
          assertSameScores(hits, expected)
          for (const [i, { id, score }] of hits.slice(1).entries()) {
            const before = hits[i]
            assert.ok(before && (before.score > score || (before.score === score && before.id < id)))
          }
          assert.equal(totalEstimate, expected.length)
        }
      },
    ),
    { numRuns: 400 },
  )
})
