/**
 * One OAP/1 conversation, whatever carries it: frames in, calls through the wall, frames out. The carrier
 * pushes bytes and takes bytes; it is told when to close. Answers leave in the order they are ready, so a slow
 * request holds back nobody.
 */

import { Refusal } from '@ron/kernel/contract/refusals'
import { HashTable, hashOfBigint } from '@ron/kernel/tables/hash-table'
import { correlate, type Correlation } from '../http/correlation.ts'
import { problemStatus } from '../http/problem.ts'
import { noBytes } from '../oap/bytes.ts'
import { flag, noTenant, type Frame, type FrameFault } from '../oap/frame.ts'
import { control, type HelloReply } from '../oap/hello.ts'
import { FrameParser } from '../oap/parser.ts'
import { plainPayloads } from '../oap/parts.ts'
import { acknowledgement, replyTo } from '../oap/reply.ts'
import { requestLimits, Requests, type Effect } from '../oap/requests.ts'
import type { Assembled } from '../oap/streams.ts'
import type { Place, Recognised } from '../wall/request.ts'
import { Joined } from '../wall/tenants/joined.ts'
import { tellServed } from './access-log.ts'
import { atEdge, counted } from './counting.ts'
import type { Front } from './front.ts'
import { OapCall } from './oap-call.ts'
import { controlled } from './oap-control.ts'
import { checkRequest, readRequest } from './oap-read.ts'
import { OapSender, type OapCarrier } from './oap-sender.ts'
import type { PublicOperation } from './public-operations.ts'
import { admit, ask, asRefusal, clientGone, granted, recognise } from './serve.ts'
import { credentialsIn } from './token.ts'

/** Operations by `app_proto_id` and `code`. */
export type OperationTable = ReadonlyMap<number, PublicOperation>

export function operationTable(operations: readonly PublicOperation[]): OperationTable {
  return new Map(operations.map((operation) => [keyOf(operation.protocol, operation.code), operation]))
}

export class OapConnection {
  readonly #front: Front
  readonly #table: OperationTable
  readonly #hello: HelloReply
  readonly #carrier: OapCarrier
  readonly #sender: OapSender
  readonly #parser: FrameParser
  readonly #requests: Requests
  readonly #joined = new Joined()
  readonly #calls = new HashTable<bigint, OapCall>(hashOfBigint)
  /** Called when nothing is in flight any more. */
  #settled: (() => void) | null = null
  /** Stops watching the connection's own token; null until it has been used. */
  #unwatch: (() => void) | null = null

  constructor(front: Front, table: OperationTable, hello: HelloReply, carrier: OapCarrier) {
    this.#front = front
    this.#table = table
    this.#hello = hello
    this.#carrier = carrier
    this.#sender = new OapSender(carrier, hello, () => this.end())
    const { bodyBytesMax, chunkBytesMax, inFlightMax } = front.limits
    this.#parser = new FrameParser(bodyBytesMax)
    this.#requests = new Requests({ ...requestLimits, bodyBytesMax, chunkBytesMax, inFlightMax })
  }

  get inFlight(): number {
    return this.#calls.size
  }

  /** Takes what the carrier received. A message must hold whole frames (OAP/1 §5); false closes with 1007. */
  push(bytes: Uint8Array): boolean {
    const { frames, fault } = this.#parser.push(bytes)
    for (const frame of frames) {
      for (const effect of this.#requests.frame(frame, this.#front.clock.monotonic())) this.#carryOut(effect)
    }
    if (fault !== null) this.#breakOff(fault)
    return fault !== null || !this.#parser.partial
  }

  /** Refuses messages that began and went silent. To be called from time to time. */
  sweep(): void {
    for (const effect of this.#requests.silent(this.#front.clock.monotonic())) this.#carryOut(effect)
  }

  /** The peer is gone: everything it asked for is given up. */
  end(): void {
    this.#unwatch?.()
    this.#joined.end()
    for (const [, call] of this.#calls.entries()) call.giveUp()
  }

  /** Ends what would last for ever, so that a drain can end. */
  endSubscriptions(): void {
    for (const [, call] of this.#calls.entries()) if (call.subscription) call.giveUp()
  }

  /** Resolves when every request pushed so far has been answered. */
  async settled(): Promise<void> {
    if (this.#calls.size === 0) return
    await new Promise<void>((resolve) => {
      this.#settled = resolve
    })
  }

  #carryOut(effect: Effect): void {
    switch (effect.kind) {
      case 'opened':
        return this.#meet(effect.head)
      case 'serve':
        return this.#serve(effect.request)
      case 'acknowledge':
        return this.#sender.send(acknowledgement(effect.to))
      case 'acknowledged':
        return this.#calls.get(effect.corrId)?.acknowledged()
      case 'refuse':
      case 'close': {
        const refusal = new Refusal(effect.code, effect.message, { explain: { wall: 'frame-caps' } })
        counted(this.#front.meter, refusal)
        this.#sender.refuse(replyTo(effect.to, 'RESP', problemStatus(refusal)), refusal, this.#correlation())
        if (effect.kind === 'close') this.#carrier.close(effect.message)
        return
      }
    }
  }

  #breakOff({ corrId, code, message }: FrameFault): void {
    const refusal = new Refusal(code, message, { explain: { wall: 'frame-caps' } })
    const head = { flags: flag.RESP, code: problemStatus(refusal), appProtoId: control, corrId }
    this.#front.meter.rejected('oap_cap')
    this.#front.meter.integrityFailure('frame')
    this.#sender.refuse({ ...head, tenant: noTenant, cap: noBytes }, refusal, this.#correlation())
    this.#carrier.close(message)
  }

  /** Nothing is kept of a message in many frames unless its sender is recognised by the first of them. */
  #meet(head: Frame): void {
    const correlation = this.#correlation()
    const target = this.#targetOf(head)
    const answer = target instanceof Refusal ? target : this.#recognise(head, target, correlation)
    if ('claim' in answer) return
    const excess = this.#requests.refuse(head)
    if (excess !== null) return this.#carryOut(excess)
    this.#take(head, correlation, async () => {
      throw await answer
    })
  }

  #serve(request: Assembled): void {
    const { head } = request
    if (head.appProtoId === control) return this.#control(request)
    const correlation = this.#correlation()
    this.#take(head, correlation, (call) => this.#operate(request, call, correlation))
  }

  /** Has a request in flight until `operate` has answered it, or it is answered with the refusal thrown. */
  #take(head: Frame, correlation: Correlation, operate: (call: OapCall) => Promise<number>): void {
    const { corrId, appProtoId, code } = head
    const target = this.#table.get(keyOf(appProtoId, code))
    const call = new OapCall(target !== undefined && target.operation.events !== null)
    this.#calls.set(corrId, call)
    void this.#answer(head, target?.template ?? 'unmatched', call, correlation, operate).finally(() => {
      this.#calls.delete(corrId)
      this.#requests.answered(corrId)
      if (this.#calls.size === 0) this.#settled?.()
    })
  }

  #control(request: Assembled): void {
    const { head } = request
    const [payload = noBytes] = plainPayloads(request.parts) ?? []
    try {
      const cancel = (corrId: bigint) => this.#calls.get(corrId)?.giveUp()
      const answer = controlled(head.code, payload, this.#hello, cancel)
      this.#sender.send({ ...replyTo(head, 'RESP', 200), payload: answer })
    } catch (thrown) {
      const refusal = asRefusal(thrown, this.#front.log, '')
      this.#sender.refuse(replyTo(head, 'RESP', problemStatus(refusal)), refusal, this.#correlation())
    } finally {
      this.#requests.answered(head.corrId)
    }
  }

  async #answer(
    head: Frame,
    label: string,
    call: OapCall,
    correlation: Correlation,
    operate: (call: OapCall) => Promise<number>,
  ): Promise<void> {
    const { clock, meter, log } = this.#front
    const from = clock.monotonic()
    meter.inflight(label, 1)
    let status: number
    let refused: Refusal | null = null
    try {
      status = await operate(call)
    } catch (thrown) {
      // What a revocation or a drain gave up ends because of that, not because the peer had enough.
      const { aborted, because } = call.signal
      const given = because ?? (aborted ? this.#front.gate(true) : null)
      const refusal = given ?? asRefusal(thrown, log, correlation.traceId)
      const answered = problemStatus(refusal)
      this.#sender.refuse(replyTo(head, 'RESP', answered), refusal, correlation)
      status = aborted && given === null ? clientGone : answered
      refused = refusal
    }
    meter.inflight(label, -1)
    const endMs = clock.monotonic()
    const seconds = (endMs - from) / 1_000
    meter.request(label, 'OAP', status, seconds)
    const { caller, admittedMs, askedMs } = call
    tellServed(this.#front, {
      correlation,
      route: label,
      operation: this.#table.get(keyOf(head.appProtoId, head.code))?.label ?? '',
      method: 'OAP',
      peer: this.#carrier.peer,
      status,
      refusal: refused,
      caller,
      stages: { fromMs: from, admittedMs, askedMs, endMs },
      seconds,
    })
  }

  async #operate(request: Assembled, call: OapCall, correlation: Correlation): Promise<number> {
    const front = this.#front
    const { head } = request
    const target = granted(this.#targetOf(head))
    // The path lies in the message, and nothing of that is read or inflated for somebody who is not recognised.
    const recognised = granted(await this.#recognise(head, target, correlation))
    const { path, fields, body } = await atEdge(front.meter, () => readRequest(front, target, request.parts))
    const place = granted(await admit(front, recognised, { path, bodyBytes: body.length }))
    call.caller = place.caller
    call.admittedMs = front.clock.monotonic()
    let sent = 0
    this.#watchOwn(head, place)
    const unwatch = call.subscription ? place.watch((refusal) => call.giveUp(refusal)) : null
    try {
      if (this.#carrier.lasting) granted(place.join(this.#joined) ?? place)
      const input = await atEdge(front.meter, () => checkRequest(target, fields, body))
      call.askedMs = front.clock.monotonic()
      const answer = await ask(front, target, input.fields, input.body, {
        caller: place.caller,
        signal: call.signal,
        onEvent: (event) => this.#sender.event(head, call, event),
      })
      const { status } = target.http.answer(answer)
      sent = await this.#sender.respond(
        replyTo(head, 'RESP', status),
        { fields: answer.fields, body: answer.body ?? noBytes },
        call,
      )
      return status
    } finally {
      unwatch?.()
      place.moved(
        request.parts.reduce((sum, { bytes }) => sum + bytes.length, 0),
        sent,
      )
      place.release()
    }
  }

  /** A connection that came with a token ends when that token is no longer good. */
  #watchOwn({ cap }: Frame, place: Place): void {
    const { token, lasting } = this.#carrier
    if (
      !lasting ||
      token === null ||
      credentialsIn(cap, this.#carrier).token !== token ||
      this.#unwatch !== null
    )
      return
    this.#unwatch = place.watch((refusal) => {
      for (const [, call] of this.#calls.entries()) call.giveUp(refusal)
      void this.settled().then(() => this.#carrier.revoked(refusal.message))
    })
  }

  /** The operation that a request names, or why it is not even asked who wants it. */
  #targetOf({ appProtoId, code }: Frame): PublicOperation | Refusal {
    const { gate, meter } = this.#front
    const target = this.#table.get(keyOf(appProtoId, code))
    const lasts = target !== undefined && target.operation.events !== null
    const closed = gate(lasts, target?.verb)
    if (closed !== null) return counted(meter, closed)
    if (appProtoId === control) {
      return counted(meter, new Refusal('BadRequest', 'a message of the control protocol is one frame'))
    }
    if (target === undefined) {
      return new Refusal(
        'NotFound',
        `no operation ${code} in protocol ${appProtoId}; HELLO lists the protocols`,
      )
    }
    if (lasts && !this.#carrier.lasting) {
      return new Refusal('BadRequest', 'a subscription needs a WebSocket; POST /oap answers once')
    }
    return target
  }

  #recognise(
    { cap, tenant }: Frame,
    target: PublicOperation,
    { traceId }: Correlation,
  ): Recognised | Refusal | Promise<Refusal> {
    const asker = { surface: 'oap', ...credentialsIn(cap, this.#carrier), tenant, traceId } as const
    return recognise(this.#front, target, asker)
  }

  #correlation(): Correlation {
    return this.#carrier.correlation ?? correlate(() => null, this.#front.traceIds)
  }
}

function keyOf(protocol: number, code: number): number {
  return protocol * 0x1_0000 + code
}
