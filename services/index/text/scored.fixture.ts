/** Holds ranked documents against those of a naive twin. */

import assert from 'node:assert/strict'

export interface Scored {
  readonly id: string
  readonly score: number
}

/** The index rounds scores up to units of 2^-32, once for each word and field. */
const APART_MAX = 1e-8

/** Throws unless both have the same documents with the same scores, in whatever order. */
export function assertSameScores(hits: readonly Scored[], expected: readonly Scored[]): void {
  const scores = new Map(hits.map(({ id, score }) => [id, score]))
  assert.deepEqual([...scores.keys()].sort(), expected.map(({ id }) => id).sort())
  for (const { id, score } of expected) assert.ok(Math.abs((scores.get(id) ?? 0) - score) < APART_MAX, id)
}
