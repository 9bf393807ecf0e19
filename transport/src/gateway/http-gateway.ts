/**
 * HTTP requests from head to answer. Nothing of a body is read before the caller has been admitted, and what
 * is known of its length by then counts; when a body turns out longer (chunked, compressed), the wall is
 * asked about the length again.
 */

import { Refusal } from '@ron/kernel/contract/refusals'
import type { Answer } from '@ron/kernel/ports/dispatch'
import type { Fields } from '@ron/kernel/ports/port'
import type { Correlation } from '../http/correlation.ts'
import { correlate, answerHeaders } from '../http/correlation.ts'
import { problemFields, problemHeaders, problemStatus, problemText } from '../http/problem.ts'
import { lastly, onward } from '../at-once.ts'
import { createRouter, type Match, type Router } from '../http/router.ts'
import { headerBlock, type HeaderBlock } from '../listener/header-block.ts'
import { header, headerValues } from '../listener/headers.ts'
import type { Exchange, Header } from '../listener/listener.ts'
import type { Place } from '../wall/request.ts'
import { logServed } from './access-log.ts'
import { atEdge, counted } from './counting.ts'
import type { Front } from './front.ts'
import { GivingUp } from './giving-up.ts'
import type { PublicOperation } from './public-operations.ts'
import { restOf, sendLongBody } from './long-body.ts'
import { admit, ask, asRefusal, clientGone, granted, recognise } from './serve.ts'
import { streamEvents } from './event-stream.ts'
import { bearerOf } from './token.ts'
import { tooLarge, unmatched } from './unserved.ts'

/** A route that is no operation: the golden endpoints, `POST /oap`. */
export interface PlainRoute {
  readonly route: `${'GET' | 'POST'} /${string}`
  /** Throws or rejects with a `Refusal`, or answers. `params` are those of the route's path. */
  handle(
    exchange: Exchange,
    correlation: Correlation,
    params: Readonly<Record<string, string>>,
  ): PlainAnswer | Promise<PlainAnswer>
}

export interface PlainAnswer {
  readonly status: number
  readonly headers: readonly Header[]
  readonly body: Uint8Array
}

type Target =
  | { readonly kind: 'operation'; readonly operation: PublicOperation }
  | { readonly kind: 'plain'; readonly plain: PlainRoute }

/** A request while it is being answered. */
interface Serving {
  readonly exchange: Exchange
  readonly correlation: Correlation
  /** Known once the wall has let it in. */
  place: Place | null
  /** Of bodies. */
  bytesIn: number
  bytesOut: number
  /** When a subscription was granted. It lasts as long as the client likes, which is no latency. */
  streamingFromMs: number | null
}

type Found = Match<Target> & { readonly kind: 'found' }

/** The status that was answered, or the refusal that is to be. */
type Ended = number | Refusal

const nothing = new Uint8Array(0)
/** Several of one of these have no one meaning. */
const singular = new Set(['content-type', 'content-encoding'])

export class HttpGateway {
  readonly #front: Front
  readonly #router: Router<Target>
  /** Subscriptions being streamed. They would last for ever, so a drain ends them. */
  readonly #streams = new Set<GivingUp>()

  constructor(front: Front, operations: readonly PublicOperation[], plain: readonly PlainRoute[]) {
    this.#front = front
    this.#router = createRouter<Target>([
      ...operations.map((operation) => ({
        route: operation.route,
        target: { kind: 'operation', operation } as const,
      })),
      ...plain.map((plain) => ({ route: plain.route, target: { kind: 'plain', plain } as const })),
    ])
  }

  /** Ends the subscriptions, so that what is in flight can come to an end. */
  drain(): void {
    for (const stream of this.#streams) stream.abort()
  }

  /** Answers one exchange, in this turn of the event loop when all it takes is here. Never throws. */
  serve(exchange: Exchange): void {
    const { clock, traceIds, meter, log } = this.#front
    const from = clock.monotonic()
    const correlation = correlate((name) => only(exchange, name), traceIds)
    const match = this.#match(exchange)
    const label = 'template' in match ? match.template : 'unmatched'
    const serving: Serving = {
      exchange,
      correlation,
      place: null,
      bytesIn: 0,
      bytesOut: 0,
      streamingFromMs: null,
    }
    const finish = (status: number, outcome: string) => {
      const seconds = ((serving.streamingFromMs ?? clock.monotonic()) - from) / 1_000
      const method = methodLabel(exchange.method)
      const told = exchange.aborted ? clientGone : status
      serving.place?.moved(serving.bytesIn, serving.bytesOut)
      meter.request(label, method, told, seconds)
      logServed(log, {
        correlation,
        route: label,
        method,
        peer: exchange.peer,
        status: told,
        outcome,
        caller: serving.place?.caller ?? null,
        seconds,
      })
      meter.inflight(label, -1)
    }
    const refuse = (thrown: unknown) => {
      const refusal = asRefusal(thrown, log, correlation.traceId)
      const status = problemStatus(refusal)
      const headers = answerHeaders(correlation).and(problemHeaders(refusal))
      exchange.respond(status, headers, Buffer.from(problemText(refusal, correlation.traceId)))
      finish(status, refusal.code)
    }
    const end = (ended: Ended) => (ended instanceof Refusal ? refuse(ended) : finish(ended, 'ok'))
    meter.inflight(label, 1)
    let answered: Ended | Promise<Ended>
    try {
      answered = this.#answer(serving, match)
    } catch (thrown) {
      return refuse(thrown)
    }
    if (answered instanceof Promise) void answered.then(end, refuse)
    else end(answered)
  }

  #match({ method, path }: Exchange): Match<Target> | Refusal {
    try {
      return this.#router.match(method, path)
    } catch (thrown) {
      if (thrown instanceof Refusal) return thrown
      throw thrown
    }
  }

  #answer(serving: Serving, match: Match<Target> | Refusal): Ended | Promise<Ended> {
    const { exchange, correlation } = serving
    const { meter } = this.#front
    if (exchange.fault !== null) return counted(meter, exchange.fault)
    if (match instanceof Refusal) return counted(meter, match)
    if (match.kind !== 'found') return counted(meter, unmatched(exchange, match))
    if (match.target.kind === 'plain') {
      const answer = match.target.plain.handle(exchange, correlation, match.params)
      return onward(answer, (told) => respond(serving, told.status, headerBlock(told.headers), told.body))
    }
    return this.#operate(serving, match.target.operation, match)
  }

  #operate(serving: Serving, target: PublicOperation, match: Found): Ended | Promise<Ended> {
    const { exchange, correlation } = serving
    const front = this.#front
    const closed = front.gate(target.operation.events !== null, target.verb)
    if (closed !== null) return counted(front.meter, closed)
    const { bodyBytesMax } = front.limits
    if ((exchange.bodyBytes ?? 0) > bodyBytesMax) return counted(front.meter, tooLarge(bodyBytesMax))
    const asker = {
      surface: 'http',
      token: bearerOf(exchange),
      peer: exchange.peer,
      client: exchange.client,
      traceId: correlation.traceId,
    } as const
    const reach = { path: match.path, bodyBytes: exchange.bodyBytes ?? 0 }
    const place = onward(recognise(front, target, asker), (answer) =>
      answer instanceof Refusal ? answer : admit(front, answer, reach),
    )
    return onward(place, (place) => {
      if (place instanceof Refusal) return place
      serving.place = place
      return lastly(() => this.#inPlace(serving, target, match, place), place.release)
    })
  }

  #inPlace(
    serving: Serving,
    target: PublicOperation,
    { params }: Found,
    place: Place,
  ): number | Promise<number> {
    const { exchange } = serving
    return onward(this.#body(exchange, place), (body) => {
      serving.bytesIn = body.length
      const header = (name: string) => only(exchange, name)
      const parts = { params, header, query: exchange.query, body }
      const fields = atEdge(this.#front.meter, () => target.http.request(parts))
      return onward(fields, (fields) => this.#ask(serving, target, place, fields, body))
    })
  }

  #ask(
    serving: Serving,
    target: PublicOperation,
    place: Place,
    fields: Fields,
    body: Uint8Array,
  ): number | Promise<number> {
    const gone = new GivingUp()
    serving.exchange.onAbort(() => gone.abort())
    const options = { caller: place.caller, signal: gone }
    /** What lasts ends with the capability it was granted for. */
    const whileGood = <Ended>(work: () => Ended | Promise<Ended>) =>
      lastly(
        work,
        place.watch((refusal) => gone.abort(refusal)),
      )
    if (target.operation.events !== null) {
      const subscribe = (onEvent: (event: Fields) => Promise<void>) =>
        ask(this.#front, target, fields, null, { ...options, onEvent })
      return whileGood(() => this.#stream(serving, gone, subscribe))
    }
    const answer = ask(this.#front, target, fields, target.http.takesBytes ? body : null, options)
    return onward(answer, (answer) => {
      const told = target.http.answer(answer)
      const rest = restOf(target, answer.fields)
      if (rest === null) return respond(serving, told.status, told.headers, told.body)
      serving.streamingFromMs = this.#front.clock.monotonic()
      serving.bytesOut = rest.bytes
      return whileGood(() => sendLongBody(this.#front, serving, told, rest, options))
    })
  }

  /** A subscription, until the client leaves, the service ends it, or `gone` is aborted: by a drain or a revocation. */
  async #stream(
    serving: Serving,
    gone: GivingUp,
    subscribe: (onEvent: (event: Fields) => Promise<void>) => Answer | Promise<Answer>,
  ): Promise<number> {
    const { exchange, correlation } = serving
    const { traceId } = correlation
    const { clock, gate, log } = this.#front
    const problemOf = (thrown: unknown) =>
      problemFields(gone.because ?? gate(true) ?? asRefusal(thrown, log, traceId), traceId)
    const granted = () => {
      serving.streamingFromMs = clock.monotonic()
    }
    this.#streams.add(gone)
    try {
      return await streamEvents(
        this.#front,
        exchange,
        answerHeaders(correlation),
        problemOf,
        granted,
        subscribe,
      )
    } catch (thrown) {
      throw gone.because ?? thrown
    } finally {
      this.#streams.delete(gone)
    }
  }

  /** The body as the service will see it, admitted at its real length. */
  #body(exchange: Exchange, place: Place): Uint8Array | Promise<Uint8Array> {
    return exchange.bodyBytes === 0 ? nothing : this.#wholeBody(exchange, place)
  }

  async #wholeBody(exchange: Exchange, place: Place): Promise<Uint8Array> {
    const { inflater, limits, meter } = this.#front
    const body = await atEdge(meter, async () => {
      const coding = only(exchange, 'content-encoding')
      return inflater.inflate(coding, await exchange.readBody(limits.bodyBytesMax))
    })
    granted(await place.grow(body.length))
    return body
  }
}

/** Answers, and says with which status. */
function respond(serving: Serving, status: number, headers: HeaderBlock, body: Uint8Array): number {
  const { exchange, correlation } = serving
  serving.bytesOut = body.length
  exchange.respond(status, answerHeaders(correlation).and(headers), body)
  return status
}

/** A header's value, null when absent; several are joined as lists are (RFC 9110 §5.3), where they may be. */
function only({ headers }: Exchange, name: string): string | null {
  const first = header(headers, name)
  if (first === undefined) return null
  const values = headerValues(headers, name)
  if (values.length === 1) return first
  if (singular.has(name)) throw new Refusal('BadRequest', `the header ${name} came ${values.length} times`)
  return values.join(', ')
}

const methods = new Set(['GET', 'HEAD', 'PUT', 'POST', 'DELETE', 'PATCH', 'OPTIONS'])

/** Methods are labels, and a client may send any word. */
function methodLabel(method: string): string {
  return methods.has(method) ? method : 'other'
}
