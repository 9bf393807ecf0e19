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
  /** Null while there is neither a follower nor a post. */
  author: Author | null = null

  constructor(name: string, number: number) {
    this.name = name
    this.number = number
  }
}

/** What a person has beyond that who is followed or has posted. */
export class Author {
  readonly followers: Followers
  readonly posts = new PostList()
  /** Those of the posts that homes fetch when they are read. */
  readonly pulled = new PostList()

  constructor(person: Person) {
    this.followers = new Followers(person.number)
  }

  get empty(): boolean {
    return this.followers.size === 0 && this.posts.size === 0
  }
}
