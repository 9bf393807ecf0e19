/**
 * `/api/v1/audit`: the audit log under the paths that C2SP tlog-tiles gives its files, so that tools of others
 * read it as they read any log, and beside them what a person asks for.
 */

import { Refusal } from '@ron/kernel/contract/refusals'
import type { CallSignal } from '@ron/kernel/ports/dispatch'
import type { Fields } from '@ron/kernel/ports/port'
import type { PlainAnswer, PlainRoute, StreamRoute } from '@ron/transport/gateway/http-gateway'
import type { Exchange } from '@ron/transport/listener/listener'
import { answer, json, lasting, type Guard } from './answers.ts'

/** The log as the operator's door sees it. The composer fills it in; each rejects with a `Refusal`. */
export interface AuditView {
  status(): Promise<AuditStatus>
  /** A signed note. */
  checkpoint(): Promise<string>
  /** A file of the log by its path, such as `tile/0/000`. */
  resource(path: string): Promise<Uint8Array>
  /** Records from that one on, or the last ones. */
  tail(from: number | null, limit: number): Promise<AuditTail>
  /**
   * Sends records as they come, after those from that one on or so many of the last ones. Resolves when nobody
   * listens; `stillMay` is asked every second, and ends it by throwing.
   */
  follow(
    beginning: { readonly from: number | null; readonly limit: number },
    send: (item: Fields) => Promise<void>,
    gone: CallSignal,
    stillMay: () => void,
  ): Promise<void>
  /** That an entry is in the log, as it was at that size or when it was signed last. */
  prove(index: number, size: number | null): Promise<object>
  /** Where an entry lies, for a proof that does not say where, and the signed statement of the root it is under. */
  place(index: number): Promise<object>
}

export interface AuditStatus {
  /** First line of each checkpoint. */
  readonly origin: string
  /** What its signature is verified with: `name+id+base64`. */
  readonly key: string
  readonly size: number
  readonly root: string
  readonly bytes: number
  readonly bytes_max: number
  /** Acts that are not recorded yet. */
  readonly waiting: number
  /** Acts that were lost and that no record tells of yet. */
  readonly lost: number
}

export interface AuditTail {
  /** The number of the first of these records, and how many there are in all. */
  readonly first: number
  readonly size: number
  /** Each in JSON, as it is in the log. */
  readonly records: readonly string[]
}

const tailDefault = 50
const tailMax = 256

/** `view` is null on a node that keeps no audit log. */
export function auditRoutes(view: AuditView | null, guard: Guard): readonly (PlainRoute | StreamRoute)[] {
  const route = (
    path: string,
    handle: (log: AuditView, exchange: Exchange, rest: string) => Promise<PlainAnswer>,
  ): PlainRoute => ({
    route: `GET /api/v1/audit${path}`,
    async handle(exchange, { traceId }, { rest = '' }) {
      guard(exchange, traceId, 'audit.read')
      return handle(logOf(view), exchange, rest)
    },
  })
  return [
    {
      route: 'GET /api/v1/audit/follow',
      subscribe(exchange, { traceId }) {
        const may = () => void guard(exchange, traceId, 'audit.read')
        may()
        const log = logOf(view)
        const { from = null, limit = tailDefault } = numbersOf(exchange.query, ['from', 'limit'])
        if (limit > tailMax) throw new Refusal('BadRequest', `limit is 0 to ${tailMax}`)
        return (send, gone) => log.follow({ from, limit }, send, gone, may)
      },
    },
    route('', async (log, { query }) => {
      numbersOf(query, [])
      return json(200, await log.status())
    }),
    route('/checkpoint', async (log, { query }) => {
      numbersOf(query, [])
      return answer(200, 'text/plain; charset=utf-8', await log.checkpoint())
    }),
    route('/tile/*rest', async (log, { query }, rest) => {
      numbersOf(query, [])
      return lasting(await log.resource(`tile/${rest}`))
    }),
    route('/tail', async (log, { query }) => {
      const { from = null, limit = tailDefault } = numbersOf(query, ['from', 'limit'])
      if (limit === 0 || limit > tailMax)
        throw new Refusal('BadRequest', `limit is 1 to ${tailMax}; ask again from where the answer ends`)
      const { first, size, records } = await log.tail(from, limit)
      // Put together as text: to read and write hundreds of records anew would hold up this thread.
      return answer(
        200,
        'application/json',
        `{"first":${first},"size":${size},"records":[${records.join()}]}`,
      )
    }),
    route('/prove', async (log, { query }) => {
      const { index, size = null } = numbersOf(query, ['index', 'size'])
      if (index === undefined) throw new Refusal('BadRequest', 'index says which entry; for example index=0')
      return json(200, await log.prove(index, size))
    }),
    route('/place', async (log, { query }) => {
      const { index } = numbersOf(query, ['index'])
      if (index === undefined) throw new Refusal('BadRequest', 'index says which entry; for example index=0')
      return json(200, await log.place(index))
    }),
  ]
}

function logOf(view: AuditView | null): AuditView {
  if (view !== null) return view
  throw new Refusal('NotEnabled', 'this node keeps no audit log; start it with node.audit=true')
}

/** The numbers of a query, each at most once. Throws a `Refusal` for anything else in it. */
function numbersOf<Name extends string>(
  query: string,
  names: readonly Name[],
): Readonly<Partial<Record<Name, number>>> {
  const found: Partial<Record<Name, number>> = {}
  for (const pair of query === '' ? [] : query.split('&')) {
    const [written, value = ''] = pair.split('=')
    const name = names.find((each) => each === written)
    const known = names.length === 0 ? 'none' : names.join(' and ')
    if (name === undefined || found[name] !== undefined || !/^(0|[1-9]\d{0,15})$/.test(value))
      throw new Refusal('BadRequest', `the query is of whole numbers, each once; it may have ${known}`)
    const number = Number(value)
    if (!Number.isSafeInteger(number)) throw new Refusal('BadRequest', `${name} is below 2^53`)
    found[name] = number
  }
  return found
}
