/**
 * The roots that the audit log of this node published, by what a proof of inclusion says: so many of the last ones. Whoever
 * wants to prove against another asks for his place again, which publishes the root that he gets.
 */

/** Two roots are published for each place that is asked for at most, so this is a while. */
export const rootsMax = 1_024

/** Where an event is that is under a root. */
export interface PublishedRoot {
  /** The log's, as in its checkpoints. */
  readonly origin: string
  /** Of the log, then. */
  readonly size: number
  /** The first entry of the tree. */
  readonly first: number
  /** 32 bytes in hex. */
  readonly root: string
}

export class Roots {
  readonly #known = new Map<string, PublishedRoot>()

  get count(): number {
    return this.#known.size
  }

  publish(published: PublishedRoot): void {
    this.#known.delete(published.root)
    this.#known.set(published.root, published)
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= rootsMax) return
      this.#known.delete(oldest)
    }
  }

  find(root: string): PublishedRoot | null {
    return this.#known.get(root) ?? null
  }
}
