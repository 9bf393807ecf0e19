/**
 * The last acknowledged ids, so that repeating an acknowledgement is harmless. Bounded: the oldest is
 * forgotten, and a repeat that late is told the message is unknown, which loses nothing.
 */

import { Fifo } from '../bounds/fifo.ts'

/** What an id takes in a snapshot with its tenant and lengths around them. */
export const ackedBytes = 96

export class Acked {
  readonly #max: number
  /** id → tenant */
  readonly #tenants = new Map<string, string>()
  readonly #line = new Fifo<string>()

  constructor(max: number) {
    this.#max = max
  }

  get size(): number {
    return this.#line.size
  }

  /** Tenants and ids, oldest first. */
  *entries(): Generator<readonly [tenant: string, id: string]> {
    for (const id of this.#line) yield [this.#tenants.get(id) ?? '', id]
  }

  has(tenant: string, id: string): boolean {
    return this.#tenants.get(id) === tenant
  }

  remember(tenant: string, id: string): void {
    this.#tenants.set(id, tenant)
    this.#line.push(id)
    if (this.#line.size <= this.#max) return
    const oldest = this.#line.shift()
    if (oldest !== undefined) this.#tenants.delete(oldest)
  }
}
