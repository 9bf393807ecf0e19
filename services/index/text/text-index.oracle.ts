/**
 * The naive twin of `InvertedIndex`: no index at all. Every search reads every document and computes BM25
 * from the definition. It knows neither completions nor near words.
 */

import type { SearchQuery } from './search-query.ts'
import type { Doc } from './text-index.ts'
import { wordsOf } from './words.ts'

export class TextOracle {
  readonly #docs = new Map<string, Doc>()

  put(doc: Doc): 'created' | 'replaced' {
    const known = this.#docs.has(doc.id)
    this.#docs.set(doc.id, doc)
    return known ? 'replaced' : 'created'
  }

  remove(id: string): boolean {
    return this.#docs.delete(id)
  }

  /** Different words in all documents together. */
  get words(): number {
    return new Set([...this.#docs.values()].flatMap((doc) => Object.values(doc.fields).flatMap(wordsOf))).size
  }

  /** Different tags of all documents together. */
  get tags(): number {
    return new Set([...this.#docs.values()].flatMap(({ tags }) => tags)).size
  }

  search(query: SearchQuery, field?: string, tag?: string): { id: string; score: number }[] {
    const sought = [...new Set([...query.words, ...query.phrases.flat()])]
    return [...this.#docs.values()]
      .filter((doc) => tag === undefined || doc.tags.includes(tag))
      .map((doc) => ({ doc, texts: textsOf(doc, field) }))
      .filter(({ texts }) => sought.some((word) => has(texts, [word])))
      .filter(({ texts }) => query.phrases.every((phrase) => has(texts, phrase)))
      .filter(({ texts }) => !query.notWords.some((word) => has(texts, [word])))
      .filter(({ texts }) => !query.notPhrases.some((phrase) => has(texts, phrase)))
      .map(({ doc, texts }) => ({ id: doc.id, score: this.#score(texts, sought) }))
      .sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1))
  }

  #score(texts: readonly [string, string[]][], sought: readonly string[]): number {
    const found = sought.filter((word) => has(texts, [word]))
    const scores = found.flatMap((word) => texts.map(([name, words]) => this.#scoreIn(name, words, word)))
    return (scores.reduce((a, b) => a + b, 0) * found.length) / sought.length
  }

  #scoreIn(name: string, words: readonly string[], word: string): number {
    const all = [...this.#docs.values()].map((doc) => textsOf(doc))
    const holders = all.flat().filter(([, others]) => others.includes(word)).length
    const sameField = all.flat().filter(([other]) => other === name)
    const average = sameField.reduce((sum, [, others]) => sum + others.length, 0) / sameField.length
    const count = Math.min(holders, all.length)
    const rarity = Math.log(1 + (all.length - count + 0.5) / (count + 0.5))
    const times = words.filter((other) => other === word).length
    if (times === 0) return 0
    const frequency = (times * 2.2) / (times + 1.2 * (0.25 + (0.75 * words.length) / average))
    return (name === 'title' ? 2 : 1) * rarity * frequency
  }
}

function textsOf(doc: Doc, field?: string): [string, string[]][] {
  return Object.entries(doc.fields)
    .filter(([name]) => field === undefined || name === field)
    .map(([name, text]) => [name, wordsOf(text)])
}

function has(texts: readonly [string, string[]][], phrase: readonly string[]): boolean {
  return texts.some(([, words]) =>
    words.some((_, start) => phrase.every((word, offset) => words[start + offset] === word)),
  )
}
