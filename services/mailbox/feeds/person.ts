/**
 * Whoever follows, is followed or has posted, in one tenant. Most only follow, so what an author has beyond that
 * comes with the first follower or post.
 */

import { Followed } from './followed.ts'
import { Followers } from './followers.ts'
import { PostList } from './post-list.ts'
import { Timeline } from './timeline.ts'

export class Person {
  readonly name: string
  /** Counts up with the people of a tenant, as they come into memory; no record knows it. */
  readonly number: number
  readonly followed = new Followed()
  readonly timeline = new Timeline()
  #author: Author | null = null

  constructor(name: string, number: number) {
    this.name = name
    this.number = number
  }

  /** Null while there is nothing of the kind. */
  get author(): Author | null {
    return this.#author
  }

  asAuthor(): Author {
    this.#author ??= { followers: new Followers(this.number), posts: new PostList(), pulled: new PostList() }
    return this.#author
  }

  /** Gives up what the last follower or post has left, and says whether nothing is left of the person. */
  tidy(): boolean {
    const author = this.#author
    if (author?.followers.size === 0 && author.posts.size === 0) this.#author = null
    return this.#author === null && this.followed.size === 0
  }
}

interface Author {
  readonly followers: Followers
  readonly posts: PostList
  /** Those of the posts that homes fetch when they are read. */
  readonly pulled: PostList
}
