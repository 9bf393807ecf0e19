/**
 * `GET /api/v1/tail`: what happens in the node as server-sent events, first what is remembered, and with `follow=true` what
 * comes after it, for as long as the capability is good. Names, codes and times; never what was sent.
 */

import { Refusal } from '@ron/kernel/contract/refusals'
import type { CallSignal } from '@ron/kernel/ports/dispatch'
import type { Fields } from '@ron/kernel/ports/port'
import type { TailFilter } from '@ron/kernel/ports/requests'
import type { StreamRoute } from '@ron/transport/gateway/http-gateway'
import type { Guard } from './answers.ts'

/** What the operator's door sees of it. The composer fills it in. */
export interface TailView {
  /** Resolves when there is no more, or nobody listens. `stillMay` is asked every second, and ends it by throwing. */
  subscribe(
    wanted: TailFilter,
    send: (item: Fields) => Promise<void>,
    gone: CallSignal,
    stillMay: () => void,
  ): Promise<void>
}

const known = ['kinds', 'status', 'operation', 'tenant', 'id', 'limit', 'follow']
const limitMax = 4_096

export function tailRoute(view: TailView, guard: Guard): StreamRoute {
  return {
    route: 'GET /api/v1/tail',
    subscribe(exchange, { traceId }) {
      const may = () => void guard(exchange, traceId, 'admin.read')
      may()
      const wanted = wantedBy(new URLSearchParams(exchange.query))
      return (send, gone) => view.subscribe(wanted, send, gone, may)
    },
  }
}

function wantedBy(query: URLSearchParams): TailFilter {
  const stranger = [...query.keys()].find((name) => !known.includes(name))
  if (stranger !== undefined)
    throw wrong(`the query has ${JSON.stringify(stranger)}; it may have ${known.join(', ')}`)
  const kinds = (query.get('kinds') ?? 'events,requests').split(',')
  const other = kinds.find((kind) => kind !== 'events' && kind !== 'requests')
  if (other !== undefined) throw wrong(`kinds are events and requests; ${JSON.stringify(other)} is none`)
  const status = query.get('status')
  if (status !== null && !/^[1-5](xx|\d\d)$/.test(status)) throw wrong('status is such as 404 or 4xx')
  const limit = Number(query.get('limit') ?? limitMax)
  if (!Number.isInteger(limit) || limit < 0 || limit > limitMax) throw wrong(`limit is 0 to ${limitMax}`)
  const follow = query.get('follow') ?? 'false'
  if (follow !== 'true' && follow !== 'false') throw wrong('follow is true or false')
  return {
    events: kinds.includes('events'),
    requests: kinds.includes('requests'),
    status,
    operation: query.get('operation'),
    tenant: query.get('tenant'),
    id: query.get('id'),
    limit,
    follow: follow === 'true',
  }
}

function wrong(because: string): Refusal {
  return new Refusal('BadRequest', because)
}
