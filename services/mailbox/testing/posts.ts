/** Posts for tests of the feeds, with ids that sort as their numbers. */

import type { Post } from '../feeds/post.ts'
import { PostList } from '../feeds/post-list.ts'

export function postNumber(order: number, author = 'ann'): Post {
  return {
    id: String(order).padStart(26, '0'),
    order,
    author,
    sentAtMs: order,
    text: null,
    attrs: {},
    attachments: [],
    chargedBytes: 0,
    pushed: true,
    gone: false,
  }
}

export function listOf(posts: readonly Post[]): PostList {
  const list = new PostList()
  for (const post of posts) list.add(post)
  return list
}
