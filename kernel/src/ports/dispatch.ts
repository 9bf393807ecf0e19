/**
 * Reaching a service by name with plain values, for the front end, which knows contracts as data. Peers
 * inside a service use the typed `Client` instead; both ride on the same port.
 */

import type { Caller } from '../contract/contract.ts'
import type { Refusal } from '../contract/refusals.ts'
import type { Fields } from './port.ts'

export interface Answer {
  readonly fields: Fields
  readonly body: Uint8Array | null
  /** This very object will be the answer again, so what is made of it may be kept beside it. */
  readonly lasting?: true
}

/** What a call needs of an `AbortSignal`. */
export interface CallSignal {
  readonly aborted: boolean
  addEventListener(type: 'abort', listener: () => void): void
  removeEventListener(type: 'abort', listener: () => void): void
}

export interface DispatchOptions {
  readonly caller: Caller
  /** Aborting cancels the call in the service too. */
  readonly signal?: CallSignal
  /** At most the operation's own `timeoutMs`. */
  readonly timeoutMs?: number
  /** Events of a subscription. A returned promise holds back the next ones: that is the flow control. */
  readonly onEvent?: (fields: Fields) => void | Promise<void>
}

export interface Dispatch {
  /**
   * An answer that is known at once is no promise. Throws or rejects with a `Refusal` and nothing else. `body`
   * belongs to the call from here on; that of the answer is read and not changed.
   */
  call(
    service: string,
    operation: string,
    fields: Fields,
    body: Uint8Array | null,
    options: DispatchOptions,
  ): Answer | Promise<Answer>
  /**
   * Why a call of this tenant would be refused now for want of room in front of the service; null while there is room. To be
   * asked before what a call takes is read: under overload most are refused, and it should cost next to nothing.
   */
  full(service: string, operation: string, tenant: string): Refusal | null
}
