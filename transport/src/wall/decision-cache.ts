/**
 * Decisions of policy for a few seconds, by all that they depend on. Paths that nobody asks for a second time are most
 * of them, so what has had its time goes also while there is room: what was kept in one span of that length is forgotten
 * as a whole at the end of the next one, which costs nothing for each.
 */

import { LRUCache } from 'lru-cache'

export interface PolicyDecision {
  readonly allow: boolean
  /** The rule that decided. */
  readonly rule: string
  readonly reason: string
  /** The version of the policy that decided. */
  readonly version: number
}

export interface Cached {
  readonly decision: PolicyDecision
  readonly freshUntilMs: number
}

/** What an entry takes beside its characters. */
const entryBytes = 256

export class DecisionCache {
  readonly #bytesMax: number
  readonly #ttlMs: number
  /** Of this span and of the one before. */
  #young: LRUCache<string, Cached>
  #old: LRUCache<string, Cached>
  #turnAtMs = Number.NEGATIVE_INFINITY

  constructor(bytesMax: number, ttlMs: number) {
    this.#bytesMax = bytesMax
    this.#ttlMs = ttlMs
    this.#young = this.#empty()
    this.#old = this.#empty()
  }

  get size(): number {
    return this.#young.size + this.#old.size
  }

  /** Undefined for what was not kept, or not lately. */
  get(key: string, nowMs: number): Cached | undefined {
    const cached = this.#young.get(key) ?? this.#old.get(key)
    return cached !== undefined && nowMs < cached.freshUntilMs ? cached : undefined
  }

  keep(key: string, decision: PolicyDecision, nowMs: number): void {
    if (nowMs >= this.#turnAtMs) this.#turn(nowMs)
    const size = entryBytes + 2 * (key.length + decision.rule.length + decision.reason.length)
    this.#young.set(key, { decision, freshUntilMs: nowMs + this.#ttlMs }, { size })
  }

  clear(): void {
    this.#young.clear()
    this.#old.clear()
  }

  #turn(nowMs: number): void {
    this.#old = this.#young
    this.#young = this.#empty()
    this.#turnAtMs = nowMs + this.#ttlMs
  }

  #empty(): LRUCache<string, Cached> {
    return new LRUCache({ maxSize: this.#bytesMax / 2 })
  }
}
