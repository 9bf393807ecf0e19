/**
 * `GET /api/v1/explain?id=…`: what the node remembers of a request by one of its ids: which wall refused it, by which rule,
 * caveat or limit, what would help, and where its time went. An id it does not know is told how far the memory reaches.
 */

import { Refusal, isRefusalCode } from '@ron/kernel/contract/refusals'
import type { ToldRefusal } from '@ron/kernel/ports/requests'
import type { PlainRoute } from '@ron/transport/gateway/http-gateway'
import { json, type Guard } from './answers.ts'
import { usualFix } from './fixes.ts'

export interface ExplainedRequest {
  /** RFC 3339. */
  readonly at: string
  readonly request_id: string
  readonly correlation_id: string
  readonly trace_id: string
  readonly method: string
  readonly route: string
  readonly operation: string
  readonly peer: string
  readonly tenant: string
  readonly subject: string
  readonly status: number
  /** Null when it was answered with what was asked for. */
  readonly refused: ToldRefusal | null
  /** Milliseconds; null for a stage that it did not reach. */
  readonly stages: {
    readonly wall_ms: number
    readonly body_ms: number | null
    readonly service_ms: number | null
    readonly total_ms: number
  }
}

export interface MemoryReach {
  readonly refusals: number
  readonly refusals_max: number
  readonly refusals_since: string | null
  /** Refusals that came too many in a second. */
  readonly refusals_passed_over: number
  /** Requests whose clients trace them. */
  readonly traced: number
  readonly slowest: number
  readonly slowest_reach_seconds: number
}

/** What the operator's door sees of it. The composer fills it in. */
export interface RequestsView {
  /** Newest first. */
  find(id: string): readonly ExplainedRequest[]
  reach(): MemoryReach
}

/** As a client may send it, or the node makes it up. */
const idForm = /^[A-Za-z0-9._:/+=-]{1,128}$/
const shownMax = 16

export function explainRoute(view: RequestsView, guard: Guard): PlainRoute {
  return {
    route: 'GET /api/v1/explain',
    handle(exchange, { traceId }) {
      guard(exchange, traceId, 'admin.read')
      const query = new URLSearchParams(exchange.query)
      const id = query.get('id')
      if (id === null || query.size > 1 || !idForm.test(id)) {
        throw new Refusal('BadRequest', 'the query is id=… and nothing else: an x-request-id or a trace id')
      }
      const requests = view.find(id).slice(0, shownMax).map(withFix)
      const memory = view.reach()
      if (requests.length === 0) throw unknown(id, memory)
      return json(200, { id, requests, memory })
    },
  }
}

function withFix(request: ExplainedRequest): ExplainedRequest {
  const { refused } = request
  if (refused === null || refused.fix !== '' || !isRefusalCode(refused.code)) return request
  return { ...request, refused: { ...refused, fix: usualFix[refused.code] } }
}

function unknown(id: string, reach: MemoryReach): Refusal {
  const { refusals, refusals_max, refusals_since, refusals_passed_over } = reach
  const { traced, slowest, slowest_reach_seconds } = reach
  const since = refusals_since === null ? '' : `, the oldest of ${refusals_since}`
  const flood =
    refusals_passed_over === 0 ? '' : `; ${refusals_passed_over} that came in a flood were passed over`
  const because =
    `nothing is known of ${id}: the node remembers its last ${refusals} refusals of at most ${refusals_max}${since}` +
    `${flood}, ${traced} that were traced, and ${slowest} of the slowest requests of the last ${slowest_reach_seconds} s`
  const fix = 'ask sooner after the request, or set log.level=debug, and the log has a line for each'
  return new Refusal('NotFound', because, { explain: { wall: 'handler', rule: 'memory', fix } })
}
