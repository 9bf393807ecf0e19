/** Who may see the endpoints that tell more than yes or no. */

import type { Guard } from '@ron/admin/answers'
import { bearerOf } from '@ron/transport/gateway/token'
import type { Auth } from '@ron/transport/wall/auth'
import { noTenant } from '@ron/transport/oap/frame'
import { Refusal } from '../contract/refusals.ts'

export const unguarded: Guard = () => {}

/** Lets in whoever has a capability for the verb. */
export function guardedBy(auth: Auth): Guard {
  return (exchange, traceId, verb) => {
    const { path } = exchange
    const recognised = auth.recognise({
      service: 'admin',
      operation: path,
      verb,
      method: verb === 'admin.read' ? 'GET' : 'POST',
      surface: 'http',
      token: bearerOf(exchange),
      tenant: noTenant,
      peer: exchange.peer,
      traceId,
      tags: [],
    })
    const refusal =
      recognised instanceof Refusal ? recognised : auth.enter(recognised, { path, bodyBytes: 0 })
    if (refusal !== null) throw refusal
  }
}
