/** What others are asked to do with the same documents: put them, and answer the same queries one after the other. */

import { mkdtempSync, rmSync, chmodSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeLines } from '../rig/lines-file.ts'
import { docOf, kinds, numbersFrom } from './docs.ts'

export interface SearchPeer {
  readonly name: string
  /** Null when it is not installed. */
  measure(corpus: Corpus, docs: number): Promise<PeerFound | null>
}

/** Documents as lines of `id TAB title TAB body`, of which the first are asked for, and queries. */
export interface Corpus {
  readonly file: string
  readonly queries: Queries
}

/** By kind; the words of each query are apart by one space. */
export type Queries = Readonly<Record<string, readonly string[]>>

export interface PeerFound {
  readonly version: string
  readonly docsPerSecond: number
  /** Milliseconds of each query, by kind: documents that have any of the words, or only those that have all. */
  readonly any: Readonly<Record<string, readonly number[]>>
  readonly all: Readonly<Record<string, readonly number[]>>
}

/** Kinds of query that mean the same to everybody, and are put to all. */
export const kindsAsked: readonly string[] = ['two words', 'common + common']
const queries = 300
/** For the queries of a kind: slow ones are not all asked. */
export const secondsPerKind = 4

/** Files that anybody may read, until `remove`. */
export function writeCorpus(docs: number, seed: number): Corpus & { remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'search-'))
  chmodSync(folder, 0o755)
  const file = join(folder, 'docs.tsv')
  writeLines(file, linesOf(docs, seed))
  return {
    file,
    queries: queriesOf(seed),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

function* linesOf(docs: number, seed: number): Generator<string> {
  const next = numbersFrom(seed)
  for (let nth = 0; nth < docs; nth++) {
    const { id, fields } = docOf(nth, next)
    yield `${id}\t${fields['title']}\t${fields['body']}`
  }
}

function queriesOf(seed: number): Queries {
  const asked = kinds.filter(({ name }) => kindsAsked.includes(name))
  return Object.fromEntries(
    asked.map(({ name, ask }) => {
      const next = numbersFrom(seed + 1)
      return [name, Array.from({ length: queries }, () => ask(next).q)]
    }),
  )
}
