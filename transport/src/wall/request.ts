/**
 * What the wall is asked and what it answers, the same for HTTP and OAP. There are two questions, because what
 * a request reaches for may stand inside a message that must not be opened for just anybody: who claims to be
 * let in, and, once that one is recognised, how far the request reaches. A surface ends up with a place it must
 * give back, or with a refusal to send.
 */

import type { Caller, Method } from '@ron/kernel/contract/contract'
import type { Refusal } from '@ron/kernel/contract/refusals'
import type { Reach, ReachCaveat } from '../macaroon/check.ts'
import type { Joined } from './tenants/joined.ts'
import type { Standing } from './watchers.ts'

/** Who asks for which operation: all that is known of a request while none of it has been read. */
export interface Claim {
  readonly service: string
  readonly operation: string
  /** The capability verb of the operation, `noun.verb`. */
  readonly verb: string
  readonly method: Method
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

/** A claim whose capability is genuine and good for it. What the capability says about reach is still to be asked. */
export interface Recognised {
  readonly claim: Claim
  readonly caller: Caller
  readonly caveats: readonly ReachCaveat[]
  /** For whoever has to know when the capability ceases to be good. */
  readonly standing: Standing
}

/** Room for one request behind the wall. */
export interface Place {
  readonly caller: Caller
  /** Wait this long before the handler runs; 0 almost always. */
  readonly delayMs: number
  /**
   * To be asked when the body turns out longer than was said on entering. It asks again what depends on the
   * length, and nothing else: the request has paid and has its room. A refusal gives the place back.
   */
  readonly grow: (bodyBytes: number) => Refusal | null | Promise<Refusal | null>
  /** So many bytes of bodies went through, to be told once they are known. */
  readonly moved: (bytesIn: number, bytesOut: number) => void
  /**
   * For a request on a connection that lasts: the tenant has that one too, from now on until it ends. A refusal when the
   * tenant has as many as it may; the place is still to be given back then.
   */
  readonly join: (connection: Joined) => Refusal | null
  /**
   * For what lasts: calls `ended` once, when the capability is no longer good. The returned function stops
   * watching.
   */
  readonly watch: (ended: (refusal: Refusal) => void) => () => void
  /** Gives the place back when the request is done, however it ends. Further calls do nothing. */
  readonly release: () => void
}

/** Nothing here throws or rejects. Answers come at once unless policy has to be asked or a refusal is held back. */
export interface Wall {
  recognise(claim: Claim): Recognised | Refusal | Promise<Refusal>
  /** `reach` is what is known by now; should the body turn out longer, the place must `grow` before it is used. */
  enter(recognised: Recognised, reach: Reach): Place | Refusal | Promise<Place | Refusal>
}
