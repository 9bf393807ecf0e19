/**
 * One connection of the generator: sends bytes that are whole requests, tells their answers, and connects again when
 * the server closes. It knows no clock and no plan.
 */

import { connect, type Socket } from 'node:net'
import type { Answer } from './answers.ts'
import { HttpReader } from './http-reader.ts'
import type { Protocol } from './plan.ts'
import { RespReader } from './resp-reader.ts'

export interface LineEvents {
  /** Connected, and nothing is owed. */
  ready(line: Line): void
  answered(line: Line, answer: Answer): void
  /** The connection ended, with so many requests open. It will be ready again. */
  closed(line: Line, unanswered: number): void
  /** The line cannot go on: what came is no answer, or nobody listens. */
  failed(error: Error): void
}

export interface Address {
  readonly protocol: Protocol
  readonly host: string
  readonly port: number
}

/** After so many attempts in a row nobody is taken to listen. */
const attemptsMax = 50
const attemptEveryMs = 20
/** Read into by all lines in turn: what is read is used up before the next read. */
const buffer = Buffer.alloc(64 * 1024)

export class Line {
  /** Of what is being asked: for whoever asks, who sets it with every send. */
  intendedMs = 0
  readonly #address: Address
  readonly #events: LineEvents
  #socket: Socket
  #unanswered = 0
  #attempts = 0
  #ended = false

  constructor(address: Address, events: LineEvents) {
    this.#address = address
    this.#events = events
    this.#socket = this.#connect()
  }

  get unanswered(): number {
    return this.#unanswered
  }

  /** To be called when it is ready, or when its last answer has come and it did not close. */
  send(bytes: Uint8Array, requests: number): void {
    this.#unanswered = requests
    this.#socket.write(bytes)
  }

  end(): void {
    this.#ended = true
    this.#socket.destroy()
  }

  #connect(): Socket {
    const { protocol, host, port } = this.#address
    const reader = protocol === 'http' ? new HttpReader() : new RespReader()
    const answered = (answer: Answer) => {
      if (this.#unanswered === 0) throw new Error('an answer came that nobody asked for')
      this.#unanswered--
      this.#events.answered(this, answer)
    }
    const callback = (bytes: number) => {
      try {
        reader.push(buffer.subarray(0, bytes), answered)
      } catch (error) {
        this.#fail(error)
      }
      return true
    }
    const socket = connect({ host, port, noDelay: true, onread: { buffer, callback } })
    socket.once('connect', () => {
      this.#attempts = 0
      this.#events.ready(this)
    })
    // What went wrong shows in that it closed.
    socket.on('error', () => {})
    socket.once('close', () => this.#closed())
    return socket
  }

  #closed(): void {
    if (this.#ended) return
    const unanswered = this.#unanswered
    this.#unanswered = 0
    this.#events.closed(this, unanswered)
    this.#attempts++
    if (this.#attempts > attemptsMax) {
      const { host, port } = this.#address
      return this.#fail(new Error(`nobody answers at ${host}:${port}, in ${attemptsMax} attempts`))
    }
    setTimeout(() => {
      if (!this.#ended) this.#socket = this.#connect()
    }, attemptEveryMs)
  }

  #fail(thrown: unknown): void {
    this.end()
    this.#events.failed(thrown instanceof Error ? thrown : new Error(String(thrown)))
  }
}
