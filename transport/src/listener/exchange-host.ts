/** What an exchange needs of the listener it belongs to. */

import type { Connections } from './connections.ts'
import type { Deadlines } from './deadlines.ts'
import type { UwsExchange } from './uws-exchange.ts'
import type { Closings } from './uws-response.ts'

/** What all exchanges of a listener share. */
export interface ExchangeHost {
  /** From the start of a request to the end of its body. */
  readonly reading: Deadlines<UwsExchange>
  /** Without progress while the client receives. */
  readonly writing: Deadlines<UwsExchange>
  /** From an early answer to the end of the body it did not wait for. */
  readonly lingering: Deadlines<UwsExchange>
  /** Whether the connection ends with this answer, because the listener does. */
  draining(): boolean
  /** Whether the connection ends with this answer, which has no body. */
  endRun(): boolean
  readonly closings: Closings
  readonly connections: Pick<Connections, 'sending'>
  /** A request came of which there is nothing but its head. */
  handle(exchange: UwsExchange): void
  /** Runs a task when the library has returned from reading what came. */
  later(task: () => void): void
  /** Called once per exchange, when nothing is owed any more. */
  done(exchange: UwsExchange): void
}
