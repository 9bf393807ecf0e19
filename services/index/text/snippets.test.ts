import fc from 'fast-check'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hasPhrase, SNIPPET_LENGTH, snippets, type Wanted } from './snippets.ts'
import { fold, wordsOf } from './words.ts'

function wanted(words: string[], phrases: string[][] = []): Wanted {
  return { words: new Set(words), phrases }
}

function snippet(text: string, wish: Wanted) {
  return snippets([['body', text]], wish)[0]
}

/** The pieces of text that are highlighted. */
function marked(text: string, wish: Wanted): string[] {
  const found = snippet(text, wish)
  return found === undefined ? [] : found.highlights.map(([start, end]) => found.text.slice(start, end))
}

test('a short text is shown whole, with every match as it is written', () => {
  assert.deepEqual(snippet('Élan, elan and ELAN!', wanted(['elan'])), {
    field: 'body',
    text: 'Élan, elan and ELAN!',
    highlights: [
      [0, 4],
      [6, 10],
      [15, 19],
    ],
  })
})

test('what stands around the words of a short text is shown too', () => {
  assert.equal(snippet('(“needle”)', wanted(['needle']))?.text, '(“needle”)')
})

test('a phrase is one highlight, its words alone are none', () => {
  assert.deepEqual(marked('red, pie. Red -- pie; pie red', wanted([], [['red', 'pie']])), [
    'red, pie',
    'Red -- pie',
  ])
  assert.deepEqual(marked('東京タワー', wanted([], [['京', 'タ']])), ['京タ'])
})

test('matches that overlap are one highlight', () => {
  const wish = wanted(
    ['b'],
    [
      ['a', 'b'],
      ['b', 'c'],
    ],
  )
  assert.deepEqual(marked('a b c d b', wish), ['a b c', 'b'])
})

test('in a long text the snippet begins a few words before the first match and ends with a whole word', () => {
  const text = `${'before '.repeat(100)}needle ${'after '.repeat(100)}`
  const found = snippet(text, wanted(['needle']))
  assert.match(found?.text ?? '', /^(before )+needle (after )+after$/)
  assert.deepEqual(marked(text, wanted(['needle'])), ['needle'])
})

test('a word longer than a snippet is cut between letters', () => {
  const found = snippet(`x${'𐐨'.repeat(500)} tail`, wanted([fold(`x${'𐐨'.repeat(500)}`)]))
  assert.equal(found?.text, `x${'𐐨'.repeat(99)}`)
  assert.deepEqual(found?.highlights, [[0, 199]])
})

test('fields without a match are not quoted, and at most three fields are', () => {
  const fields = ['a', 'b', 'c', 'd', 'e'].map((name): [string, string] => [
    name,
    name === 'b' ? 'no' : 'yes',
  ])
  assert.deepEqual(
    snippets(fields, wanted(['yes'])).map(({ field }) => field),
    ['a', 'c', 'd'],
  )
  assert.deepEqual(snippets(fields, wanted(['other'])), [])
})

test('a phrase stands only where its words follow each other', () => {
  assert.equal(hasPhrase('a a b', ['a', 'b']), true)
  assert.equal(hasPhrase('a b a', ['b', 'a', 'b']), false)
  assert.equal(hasPhrase('', ['a', 'b']), false)
})

const piece = fc.constantFrom('a', 'b', 'É', ' ', ' ', ', ', '東', '京', '👩‍👧', '½', 'long'.repeat(20), '𐐨')
const texts = fc.array(piece, { maxLength: 150, size: 'max' }).map((pieces) => pieces.join(''))

test('in any text a snippet is a piece of it, within its length, and every highlight is a match', () => {
  const wish = wanted(
    ['a', 'e', '東', 'b'],
    [
      ['a', 'b'],
      ['東', '京'],
    ],
  )
  const matching = new Set(['a', 'e', '東', 'b', '京'])
  fc.assert(
    fc.property(texts, (text) => {
      const found = snippet(text, wish)
      const any = wordsOf(text).some((word) => wish.words.has(word))
      assert.equal(found !== undefined, any)
      if (found === undefined) return
      assert.ok(text.includes(found.text) && found.text.length <= SNIPPET_LENGTH)
      assert.ok(found.highlights.length > 0)
      let before = 0
      for (const [start, end] of found.highlights) {
        assert.ok(start >= before && end > start && end <= found.text.length)
        const words = wordsOf(found.text.slice(start, end))
        assert.ok(words.length > 0 && words.every((word) => matching.has(word)))
        before = end
      }
    }),
    { numRuns: 1000 },
  )
})

test('a phrase that begins again within itself is found, as looking at every place finds it', () => {
  const words = fc.array(fc.constantFrom('a', 'b'), { maxLength: 14 })
  const phrases = fc.array(fc.constantFrom('a', 'b'), { minLength: 1, maxLength: 6 })
  fc.assert(
    fc.property(words, phrases, (words, phrase) => {
      const isThere = words.some((_, start) => phrase.every((word, i) => words[start + i] === word))
      assert.equal(hasPhrase(words.join(' '), phrase), isThere)
    }),
    { numRuns: 500 },
  )
})

test('the lead is as long wherever in a long text the match stands', () => {
  for (let before = 30; before < 200; before++) {
    const text = `${'word '.repeat(before)}here`
    const [snippet] = snippets([['body', text]], { words: new Set(['here']), phrases: [] })
    assert.deepEqual(snippet, { field: 'body', text: `${'word '.repeat(8)}here`, highlights: [[40, 44]] })
  }
})
