/** `/api/v1/keys`: which keys the node has, and their rotation. No answer has a key in it. */

import { Refusal } from '@ron/kernel/contract/refusals'
import type { PlainRoute } from '@ron/transport/gateway/http-gateway'
import { json, type Guard } from './answers.ts'
import { membersOf } from './body.ts'
import type { Asker } from './chaos.ts'

/** The keys as the operator's door sees them. */
export interface KeysView {
  list(): readonly PurposeView[]
  /** How long earlier versions stay good when nobody says so. */
  readonly graceMs: number
  readonly graceMsMax: number
  /** Rejects with a `Refusal`. */
  rotate(purpose: string, graceMs: number, by: Asker): Promise<PurposeView>
}

export interface PurposeView {
  readonly purpose: string
  readonly doc: string
  /** The active one last. */
  readonly versions: readonly KeyVersionView[]
}

export interface KeyVersionView {
  readonly version: number
  readonly state: 'active' | 'retiring'
  /** RFC 3339. */
  readonly made: string
  /** When it is gone; null while it is active. */
  readonly gone: string | null
}

/** To list them is to read the admin surface; to rotate one asks for a capability wherever it listens. */
export function keyRoutes(keys: KeysView, guard: Guard, strict: Guard): readonly PlainRoute[] {
  return [
    {
      route: 'GET /api/v1/keys',
      handle(exchange, { traceId }) {
        guard(exchange, traceId, 'admin.read')
        return json(200, { purposes: keys.list() })
      },
    },
    {
      route: 'POST /api/v1/keys/:purpose/rotate',
      async handle(exchange, { traceId }, { purpose = '' }) {
        const subject = strict(exchange, traceId, 'admin.keys')
        const members = await membersOf(exchange, ['grace_ms'])
        if (!keys.list().some((each) => each.purpose === purpose)) throw unknown(purpose, keys)
        const graceMs = members.count('grace_ms', keys.graceMsMax) ?? keys.graceMs
        return json(200, await keys.rotate(purpose, graceMs, { subject, traceId }))
      },
    },
  ]
}

function unknown(purpose: string, keys: KeysView): Refusal {
  const known = keys.list().map((each) => each.purpose)
  return new Refusal(
    'NotFound',
    `this node has no keys for ${JSON.stringify(purpose.slice(0, 64))}; it has ${known.join(', ')}`,
  )
}
