/**
 * HTTP requests from head to answer. Nothing of a body is read before the caller has been admitted, and what
 * is known of its length by then counts; when a body turns out longer (chunked, compressed), the wall is
 * asked about the length again.
 */

import { Refusal } from '@ron/kernel/contract/refusals'
import type { Answer, CallSignal } from '@ron/kernel/ports/dispatch'
import type { Fields } from '@ron/kernel/ports/port'
import type { Correlation } from '../http/correlation.ts'
import { correlate, answerHeaders } from '../http/correlation.ts'
import { problemFields, problemHeaders, problemStatus, problemText } from '../http/problem.ts'
import { lastly, onward } from '../at-once.ts'
import { presentationHeader } from '../macaroon/presentation.ts'
import { createRouter, type Match, type Router } from '../http/router.ts'
import { headerBlock, type HeaderBlock } from '../listener/header-block.ts'
import type { Exchange, Header } from '../listener/listener.ts'
import type { Place } from '../wall/request.ts'
import { tellServed } from './access-log.ts'
import { atEdge, counted } from './counting.ts'
import type { Front } from './front.ts'
import { GivingUp } from './giving-up.ts'
import { only } from './one-header.ts'
import type { PublicOperation } from './public-operations.ts'
import { methodLabel, operationOf, type Serving, type Target } from './serving.ts'
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

/** A route that is answered with events, for as long as somebody listens. */
export interface StreamRoute {
  readonly route: `GET /${string}`
  /** Throws a `Refusal`, or says what sends the events: it resolves when there are no more, or the signal says that nobody listens. */
  subscribe(
    exchange: Exchange,
    correlation: Correlation,
  ): (onEvent: (event: Fields) => Promise<void>, gone: CallSignal) => Promise<void>
}

export interface PlainAnswer {
  readonly status: number
  readonly headers: readonly Header[]
  readonly body: Uint8Array
}

type Found = Match<Target> & { readonly kind: 'found' }

/** The status that was answered, or the refusal that is to be. */
type Ended = number | Refusal

const nothing = new Uint8Array(0)

export class HttpGateway {
  readonly #front: Front
  readonly #router: Router<Target>
  /** Subscriptions being streamed. They would last for ever, so a drain ends them. */
  readonly #streams = new Set<GivingUp>()

  constructor(
    front: Front,
    operations: readonly PublicOperation[],
    plain: readonly (PlainRoute | StreamRoute)[],
  ) {
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
      admittedMs: null,
      askedMs: null,
      bytesIn: 0,
      bytesOut: 0,
      streamingFromMs: null,
    }
    const finish = (status: number, refusal: Refusal | null) => {
      const { admittedMs, askedMs } = serving
      const endMs = serving.streamingFromMs ?? clock.monotonic()
      const seconds = (endMs - from) / 1_000
      const method = methodLabel(exchange.method)
      const told = exchange.aborted ? clientGone : status
      serving.place?.moved(serving.bytesIn, serving.bytesOut)
      meter.request(label, method, told, seconds)
      tellServed(this.#front, {
        correlation,
        route: label,
        operation: operationOf(match),
        method,
        peer: exchange.peer,
        status: told,
        refusal,
        caller: serving.place?.caller ?? null,
        stages: { fromMs: from, admittedMs, askedMs, endMs },
        seconds,
      })
      meter.inflight(label, -1)
    }
    const refuse = (thrown: unknown) => {
      const refusal = asRefusal(thrown, log, correlation.traceId)
      const status = problemStatus(refusal)
      const headers = answerHeaders(correlation).and(problemHeaders(refusal))
      exchange.respond(status, headers, Buffer.from(problemText(refusal, correlation.traceId)))
      finish(status, refusal)
    }
    const end = (ended: Ended) => (ended instanceof Refusal ? refuse(ended) : finish(ended, null))
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
      const { plain } = match.target
      if ('subscribe' in plain) return this.#follow(serving, plain.subscribe(exchange, correlation))
      const answer = plain.handle(exchange, correlation, match.params)
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
      presentation: only(exchange, presentationHeader),
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
      serving.admittedMs = front.clock.monotonic()
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
    const gone = this.#givingUp(serving)
    serving.askedMs = this.#front.clock.monotonic()
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

  #follow(serving: Serving, subscribe: ReturnType<StreamRoute['subscribe']>): Promise<number> {
    const gone = this.#givingUp(serving)
    return this.#stream(serving, gone, async (onEvent) => {
      await subscribe(onEvent, gone)
      return { fields: {}, body: null }
    })
  }

  #givingUp({ exchange }: Serving): GivingUp {
    const gone = new GivingUp()
    exchange.onAbort(() => gone.abort())
    return gone
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
