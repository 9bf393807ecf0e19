/** One request in its service, from its arrival to its answer, and what its handler is handed as its call. */

import type { Call, Caller } from '../contract/contract.ts'
import { Refusal, type RefusalCode } from '../contract/refusals.ts'
import type { Fields, Message } from '../ports/port.ts'
import { eventWindow } from './event-window.ts'
import { arrived, type Serving } from './serving.ts'

/** A handler as this room sees it: plain values in and out, checked at the edge and typed by the contract. */
export type PlainHandler = (request: Readonly<Record<string, unknown>>, call: PlainCall) => unknown

/** `Call` with its type parameters washed out. */
export type PlainCall = Omit<Call<never>, 'emit' | 'refuse'> & {
  readonly emit: (event: Fields) => boolean
  readonly refuse: (code: RefusalCode, message: string, more?: Refusal['more']) => never
}

export type Request = Extract<Message, { kind: 'request' }>

/** The way to the caller, as events take it. */
export interface EventLine {
  /** False when the event was not sent, for the port is full or others go first. */
  event(id: number, fields: Fields): boolean
  /** Resolves when it is worth trying again. */
  retry(): Promise<void>
}

/** Handlers take its functions apart, so each has its own; the signal, which few ask for, is made when asked for. */
export class Taken implements PlainCall {
  readonly request: Request
  readonly caller: Caller
  /** By the monotonic clock. Infinity for a subscription, which lasts. */
  readonly deadlineMs: number
  readonly job: () => Promise<void>
  serving: Serving = arrived
  /** How long its handler worked before it first waited. */
  micros = 0
  /** Why it was aborted; what the caller is told if the handler has nothing better to say. */
  reason: Refusal | null = null
  readonly #line: EventLine
  #abort: AbortController | null = null
  #credit: number
  /** The port, rather than the window, held the last event back. */
  #portFull = false
  #wantingRoom: (() => void)[] = []

  /** `run` is given this request when it has its turn. */
  constructor(request: Request, deadlineMs: number, line: EventLine, run: (taken: Taken) => Promise<void>) {
    this.request = request
    this.caller = request.caller
    this.deadlineMs = deadlineMs
    this.#line = line
    this.#credit = deadlineMs === Number.POSITIVE_INFINITY ? eventWindow : 0
    this.job = () => run(this)
  }

  get signal(): AbortSignal {
    if (this.#abort === null) {
      this.#abort = new AbortController()
      if (this.reason !== null) this.#abort.abort(this.reason)
    }
    return this.#abort.signal
  }

  readonly emit = (fields: Fields): boolean => {
    if (this.#credit === 0 || this.reason !== null) return false
    this.#portFull = !this.#line.event(this.request.id, fields)
    if (this.#portFull) return false
    this.#credit--
    return true
  }

  readonly room = async (): Promise<void> => {
    if (this.#portFull) await this.#line.retry()
    this.#portFull = false
    while (this.#credit === 0 && this.reason === null) {
      await new Promise<void>((resolve) => this.#wantingRoom.push(resolve))
    }
    if (this.reason !== null) throw this.reason
  }

  readonly refuse = (code: RefusalCode, message: string, more?: Refusal['more']): never => {
    throw new Refusal(code, message, more)
  }

  /** The subscriber can take `events` more. */
  credited(events: number): void {
    this.#credit += events
    this.#wake()
  }

  /** Tells the handler to stop, if it cares. */
  stop(): void {
    this.#abort?.abort(this.reason)
    this.#wake()
  }

  /** Its answer is given: nothing is emitted from here on. */
  ended(): void {
    this.#credit = 0
  }

  #wake(): void {
    for (const wanting of this.#wantingRoom.splice(0)) wanting()
  }
}
