/** Who follows whom, in both directions. It knows no posts. */

const nobody: ReadonlySet<string> = new Set()

export class Follows {
  readonly #followed = new Map<string, Set<string>>()
  readonly #followers = new Map<string, Set<string>>()

  has(user: string, author: string): boolean {
    return this.followedBy(user).has(author)
  }

  /** Live: it changes with the next follow or unfollow. */
  followedBy(user: string): ReadonlySet<string> {
    return this.#followed.get(user) ?? nobody
  }

  /** Live, in the order they began to follow. */
  followersOf(author: string): ReadonlySet<string> {
    return this.#followers.get(author) ?? nobody
  }

  get empty(): boolean {
    return this.#followed.size === 0
  }

  add(user: string, author: string): void {
    enter(this.#followed, user, author)
    enter(this.#followers, author, user)
  }

  remove(user: string, author: string): void {
    leave(this.#followed, user, author)
    leave(this.#followers, author, user)
  }
}

function enter(sets: Map<string, Set<string>>, key: string, member: string): void {
  sets.set(key, (sets.get(key) ?? new Set()).add(member))
}

function leave(sets: Map<string, Set<string>>, key: string, member: string): void {
  const set = sets.get(key)
  set?.delete(member)
  if (set?.size === 0) sets.delete(key)
}
