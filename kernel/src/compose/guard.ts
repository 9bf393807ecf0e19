/** Who may see the endpoints that tell more than yes or no. */

import type { Guard } from '@ron/admin/answers'
import { bearerOf } from '@ron/transport/gateway/token'
import type { Auth } from '@ron/transport/wall/auth'
import { noTenant } from '@ron/transport/oap/frame'
import type { Audit } from '../audit/audit.ts'
import { Refusal } from '../contract/refusals.ts'
import { denialOf } from './audit/watched.ts'

export const unguarded: Guard = () => ''

/** Lets in whoever has a capability for the verb; all of them are privileged, so who has none is on record. */
export function guardedBy(auth: Auth, audit: Audit): Guard {
  return (exchange, traceId, verb) => {
    const { path } = exchange
    const recognised = auth.recognise({
      service: 'admin',
      operation: path,
      verb,
      method: exchange.method === 'POST' ? 'POST' : 'GET',
      surface: 'http',
      token: bearerOf(exchange),
      presentation: null,
      tenant: noTenant,
      peer: exchange.peer,
      client: exchange.client,
      traceId,
      tags: [],
    })
    const refusal =
      recognised instanceof Refusal ? recognised : auth.enter(recognised, { path, bodyBytes: 0 })
    const subject = recognised instanceof Refusal ? '' : recognised.caller.subject
    if (refusal === null) return subject
    audit.note(denialOf(refusal, { subject, tenant: noTenant, traceId, verb, target: 'admin' }))
    throw refusal
  }
}
