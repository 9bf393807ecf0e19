/**
 * Who follows whom, in both directions. Every follow has a number, and the followers of an author stand in the
 * order of theirs, so that a walk along them can stop anywhere and go on later, whoever left meanwhile. It
 * knows no posts.
 */

export interface Follower {
  readonly user: string
  /** Of the follow; a later one has a larger number. */
  readonly number: number
}

const nobody: ReadonlyMap<string, number> = new Map()

export class Follows {
  /** user → author → number */
  readonly #followed = new Map<string, Map<string, number>>()
  readonly #followers = new Map<string, Follower[]>()

  has(user: string, author: string): boolean {
    return this.followedBy(user).has(author)
  }

  /** Authors, with the numbers of the follows. Live: it changes with the next follow or unfollow. */
  followedBy(user: string): ReadonlyMap<string, number> {
    return this.#followed.get(user) ?? nobody
  }

  /** Live, in the order they began to follow. */
  followersOf(author: string): readonly Follower[] {
    return this.#followers.get(author) ?? []
  }

  /** Up to `count` followers whose numbers are above `after` and not above `upTo`. */
  step(author: string, after: number, upTo: number, count: number): readonly Follower[] {
    const followers = this.followersOf(author)
    const from = placeAbove(followers, after)
    return followers.slice(from, Math.min(from + count, placeAbove(followers, upTo)))
  }

  /** Everybody's, each author's followers in their order. */
  *all(): Generator<Follower & { readonly author: string }> {
    for (const [author, followers] of this.#followers) {
      for (const { user, number } of followers) yield { user, author, number }
    }
  }

  /** `number` is above that of every follow of the author so far. */
  add(user: string, author: string, number: number): void {
    const authors = this.#followed.get(user) ?? new Map<string, number>()
    this.#followed.set(user, authors.set(author, number))
    const followers = this.#followers.get(author)
    if (followers === undefined) this.#followers.set(author, [{ user, number }])
    else followers.push({ user, number })
  }

  remove(user: string, author: string): void {
    const authors = this.#followed.get(user)
    const number = authors?.get(author)
    if (authors === undefined || number === undefined) return
    authors.delete(author)
    if (authors.size === 0) this.#followed.delete(user)
    const followers = this.#followers.get(author) ?? []
    followers.splice(placeAbove(followers, number) - 1, 1)
    if (followers.length === 0) this.#followers.delete(author)
  }
}

/** How many of the followers have a number up to `number`. */
function placeAbove(followers: readonly Follower[], number: number): number {
  let [low, high] = [0, followers.length]
  while (low < high) {
    const middle = (low + high) >> 1
    const follower = followers[middle]
    if (follower !== undefined && follower.number <= number) low = middle + 1
    else high = middle
  }
  return low
}
