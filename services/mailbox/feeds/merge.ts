/**
 * The newest posts of many lists as one, for a home that is partly pushed and partly pulled. Lists may
 * share posts; each comes out once.
 */

import { Heap } from '@ron/kernel/tables/heap'
import type { Post } from './post.ts'
import { placeOf, type OldestFirst } from './post-list.ts'

interface Cursor {
  readonly posts: OldestFirst
  /** The newest post not taken yet. */
  readonly nth: number
  readonly post: Post
}

/** Up to `limit` posts, newest first, all older than `before` when it is given. */
export function newest(lists: readonly OldestFirst[], before: string | null, limit: number): Post[] {
  const heap = new Heap<Cursor>(({ post }) => -post.order)
  const enqueue = (posts: OldestFirst, nth: number) => {
    const post = posts.at(nth)
    if (post !== undefined) heap.push({ posts, nth, post })
  }
  for (const posts of lists) enqueue(posts, (before === null ? posts.size : placeOf(posts, before)) - 1)

  const merged: Post[] = []
  for (let next = heap.pop(); next !== undefined && merged.length < limit; next = heap.pop()) {
    if (!next.post.gone && merged.at(-1) !== next.post) merged.push(next.post)
    enqueue(next.posts, next.nth - 1)
  }
  return merged
}
