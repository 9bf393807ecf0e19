/**
 * What waits for the next batch of one key, in a line for each tenant. A batch takes one from each line in turn, so a
 * tenant that sends a thousand delays another's one by a place and not by a thousand. It knows no clock and no proof.
 *
 *     lines  a: ▪▪▪▪▪   b: ▪   c: ▪▪        next batch of four: a b c a
 */

export interface Entry<Item> {
  readonly tenant: string
  readonly item: Item
  /** When it came, monotonic ms. */
  readonly sinceMs: number
}

export class Waiting<Item> {
  readonly #countMax: number
  /** The one whose turn it is comes first; no line is empty. */
  readonly #lines = new Map<string, Entry<Item>[]>()
  #count = 0

  constructor(countMax: number) {
    this.#countMax = countMax
  }

  get count(): number {
    return this.#count
  }

  /** When the one that has waited longest came; Infinity for nobody. */
  get sinceMs(): number {
    let sinceMs = Number.POSITIVE_INFINITY
    for (const [first] of this.#lines.values()) sinceMs = Math.min(sinceMs, first?.sinceMs ?? sinceMs)
    return sinceMs
  }

  /**
   * Puts an entry at the end of its tenant's line. When there is no room, the longest line gives up its last: the
   * answer is the entry that has no place, which may be the one that came, or null.
   */
  enter(entry: Entry<Item>): Entry<Item> | null {
    const line = this.#lines.get(entry.tenant)
    if (line === undefined) this.#lines.set(entry.tenant, [entry])
    else line.push(entry)
    this.#count++
    return this.#count > this.#countMax ? this.#leaveLast(this.#longest(entry.tenant)) : null
  }

  /** Takes the next `countMax`, one from each line in turn. */
  cut(countMax: number): Entry<Item>[] {
    const batch: Entry<Item>[] = []
    while (batch.length < countMax) {
      const [next] = this.#lines
      if (next === undefined) break
      const [tenant, line] = next
      batch.push(...line.splice(0, 1))
      this.#count--
      // To the end of the turns, or out.
      this.#lines.delete(tenant)
      if (line.length > 0) this.#lines.set(tenant, line)
    }
    return batch
  }

  /** The tenant with the longest line; `newest` if none is longer than its. */
  #longest(newest: string): string {
    let longest = newest
    for (const [tenant, line] of this.#lines) {
      if (line.length > (this.#lines.get(longest)?.length ?? 0)) longest = tenant
    }
    return longest
  }

  #leaveLast(tenant: string): Entry<Item> | null {
    const line = this.#lines.get(tenant)
    const last = line?.pop() ?? null
    if (last !== null) this.#count--
    if (line?.length === 0) this.#lines.delete(tenant)
    return last
  }
}
