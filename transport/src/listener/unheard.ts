/**
 * Connections that have not sent a whole request yet. uWebSockets.js closes a silent or trickling one by a
 * fixed timer, after about 12 seconds; this closes it at the configured time where that is safe.
 *
 * The library hands out a response object when a connection opens, but cannot say later which connection a
 * request came on, and an object whose connection is gone must not be touched. Two facts make it safe:
 * the abort handler set here fires when the connection ends, unless a request has replaced it; and a request
 * names its peer's address. So with the first request from an address, every connection of that address is
 * left to the library's timer. A peer that only opens connections is cut off on time.
 */

import type { Clock } from '@ron/kernel/ports/clock'
import { Deadlines } from './deadlines.ts'

export interface OpenedConnection {
  onAborted(handler: () => void): unknown
  close(): unknown
}

interface Unheard {
  readonly connection: OpenedConnection
  readonly address: string
}

export class UnheardConnections {
  readonly #byAddress = new Map<string, Set<Unheard>>()
  readonly #deadlines: Deadlines<Unheard>

  constructor(clock: Clock, readTimeoutMs: number, expired: () => void) {
    this.#deadlines = new Deadlines(clock, readTimeoutMs, (unheard) => {
      this.#forget(unheard)
      expired()
      unheard.connection.close()
    })
  }

  /** An empty address is one that could not be read: such a connection could not be told apart later. */
  opened(connection: OpenedConnection, address: string): void {
    if (address === '') return
    const unheard = { connection, address }
    const siblings = this.#byAddress.get(address) ?? new Set()
    this.#byAddress.set(address, siblings.add(unheard))
    connection.onAborted(() => this.#forget(unheard))
    this.#deadlines.set(unheard)
  }

  /** A request came from here; from nowhere, when its peer is gone already: then it may have been any. */
  heardFrom(address: string): void {
    if (this.#byAddress.size === 0) return
    for (const unheard of this.#byAddress.get(address) ?? []) this.#deadlines.clear(unheard)
    this.#byAddress.delete(address)
    if (address === '') this.stop()
  }

  stop(): void {
    this.#byAddress.clear()
    this.#deadlines.stop()
  }

  #forget(unheard: Unheard): void {
    this.#deadlines.clear(unheard)
    const siblings = this.#byAddress.get(unheard.address)
    siblings?.delete(unheard)
    if (siblings?.size === 0) this.#byAddress.delete(unheard.address)
  }
}
