/**
 * What search is, whoever implements it: documents go in, pages of ranked results come out. Plain data and
 * one interface.
 */

import type { SearchQuery } from './search-query.ts'
import type { Snippet } from './snippets.ts'

/** A document: named fields of text, and tags that are compared whole. */
export interface Doc {
  readonly id: string
  readonly fields: Readonly<Record<string, string>>
  readonly tags: readonly string[]
}

export interface SearchAsk {
  readonly query: SearchQuery
  readonly offset: number
  readonly limit: number
  /** Also find longer words that begin with a word of the query. */
  readonly prefix: boolean
  /** Also find words one or two edits away. */
  readonly fuzzy: boolean
  /** Look in this field only. */
  readonly field?: string
  /** Find only documents with this tag. */
  readonly tag?: string
}

export interface Hit {
  readonly id: string
  readonly score: number
  readonly snippets: readonly Snippet[]
}

export interface Page {
  /** From high to low score; of equal scores, in the order of their ids. */
  readonly hits: readonly Hit[]
  /**
   * Documents that match. Exact up to `COUNTED_MAX` (1 000), or up to the end of the page if that is more, unless
   * the query has phrases, which are only looked up as far as the page needs. Beyond, it is estimated.
   */
  readonly totalEstimate: number
  readonly more: boolean
}

export interface Suggestion {
  readonly text: string
  /** How often the suggested word occurs: fields of documents that have it. */
  readonly count: number
}

/**
 * A set of documents that can be searched. One implementation keeps it in memory (`InvertedIndex`); another
 * may keep it on disk. What it may hold is limited by budgets: whoever puts asks `ensureRoom` first, and what
 * is put without asking counts all the same.
 */
export interface TextIndex {
  readonly size: number
  /**
   * Documents that are kept, while their words are still to be read. What needs the words reads them first,
   * however many; whoever cannot wait calls `read` beforehand.
   */
  readonly unread: number
  /** Reads documents until none is unread or `bytesMax` of text are read, and returns the bytes read. */
  read(bytesMax: number): number
  /** Throws `OverBudget` unless the document could be put. */
  ensureRoom(doc: Doc): void
  put(doc: Doc): 'created' | 'replaced'
  get(id: string): Doc | undefined
  /** False when there was no such document. */
  remove(id: string): boolean
  /** Every document, as it was put. */
  docs(): Iterable<Doc>
  search(ask: SearchAsk): Page
  /** Completes the last word of what a person is typing. */
  suggest(q: string, limit: number): Suggestion[]
}

/** What a document counts against the budget of text: the UTF-8 bytes of all it says. */
export function bytesOf({ id, fields, tags }: Doc): number {
  let bytes = Buffer.byteLength(id)
  for (const [name, text] of Object.entries(fields))
    bytes += Buffer.byteLength(name) + Buffer.byteLength(text)
  for (const tag of tags) bytes += Buffer.byteLength(tag)
  return bytes
}
