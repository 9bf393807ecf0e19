/**
 * What the wall is asked and what it answers, the same for HTTP and OAP: a surface fills in a `WallRequest`,
 * and either holds an admission it must give back or a refusal to send.
 */

import type { Caller, Method } from '@ron/kernel/contract/contract'
import type { Refusal } from '@ron/kernel/contract/refusals'

export interface WallRequest {
  readonly service: string
  readonly operation: string
  /** The capability verb of the operation, `noun.verb`. */
  readonly verb: string
  readonly method: Method
  /** Canonical and decoded, without query. */
  readonly path: string
  /** The length of the body, declared or read; never less than what the handler will see. */
  readonly bodyBytes: number
  readonly surface: 'http' | 'oap'
  /** The token as text, or the raw `cap` of an OAP frame; null when there is none. */
  readonly token: string | Uint8Array | null
  /** The tenant the request names, 32 lower-case hex digits; 32 zeros for none. */
  readonly tenant: string
  /** IP address; empty for a peer without one. */
  readonly peer: string
  /** W3C trace id, 32 lower-case hex digits. */
  readonly traceId: string
  /** What policy rules may ask for beside tenant, method, path and size. */
  readonly tags: readonly string[]
}

export type Verdict =
  | {
      readonly admitted: true
      readonly caller: Caller
      /** Gives the place back when the request is done, however it ends. Further calls do nothing. */
      readonly release: () => void
      /** Wait this long before the handler runs; 0 almost always. */
      readonly delayMs: number
    }
  | { readonly admitted: false; readonly refusal: Refusal }

export interface Wall {
  /** Never throws or rejects. Answers at once when token and policy decision are cached. */
  enter(request: WallRequest): Verdict | Promise<Verdict>
}
