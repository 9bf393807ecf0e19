/** OAP/1 over WebSocket (OAP/1 §5): a binary message carries whole frames; anything else closes with 1007. */

import { Refusal } from '@ron/kernel/contract/refusals'
import { correlate, answerHeaders } from '../http/correlation.ts'
import { problemHeaders, problemStatus, problemText } from '../http/problem.ts'
import { header } from '../listener/headers.ts'
import type { Handshake, Socket } from '../listener/listener.ts'
import { concatBytes } from '../oap/bytes.ts'
import type { HelloReply } from '../oap/hello.ts'
import type { Sealing } from '../session/sealing.ts'
import type { Front } from './front.ts'
import type { OperationTable } from './oap-connection.ts'
import { conversation, type Conversation } from './sealed-conversation.ts'
import type { OapCarrier } from './oap-sender.ts'
import { bearerOf } from './token.ts'

export const subprotocol = 'oap.1'
export const oapPath = '/oap'

/** While more than this waits for a slow peer, nothing further is written to it. */
const bufferedBytesMax = 1024 * 1024
const sweepMs = 1_000
/** RFC 6455 §7.4.1 */
const closing = { goingAway: 1001, protocolError: 1002, notAsAgreed: 1007, notAllowed: 1008 } as const

export class OapSockets {
  readonly #front: Front
  readonly #table: OperationTable
  readonly #hello: HelloReply
  readonly #sealing: Sealing | null
  readonly #open = new Map<Conversation, Socket>()
  #draining = false

  /** `sealing` is null where no sessions are opened. */
  constructor(front: Front, table: OperationTable, hello: HelloReply, sealing: Sealing | null = null) {
    this.#front = front
    this.#table = table
    this.#hello = hello
    this.#sealing = sealing
  }

  /** Requests that wait for an answer on any socket. */
  get inFlight(): number {
    let inFlight = 0
    for (const connection of this.#open.keys()) inFlight += connection.inFlight
    return inFlight
  }

  /** Accepts a WebSocket that speaks OAP/1, or refuses the handshake. */
  handshake(handshake: Handshake): void {
    const refusal = this.#objection(handshake)
    if (refusal !== null) return this.#refuse(handshake, refusal)
    const socket = handshake.accept(handshake.protocols.length === 0 ? null : subprotocol)
    if (socket !== null) this.#converse(socket, bearerOf(handshake))
  }

  /** Ends subscriptions, and every socket as soon as its last answer is out. */
  drain(): void {
    this.#draining = true
    for (const [connection, socket] of this.#open) {
      connection.endSubscriptions()
      void connection.settled().then(() => socket.close(closing.goingAway, 'the node is shutting down'))
    }
  }

  #objection({ fault, protocols }: Handshake): Refusal | null {
    if (fault !== null) return fault
    if (this.#draining) return new Refusal('Draining', 'the node is shutting down')
    if (protocols.length > 0 && !protocols.includes(subprotocol)) {
      return new Refusal('BadRequest', `the subprotocol here is ${subprotocol}`)
    }
    return null
  }

  #refuse(handshake: Handshake, refusal: Refusal): void {
    const correlation = correlate((name) => header(handshake.headers, name) ?? null, this.#front.traceIds)
    const body = Buffer.from(problemText(refusal, correlation.traceId))
    handshake.respond(problemStatus(refusal), answerHeaders(correlation).and(problemHeaders(refusal)), body)
  }

  #converse(socket: Socket, token: string | null): void {
    const room = new Room(socket)
    const carrier: OapCarrier = {
      peer: socket.peer,
      client: socket.client,
      token,
      correlation: null,
      lasting: true,
      send: (...frame) => socket.send(concatBytes(frame)) !== 'dropped',
      room: () => room.wait(),
      close: (reason) => socket.close(closing.protocolError, reason),
      revoked: (reason) => socket.close(closing.notAllowed, reason),
    }
    const connection = conversation(this.#front, this.#table, this.#hello, carrier, this.#sealing)
    this.#open.set(connection, socket)
    let cancelSweep = () => {}
    const sweep = () => {
      cancelSweep = this.#front.clock.after(sweepMs, () => {
        connection.sweep()
        sweep()
      })
    }
    sweep()
    socket.onMessage((bytes, isBinary) => {
      if (!isBinary) return socket.close(closing.notAsAgreed, 'OAP/1 frames come in binary messages')
      if (!connection.push(bytes)) socket.close(closing.notAsAgreed, 'a message must carry whole frames')
    })
    socket.onClose(() => {
      this.#open.delete(connection)
      cancelSweep()
      room.end()
      connection.end()
    })
    socket.onDrain(() => room.open())
  }
}

/** Waiting for a peer that is slower than we are. */
class Room {
  readonly #socket: Socket
  #waiting: (() => void)[] = []
  #ended = false

  constructor(socket: Socket) {
    this.#socket = socket
  }

  /** Null when there is nothing to wait for. */
  wait(): Promise<void> | null {
    if (this.#ended || this.#socket.bufferedBytes <= bufferedBytesMax) return null
    return new Promise<void>((resolve) => this.#waiting.push(resolve))
  }

  open(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const resolve of waiting) resolve()
  }

  end(): void {
    this.#ended = true
    this.open()
  }
}
