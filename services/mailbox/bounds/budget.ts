/**
 * A bound with a name: bytes, topics, leases, waiters. What is taken must be given back, and never more
 * than was taken. A budget knows nothing of what it counts, so one file can say which of them run short.
 */

import assert from 'node:assert/strict'

/** Above this share of a budget the service says it is degraded. */
const strainedAbove = 0.95

export class Budget {
  /** The setting that holds the limit, so that a person knows what to raise. */
  readonly name: string
  readonly max: number
  #used = 0

  constructor(name: string, max: number) {
    this.name = name
    this.max = max
  }

  get used(): number {
    return this.#used
  }

  get free(): number {
    return this.max - this.#used
  }

  /** All or nothing. */
  take(amount: number): boolean {
    if (amount > this.free) return false
    this.#used += amount
    return true
  }

  /**
   * Takes what is taken already by a decision that stands, whatever the limit is. `free` may then be below
   * zero: the limit was lowered since, and holds again once enough was given back.
   */
  charge(amount: number): void {
    this.#used += amount
  }

  give(amount: number): void {
    assert(amount <= this.#used, `${this.name}: ${amount} given back, ${this.#used} taken`)
    this.#used -= amount
  }
}

/** A sentence about the budgets that are nearly used up, or null while there is room in each. */
export function strain(budgets: readonly Budget[]): string | null {
  const short = budgets
    .filter(({ used, max }) => used > strainedAbove * max)
    .map(({ name, used, max }) => `${name} is at ${used} of ${max}`)
  return short.length === 0 ? null : short.join(', ')
}
