/** What every endpoint of the admin plane has in common: who may see it, and the shape of its answer. */

import type { PlainAnswer } from '@ron/transport/gateway/http-gateway'
import type { Exchange } from '@ron/transport/listener/listener'

/** The verbs of the admin plane. */
export type AdminVerb = 'admin.read' | 'admin.chaos'

/** Throws a `Refusal` when the asker has no capability for the verb. */
export type Guard = (exchange: Exchange, traceId: string, verb: AdminVerb) => void

const noStore = ['cache-control', 'no-store'] as const

export function json(status: number, value: object, headers: PlainAnswer['headers'] = []): PlainAnswer {
  return answer(status, 'application/json', JSON.stringify(value), headers)
}

export function answer(
  status: number,
  type: string,
  text: string,
  headers: PlainAnswer['headers'] = [],
): PlainAnswer {
  return {
    status,
    headers: [['content-type', type], noStore, ...headers],
    body: new TextEncoder().encode(text),
  }
}
