/** What every endpoint of the admin plane has in common: who may see it, and the shape of its answer. */

import type { PlainAnswer } from '@ron/transport/gateway/http-gateway'
import type { Exchange } from '@ron/transport/listener/listener'

/** The verbs of the admin plane. */
export const adminVerbs = [
  'admin.read',
  'admin.chaos',
  'admin.restart',
  'admin.mint',
  'admin.revoke',
  'admin.keys',
  'audit.read',
  'config.admin',
] as const
export type AdminVerb = (typeof adminVerbs)[number]

/** The asker: the identifier of the capability, empty where none is asked for. Throws a `Refusal` when it has none for the verb. */
export type Guard = (exchange: Exchange, traceId: string, verb: AdminVerb) => string

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

/** What is the same whenever it is asked for, by whoever may ask. */
export function lasting(body: Uint8Array): PlainAnswer {
  const cacheControl = ['cache-control', 'private, max-age=31536000, immutable'] as const
  return { status: 200, headers: [['content-type', 'application/octet-stream'], cacheControl], body }
}
