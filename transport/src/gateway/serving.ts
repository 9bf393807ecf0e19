/** A request over HTTP while it is being answered, and the names it goes by in logs and metrics. */

import { Refusal } from '@ron/kernel/contract/refusals'
import type { Correlation } from '../http/correlation.ts'
import type { Match } from '../http/router.ts'
import type { Exchange } from '../listener/listener.ts'
import type { Place } from '../wall/request.ts'
import type { PlainRoute, StreamRoute } from './http-gateway.ts'
import type { PublicOperation } from './public-operations.ts'

export type Target =
  | { readonly kind: 'operation'; readonly operation: PublicOperation }
  | { readonly kind: 'plain'; readonly plain: PlainRoute | StreamRoute }

/** A request while it is being answered. */
export interface Serving {
  readonly exchange: Exchange
  readonly correlation: Correlation
  /** Known once the wall has let it in, and when that was. */
  place: Place | null
  admittedMs: number | null
  /** When the service was asked. */
  askedMs: number | null
  /** Of bodies. */
  bytesIn: number
  bytesOut: number
  /** When a subscription was granted. It lasts as long as the client likes, which is no latency. */
  streamingFromMs: number | null
}

/** `service.operation`; empty for what is none. */
export function operationOf(match: Match<Target> | Refusal): string {
  if (match instanceof Refusal || match.kind !== 'found' || match.target.kind === 'plain') return ''
  return match.target.operation.label
}

const methods = new Set(['GET', 'HEAD', 'PUT', 'POST', 'DELETE', 'PATCH', 'OPTIONS'])

/** Methods are labels, and a client may send any word. */
export function methodLabel(method: string): string {
  return methods.has(method) ? method : 'other'
}
