/** The typed clients: one group per noun of the capability verbs, one method per operation. */

import type { Operations } from './generated/operations.ts'

export interface CallOptions {
  /** Gives the call up. */
  readonly signal?: AbortSignal
  /** For all tries together. */
  readonly timeoutMs?: number
}

interface Shape {
  readonly request: unknown
  readonly response: unknown
  readonly event: unknown
}

type Call<Op extends Shape> = (request: Op['request'], options?: CallOptions) => Promise<Op['response']>

/** Events as they come; leaving the loop, or aborting `signal`, ends the subscription. */
type Subscribe<Op extends Shape> = (
  request: Op['request'],
  options?: Pick<CallOptions, 'signal'>,
) => AsyncIterable<Op['event']>

type Client<Group> = {
  readonly [Name in keyof Group]: Group[Name] extends Shape
    ? [Group[Name]['event']] extends [never]
      ? Call<Group[Name]>
      : Subscribe<Group[Name]>
    : never
}

export type Api = { readonly [Group in keyof Operations]: Client<Operations[Group]> }
