/** Documents, as the clients of a node search for them; each answer is held against the texts that the node was given. */

import type { SDK } from '@ron/app-sdk'
import assert from 'node:assert/strict'
import { docOf, kinds, numbersFrom } from '../search/docs.ts'
import { asked } from './asked.ts'

const docsPerBatch = 200
const limit = 10

/** Of `docs` documents, by two words; milliseconds of each answer. */
export async function searchTimes(
  sdk: SDK,
  { docs, questions, seed }: { readonly docs: number; readonly questions: number; readonly seed: number },
): Promise<readonly number[]> {
  const withWord = await put(sdk, docs, seed)
  const [next, [kind]] = [numbersFrom(seed + 1), kinds]
  assert.ok(kind !== undefined)
  // What is held against an answer takes no time of those that are still waited for.
  const queries = Array.from({ length: questions }, () => {
    const { q } = kind.ask(next)
    const known = q.split(' ').flatMap((word) => withWord.get(word) ?? [])
    const all = new Set(known.flatMap((ids) => [...ids]))
    return { q, known, wanted: Math.min(limit, all.size) }
  })
  const queryAt = (nth: number) => queries[nth] ?? assert.fail(`there is no query ${nth}`)
  return asked(
    questions,
    (nth) => sdk.search.search({ q: queryAt(nth).q, limit }),
    ({ results }, nth) => {
      const { q, known, wanted } = queryAt(nth)
      assert.equal(results.length, wanted, `documents for ${q}`)
      for (const { id } of results)
        assert.ok(
          known.some((ids) => ids.has(id)),
          `${id} has no word of ${q}`,
        )
    },
  )
}

/** Returns which documents have which word. */
async function put(sdk: SDK, docs: number, seed: number): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const next = numbersFrom(seed)
  const withWord = new Map<string, Set<string>>()
  for (let first = 0; first < docs; first += docsPerBatch) {
    const length = Math.min(docsPerBatch, docs - first)
    const batch = Array.from({ length }, (_, at) => docOf(first + at, next))
    await sdk.search.putDocs({ docs: batch })
    for (const { id, fields } of batch) {
      for (const word of Object.values(fields).join(' ').split(' '))
        withWord.set(word, (withWord.get(word) ?? new Set()).add(id))
    }
  }
  return withWord
}
