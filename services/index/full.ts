/** Runs a write, and refuses it as `Full` when a budget says that it does not fit. */

import { OverBudget } from './budget.ts'

export function orFull<Result>(
  write: () => Result,
  refuse: (code: 'Full', message: string) => never,
  aside = '',
): Result {
  try {
    return write()
  } catch (error) {
    if (error instanceof OverBudget) return refuse('Full', error.message + aside)
    throw error
  }
}
