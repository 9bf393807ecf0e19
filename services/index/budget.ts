/**
 * A limit on how many of something may be held, shared by everyone who holds some. It carries the words of
 * its own refusal, so that a person told "full" also learns what to change; it does not hold anything.
 */
export class Budget {
  /** In the plural: `edges`. */
  readonly things: string
  readonly max: number
  /** What a person can do: `raise index.edgesMax`. */
  readonly remedy: string
  #used = 0

  constructor(things: string, max: number, remedy: string) {
    this.things = things
    this.max = max
    this.remedy = remedy
  }

  get used(): number {
    return this.#used
  }

  fits(amount: number): boolean {
    return amount <= this.max - this.#used
  }

  /** Throws `OverBudget` unless `amount` more would fit. Takes nothing, so several budgets can be asked first. */
  ensure(amount: number): void {
    if (!this.fits(amount)) throw new OverBudget(this, amount)
  }

  /** Counts what is held now, fit or not: whoever may still refuse asks `ensure` first. */
  take(amount: number): void {
    this.#used += amount
  }

  give(amount: number): void {
    this.#used -= amount
  }
}

/** There is no room. Whoever throws it has changed nothing. */
export class OverBudget extends Error {
  override readonly name = 'OverBudget'

  constructor(budget: Budget, wanted: number) {
    super(
      `${budget.used} of ${budget.max} ${budget.things} are in use and this needs ${wanted} more; ` +
        `delete some or ${budget.remedy}`,
    )
  }
}

/** Names every budget of which more than `share` is used, or null when there is none. */
export function nearlyFull(budgets: readonly Budget[], share: number): string | null {
  const tight = budgets.filter(({ used, max }) => used > max * share)
  return tight.length === 0
    ? null
    : tight.map(({ used, max, things }) => `${used} of ${max} ${things}`).join(', ')
}
