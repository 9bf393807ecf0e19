/**
 * Who is hurting whom: how long requests of one tenant waited while a service worked for another. What is older than two
 * spans is forgotten, so that a table says what is going on, and each span holds so many pairs and no more.
 */

export interface Delay {
  readonly who: string
  readonly whom: string
  /** Microseconds. */
  readonly micros: number
}

const spanMs = 10_000
/** Further pairs of a span are not told apart. */
const pairsMax = 4_096
const further: Delay = { who: 'others', whom: 'others', micros: 0 }

export class Delays {
  #young = new Map<string, Delay>()
  #old: ReadonlyMap<string, Delay> = new Map()
  #sinceMs = 0

  add(who: string, whom: string, micros: number, nowMs: number): void {
    this.#age(nowMs)
    const known = this.#young.get(who + whom)
    const pair = known ?? (this.#young.size < pairsMax ? { who, whom, micros: 0 } : further)
    const key = pair.who + pair.whom
    this.#young.set(key, { ...pair, micros: (this.#young.get(key)?.micros ?? 0) + micros })
  }

  /** Of the last ten to twenty seconds, the longest first. */
  lately(nowMs: number): readonly Delay[] {
    this.#age(nowMs)
    const sums = new Map(this.#old)
    for (const [key, delay] of this.#young) {
      sums.set(key, { ...delay, micros: delay.micros + (sums.get(key)?.micros ?? 0) })
    }
    return [...sums.values()].toSorted((one, other) => other.micros - one.micros)
  }

  #age(nowMs: number): void {
    const spans = Math.floor((nowMs - this.#sinceMs) / spanMs)
    if (spans < 1) return
    this.#old = spans === 1 ? this.#young : new Map()
    this.#young = new Map()
    this.#sinceMs = nowMs
  }
}
