/** Who may see the endpoints that tell more than yes or no. */

import type { Guard } from '@ron/admin/endpoints'
import { bearerOf } from '@ron/transport/gateway/token'
import type { Auth } from '@ron/transport/wall/auth'
import { noTenant } from '@ron/transport/oap/frame'
import { Refusal } from '../contract/refusals.ts'

export const unguarded: Guard = () => {}

/** Lets in whoever has a capability for `admin.read`. */
export function guardedBy(auth: Auth): Guard {
  return (exchange, traceId) => {
    const { path } = exchange
    const recognised = auth.recognise({
      service: 'admin',
      operation: path,
      verb: 'admin.read',
      method: 'GET',
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
