/** Whose a connection is that lasts: each tenant that asked for something on it, until it ends. */

import type { Account, Overdrawn } from './account.ts'

export class Joined {
  /** No more than there are accounts: one that has a connection is not forgotten. */
  readonly #accounts = new Set<Account>()
  #ended = false

  /** Counts it for that account, once; or says why the account may have no further one. */
  join(account: Account, nowMs: number): Overdrawn | null {
    if (this.#ended || this.#accounts.has(account)) return null
    const overdrawn = account.connect(nowMs)
    if (overdrawn === null) this.#accounts.add(account)
    return overdrawn
  }

  /** The connection is gone. */
  end(): void {
    this.#ended = true
    for (const account of this.#accounts) account.connections--
    this.#accounts.clear()
  }
}
