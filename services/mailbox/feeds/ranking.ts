/**
 * The order in which a home shows its posts, other than newest first. A ranking is a number for each post, made of
 * the post alone, which never changes; so a page can begin behind a place in the order, whatever was posted or
 * deleted since, and neither repeats nor skips a post. Another ranking is another line of `rankings`.
 */

import type { Post } from './post.ts'

/** The larger comes first; of equals, the newer. */
export type Ranking = (post: Post) => number

/** A tenfold weight counts for as much as being so much younger. */
const tenfoldMs = 12 * 3_600_000
/** Beyond it or its reciprocal a weight counts for no more: some four days. */
const weightMax = 1e9

export const rankings = {
  /** Newest first, but a post that its author gave a `weight` (an attribute, usually 1) stays on top for longer. */
  top: ({ sentAtMs, attrs }) => sentAtMs / tenfoldMs + Math.log10(weightOf(attrs['weight'])),
} as const satisfies Record<string, Ranking>

/** A place in a ranking: that of one post, which need not be there any more. */
export interface Place {
  readonly score: number
  readonly id: string
}

/** Up to `limit` posts behind a place, best first. */
export function best(
  posts: readonly Post[],
  ranking: Ranking,
  behind: Place | null,
  limit: number,
): readonly Post[] {
  return posts
    .map((post) => ({ post, score: ranking(post), id: post.id }))
    .filter((each) => behind === null || compare(behind, each) < 0)
    .sort(compare)
    .slice(0, limit)
    .map(({ post }) => post)
}

export function writePlace({ score, id }: Place): string {
  return `${score}~${id}`
}

/** Null for what `writePlace` does not write. */
export function readPlace(text: string): Place | null {
  const [score = '', id = '', ...more] = text.split('~')
  const place = { score: Number(score), id }
  return more.length === 0 && id !== '' && writePlace(place) === text ? place : null
}

function compare(a: Place, b: Place): number {
  if (a.score !== b.score) return b.score - a.score
  return a.id === b.id ? 0 : a.id < b.id ? 1 : -1
}

function weightOf(text: string | undefined): number {
  const weight = Number(text ?? 1)
  return weight > 0 ? Math.min(Math.max(weight, 1 / weightMax), weightMax) : 1
}
