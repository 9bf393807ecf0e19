/**
 * Calls over OAP/1 on one WebSocket, many at a time. The connection is opened by the first call and again by
 * the first call after it broke; what was open when it broke fails with a ConnectionError.
 */

import { fromBase64 } from '@ron/transport/macaroon/base64'
import { Answers, type AnswerEffect } from '@ron/transport/oap/answers'
import { noBytes } from '@ron/transport/oap/bytes'
import { cancelFrame } from '@ron/transport/oap/control'
import { helloFrame, readHelloReply, type PeerLimits } from '@ron/transport/oap/hello'
import { encodeFrame, flag, noTenant, type Frame } from '@ron/transport/oap/frame'
import { decodeMessage, encodeMessage, framesOf, type MessageHead } from '@ron/transport/oap/message'
import { FrameParser } from '@ron/transport/oap/parser'
import { plainPayloads } from '@ron/transport/oap/parts'
import { acknowledgement } from '@ron/transport/oap/reply'
import { isRefusalStatus } from '@ron/transport/oap/status'
import type { Assembled } from '@ron/transport/oap/streams'
import type { Answer, Binding, Carrier, Fields } from './carrier.ts'
import { ConnectionError, NodeError, problemFrom } from './error.ts'
import { EventQueue } from './event-queue.ts'
import type { OpenSocket, Socket } from './socket.ts'

const subprotocol = 'oap.1'
const bodyBytesMax = 8 * 1024 * 1024

interface OpenCall {
  answered(answer: Answer): void
  failed(cause: unknown): void
  event(fields: Fields, taken: () => void): void
}

export class OapCarrier implements Carrier {
  readonly #url: string
  readonly #cap: Uint8Array
  readonly #open: OpenSocket
  #session: Promise<Session> | null = null

  constructor(baseUrl: string, cap: string | undefined, open: OpenSocket) {
    this.#url = `${baseUrl.replace(/^http/, 'ws')}/oap`
    this.#cap = cap === undefined ? noBytes : fromBase64(cap)
    this.#open = open
  }

  async call(binding: Binding, fields: Fields, body: Uint8Array | null, signal: AbortSignal): Promise<Answer> {
    const session = await this.#connected()
    return new Promise((resolve, reject) => {
      const stop = session.send(this.#head(binding), fields, body ?? noBytes, {
        answered: resolve,
        failed: reject,
        event: (_, taken) => taken(),
      })
      signal.addEventListener('abort', () => {
        stop()
        reject(reasonOf(signal))
      })
    })
  }

  async *subscribe(binding: Binding, fields: Fields, signal: AbortSignal): AsyncGenerator<Fields> {
    const session = await this.#connected()
    const queue = new EventQueue()
    const stop = session.send(this.#head(binding), fields, noBytes, {
      answered: () => queue.end(),
      failed: (cause) => queue.end(cause),
      event: (event, taken) => queue.push(event, taken),
    })
    signal.addEventListener('abort', () => queue.end(reasonOf(signal)))
    try {
      yield* queue.drain()
    } finally {
      stop()
    }
  }

  close(): void {
    void this.#session?.then(
      (session) => session.close(),
      () => {},
    )
    this.#session = null
  }

  #head(binding: Binding): Omit<MessageHead, 'corrId'> {
    return { flags: flag.REQ, code: binding.code, appProtoId: binding.protocol, tenant: noTenant, cap: this.#cap }
  }

  #connected(): Promise<Session> {
    this.#session ??= connect(this.#url, this.#open, () => {
      this.#session = null
    })
    return this.#session
  }
}

/** Resolves when the socket is open and the node has said its limits. */
function connect(url: string, open: OpenSocket, ended: () => void): Promise<Session> {
  return new Promise((resolve, reject) => {
    const fail = (cause?: unknown) => {
      ended()
      reject(new ConnectionError(`${url} could not be reached`, { cause }))
    }
    open(url, subprotocol).then((socket) => {
      socket.onerror = () => fail()
      socket.onclose = () => fail()
      socket.onopen = () => socket.send(encodeFrame(helloFrame({ ua: 'ron-app-sdk' }, 0n)))
      socket.onmessage = ({ data }) => {
        const [reply] = data instanceof ArrayBuffer ? new FrameParser().push(new Uint8Array(data)).frames : []
        if (reply === undefined) return fail()
        resolve(new Session(socket, readHelloReply(reply.payload), ended))
      }
    }, fail)
  })
}

class Session {
  readonly #socket: Socket
  readonly #limits: PeerLimits
  readonly #parser = new FrameParser()
  readonly #answers: Answers
  readonly #calls = new Map<bigint, OpenCall>()
  #nextId = 1n

  constructor(socket: Socket, limits: PeerLimits, ended: () => void) {
    this.#socket = socket
    this.#limits = limits
    this.#answers = new Answers(limits.inFlightMax)
    socket.onerror = null
    socket.onclose = ({ code, reason }) => {
      ended()
      const cause = new ConnectionError(`the connection closed (${code}${reason === '' ? '' : `, ${reason}`})`)
      for (const call of this.#calls.values()) call.failed(cause)
      this.#calls.clear()
    }
    socket.onmessage = ({ data }) => {
      if (data instanceof ArrayBuffer) this.#receive(new Uint8Array(data))
    }
  }

  /** Sends one request; the returned function gives it up. */
  send(head: Omit<MessageHead, 'corrId'>, fields: Fields, body: Uint8Array, call: OpenCall): () => void {
    const corrId = this.#nextId++
    if (!this.#answers.expect(corrId)) {
      call.failed(new NodeError(busy(this.#limits.inFlightMax)))
      return () => {}
    }
    this.#calls.set(corrId, call)
    const payload = encodeMessage({ fields, body })
    for (const frame of framesOf({ ...head, corrId }, payload, this.#limits)) this.#socket.send(encodeFrame(frame))
    return () => this.#giveUp(corrId)
  }

  close(): void {
    this.#socket.close(1000, 'done')
  }

  #giveUp(corrId: bigint): void {
    if (!this.#calls.delete(corrId)) return
    this.#answers.forget(corrId)
    this.#socket.send(encodeFrame(cancelFrame(corrId, this.#nextId++)))
  }

  #receive(bytes: Uint8Array): void {
    const { frames, fault } = this.#parser.push(bytes)
    for (const frame of frames) {
      const effects = this.#answers.frame(frame)
      const asked = effects.find((effect) => effect.kind === 'acknowledge')
      for (const effect of effects) this.#carryOut(effect, () => this.#acknowledge(asked?.to))
      // What is no event is consumed by having been read.
      if (!effects.some((effect) => effect.kind === 'event')) this.#acknowledge(asked?.to)
    }
    if (fault !== null) this.#socket.close(1007, fault.message)
  }

  #carryOut(effect: AnswerEffect, taken: () => void): void {
    if (effect.kind === 'answer') this.#settle(effect.corrId, effect.message)
    if (effect.kind === 'event') this.#calls.get(effect.corrId)?.event(read(effect.message).fields, taken)
    if (effect.kind === 'broken') this.#fail(effect.corrId, new ConnectionError(effect.reason))
  }

  #settle(corrId: bigint, message: Assembled): void {
    const call = this.#calls.get(corrId)
    this.#calls.delete(corrId)
    const { fields, body } = read(message)
    const { code } = message.head
    if (isRefusalStatus(code)) call?.failed(new NodeError(problemFrom(code, fields)))
    else call?.answered({ fields, body })
  }

  #fail(corrId: bigint, cause: unknown): void {
    this.#calls.get(corrId)?.failed(cause)
    this.#calls.delete(corrId)
  }

  #acknowledge(to: Frame | undefined): void {
    if (to !== undefined) this.#socket.send(encodeFrame(acknowledgement(to)))
  }
}

function read(message: Assembled): Answer {
  const payloads = plainPayloads(message.parts)
  if (payloads === null) throw new ConnectionError('the node compressed an answer, which nobody asked for')
  return decodeMessage(payloads, bodyBytesMax)
}

function busy(inFlightMax: number) {
  return problemFrom(429, {
    type: 'urn:ron:problem:busy',
    title: 'The queue is full',
    status: 429,
    detail: `${inFlightMax} requests are in flight on this connection; wait for an answer`,
    code: 'Busy',
    retryable: true,
    retry_after_ms: 50,
    trace_id: '',
  })
}

function reasonOf(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error('aborted')
}
