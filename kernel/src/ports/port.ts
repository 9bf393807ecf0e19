/**
 * A port is one end of a bounded, ordered, two-way channel between threads. The kernel and the services
 * speak only through ports and never see what carries them: rings in shared memory, and in tests a MessagePort
 * that the rings are held against. `port.suite.ts` is what every implementation must pass.
 */

import type { Caller } from '../contract/contract.ts'
import type { RefusalCode, RefusalMore } from '../contract/refusals.ts'

/** Plain values: what a schema of the contract can describe. Objects are plain ones, and arrays have no holes. */
export type Value =
  string | number | boolean | null | readonly Value[] | { readonly [name: string]: Value | undefined }
export type Fields = Readonly<Record<string, Value | undefined>>

export type Message =
  | {
      readonly kind: 'request'
      /** Chosen by the caller, never used twice on a port: a late answer finds nobody rather than another. */
      readonly id: number
      readonly operation: string
      readonly fields: Fields
      readonly body: Uint8Array | null
      readonly caller: Caller
      readonly timeoutMs: number
    }
  | { readonly kind: 'cancel'; readonly id: number }
  /** The service has taken up the subscription; its deadline no longer counts. */
  | { readonly kind: 'opened'; readonly id: number }
  /** The subscriber can take `events` more. */
  | { readonly kind: 'credit'; readonly id: number; readonly events: number }
  /** For the subscription `id` and for those in `also`, in that order: what goes to many crosses once. */
  | {
      readonly kind: 'event'
      readonly id: number
      readonly also: readonly number[]
      readonly fields: Fields
    }
  | {
      readonly kind: 'reply'
      readonly id: number
      /** How long the service worked for it, in whole microseconds. */
      readonly micros: number
      readonly fields: Fields
      readonly body: Uint8Array | null
    }
  | {
      readonly kind: 'refusal'
      readonly id: number
      readonly micros: number
      readonly code: RefusalCode
      readonly message: string
      readonly more: RefusalMore
    }

export interface Port {
  /**
   * Sends one message, in order. False when the channel holds `capacity` messages the peer has not taken, or
   * as many bytes as it can: nothing was sent. Bytes in a body belong to the channel from here on; the sender does not touch them.
   * Throws for a value that cannot cross between threads; nothing was sent then either.
   */
  send(message: Message): boolean
  /** Registers the one receiver. Messages that came earlier are delivered to it first. */
  receive(handler: (message: Message) => void): void
  /** Registers the one observer of the end: either side closed, or the peer's thread ended. */
  closed(handler: () => void): void
  /** Closes both directions; nothing is delivered here afterwards. Idempotent. */
  close(): void
}
