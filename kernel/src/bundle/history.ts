/**
 * What became of the bundles that a node was given, the newest last, and those among them that it can go back to. Both
 * are bounded; nothing of it is on disk.
 */

export interface Past {
  readonly version: number
  /** SHA-256 of its payload in hex. */
  readonly hash: string
  readonly signers: readonly string[]
  readonly atMs: number
  readonly outcome: 'in force' | 'kept' | 'rolled back' | 'refused' | 'failed'
  /** Where it came from: `start`, `folder`, `admin`. */
  readonly source: string
  /** Empty when there is nothing to say. */
  readonly because: string
}

export const pastMax = 64
export const goodMax = 8

export class History<Good extends { readonly version: number }> {
  readonly #past: Past[] = []
  /** In the order they came into force. */
  readonly #good: Good[] = []

  get past(): readonly Past[] {
    return this.#past
  }

  add(past: Past): void {
    this.#past.push(past)
    if (this.#past.length > pastMax) this.#past.shift()
  }

  /** It was in force and did well. The one longest ago makes room. */
  keep(good: Good): void {
    this.#good.push(good)
    if (this.#good.length > goodMax) this.#good.shift()
  }

  /** That version, or the newest that is not `current`; null when there is none. */
  before(current: number | null, version: number | null): Good | null {
    const wanted = (good: Good) => (version === null ? good.version !== current : good.version === version)
    return this.#good.findLast(wanted) ?? null
  }

  /** The versions that can be gone back to, the newest first. */
  get versions(): readonly number[] {
    return [...new Set(this.#good.map(({ version }) => version))].toReversed()
  }
}
