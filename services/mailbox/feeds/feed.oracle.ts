/**
 * The naive twin of `Feed`: a home is worked out from nothing but who follows whom and what was posted, by
 * going through all of it. It has no timelines, so it knows neither pushing nor pulling.
 */

interface Entry {
  readonly id: string
  readonly author: string
}

export class FeedOracle {
  readonly #follows = new Set<string>()
  #posts: Entry[] = []

  follow(user: string, author: string): void {
    this.#follows.add(`${user} ${author}`)
  }

  unfollow(user: string, author: string): void {
    this.#follows.delete(`${user} ${author}`)
  }

  post(id: string, author: string): void {
    this.#posts.push({ id, author })
  }

  remove(id: string): void {
    this.#posts = this.#posts.filter((post) => post.id !== id)
  }

  home(user: string, before: string | null, limit: number): string[] {
    const visible = this.#posts.filter(
      ({ id, author }) => this.#follows.has(`${user} ${author}`) && (before === null || id < before),
    )
    return visible
      .toReversed()
      .slice(0, limit)
      .map(({ id }) => id)
  }
}
