/** The typed clients: one group per noun of the capability verbs, one method per operation. */

import type { Operations } from './generated/operations.ts'
import type { MediaTransfers } from './media.ts'

export interface CallOptions {
  /** Gives the call up; it then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
  /** For all tries together. */
  readonly timeoutMs?: number | undefined
}

interface Shape {
  readonly request: object
  readonly response: object
  readonly event: object
}

/** A request may be left out when nothing in it is required. */
type Arguments<Request> =
  Partial<Request> extends Request
    ? [request?: Request, options?: CallOptions]
    : [request: Request, options?: CallOptions]

type Call<Op extends Shape> = (...args: Arguments<Op['request']>) => Promise<Op['response']>

/**
 * Events as they come. The subscription begins with the first step of the loop, and `timeoutMs` is for
 * beginning it; leaving the loop ends it, and so does aborting `signal`, with its reason thrown.
 */
type Subscribe<Op extends Shape> = (...args: Arguments<Op['request']>) => AsyncIterable<Op['event']>

type Method<Op> = Op extends Shape ? ([Op['event']] extends [never] ? Call<Op> : Subscribe<Op>) : never

/** `sdk.objects.get`, `sdk.feed.home`, …: what `new SDK` has beside `get`, `put`, `post` and `delete`. */
export type Api = {
  readonly [Group in keyof Operations]: {
    readonly [Name in keyof Operations[Group]]: Method<Operations[Group][Name]>
  } & (Group extends 'media' ? MediaTransfers : unknown)
}
