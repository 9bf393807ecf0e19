/**
 * `POST /api/v1/services/:name/kill {"how": "throw"}`: a drill on a running node. The one endpoint that changes
 * anything, so it asks for a capability with `admin.chaos` wherever the admin surface listens.
 */

import { Refusal } from '@ron/kernel/contract/refusals'
import type { PlainRoute } from '@ron/transport/gateway/http-gateway'
import { json, type Guard } from './answers.ts'

/** What a drill may do to a node. The composer fills it in. */
export interface Chaos {
  /** Whether the configuration allows it; the sentence says how to. */
  readonly allowed: boolean
  readonly fix: string
  /** The ways a service can be made to fall. */
  readonly falls: readonly string[]
  /** Rejects with a `Refusal` when the act cannot be recorded; then nothing fell. */
  topple(service: string, how: string, by: Asker): Promise<'falling' | 'not running' | 'unknown'>
}

/** Who asks, and under which trace. */
export interface Asker {
  readonly subject: string
  readonly traceId: string
}

const bodyBytesMax = 1_024

export function chaosRoute(chaos: Chaos, guard: Guard): PlainRoute {
  return {
    route: 'POST /api/v1/services/:name/kill',
    async handle(exchange, { traceId }, { name: service = '' }) {
      const subject = guard(exchange, traceId, 'admin.chaos')
      if (!chaos.allowed) throw new Refusal('NotEnabled', `drills are not allowed on this node; ${chaos.fix}`)
      const how = howOf(await exchange.readBody(bodyBytesMax), chaos.falls)
      switch (await chaos.topple(service, how, { subject, traceId })) {
        case 'falling':
          return json(202, { service, how })
        case 'not running':
          throw new Refusal('Conflict', `${service} is not running; there is nothing to kill`)
        case 'unknown':
          throw new Refusal('NotFound', `no service is named ${JSON.stringify(service)}`)
      }
    },
  }
}

/** The one member of the body, one of `falls`. */
function howOf(body: Uint8Array, falls: readonly string[]): string {
  const { how, ...others } = objectOf(body)
  const [stranger] = Object.keys(others)
  if (stranger !== undefined) {
    throw new Refusal('BadRequest', `the body has a member ${JSON.stringify(stranger)}; it takes how alone`)
  }
  if (typeof how !== 'string' || !falls.includes(how)) {
    throw new Refusal('BadRequest', `how is one of ${falls.join(', ')}: {"how":"${falls[0]}"}`)
  }
  return how
}

function objectOf(body: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
    return { ...Object(value) }
  } catch (cause) {
    throw new Refusal('BadRequest', 'the body is no JSON object; send {"how":"throw"}', {}, { cause })
  }
}
