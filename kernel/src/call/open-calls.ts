/**
 * The calling side of a port: what has been asked and not yet answered. Every call has a deadline and a
 * place in a bounded table, and ends exactly once: by its answer, its deadline, its caller or the port.
 */

import { setMaxListeners } from 'node:events'
import type { Caller } from '../contract/contract.ts'
import { Refusal } from '../contract/refusals.ts'
import type { Clock } from '../ports/clock.ts'
import type { Answer, CallSignal, DispatchOptions } from '../ports/dispatch.ts'
import type { Fields, Message, Port } from '../ports/port.ts'
import { HashTable, hashOfNumber } from '../tables/hash-table.ts'
import { eventWindow, placesToReturn } from './event-window.ts'
import { mayAsk, tellsService, type CallEnd } from './places.ts'
import { endLate, Sweep } from './sweep.ts'

export interface CallTarget {
  /** Named in messages to people. */
  readonly service: string
  readonly operation: string
  readonly subscription: boolean
  readonly timeoutMs: number
}

/** Told of every call that is no subscription, by its number on the port: each is one more than the one before. */
export interface CallWatch {
  sent(id: number): void
  /** The service worked for it so long. Calls that end otherwise are not told of. */
  answered(id: number, tenant: string, micros: number): void
}

const nobody: CallWatch = { sent() {}, answered() {} }

interface OpenCall {
  readonly target: CallTarget
  readonly tenant: string
  readonly resolve: (answer: Answer) => void
  readonly reject: (refusal: Refusal) => void
  readonly stopListening: (() => void) | null
  readonly onEvent: ((fields: Fields) => void | Promise<void>) | undefined
  /** Infinity once a subscription has been taken up. */
  deadlineMs: number
  /** Events are consumed in order and one at a time; this is the end of the last. Null when all are consumed. */
  consuming: Promise<void> | null
  consumed: number
}

export class OpenCalls {
  readonly #port: Port
  readonly #clock: Clock
  readonly #callsMax: number
  readonly #subscriptionsMax: number
  readonly #open = new HashTable<number, OpenCall>(hashOfNumber)
  /** Cancels and credits that found the port full. At most one of either per call; nothing is asked before them. */
  readonly #owed = new Map<string, Message>()
  readonly #sweep: Sweep
  readonly #watch: CallWatch
  #subscriptions = 0
  /** 2^53 calls on one port take centuries, so an id never comes round. */
  #nextId = 1
  #ended = false

  constructor(
    port: Port,
    clock: Clock,
    callsMax: number,
    subscriptionsMax: number,
    watch: CallWatch = nobody,
  ) {
    this.#port = port
    this.#watch = watch
    this.#clock = clock
    this.#callsMax = callsMax
    this.#subscriptionsMax = subscriptionsMax
    this.#sweep = new Sweep(clock, () => this.#closeLate())
    port.receive((message) => this.#receive(message))
    port.closed(() => this.end('the service stopped'))
  }

  /** Calls that wait for an answer. Subscriptions, which last, are not among them. */
  get size(): number {
    return this.#open.size - this.#subscriptions
  }

  /**
   * Resolves with the answer, or rejects with a `Refusal`: the service's own, or Busy, Timeout, Unavailable.
   * A request that cannot cross between threads is a fault of the caller and rejects with what the port threw.
   */
  call(
    target: CallTarget,
    fields: Fields,
    body: Uint8Array | null,
    options: DispatchOptions,
  ): Promise<Answer> {
    const { service, operation } = target
    if (this.#ended) return rejected('Unavailable', `${service} is not running; it is being restarted`)
    if (options.signal?.aborted) return rejected('Timeout', `${service}.${operation}: the caller gave up`)
    const [open, max, kind] = target.subscription
      ? [this.#subscriptions, this.#subscriptionsMax, 'subscriptions']
      : [this.size, this.#callsMax, 'requests']
    if (!mayAsk(open, max)) {
      return rejected('Busy', `${service} has ${max} ${kind} open, its limit; try again shortly`)
    }
    return new Promise<Answer>((resolve, reject) => {
      const id = this.#nextId
      const timeoutMs = Math.min(options.timeoutMs ?? target.timeoutMs, target.timeoutMs)
      if (
        !this.#payOwed() ||
        !this.#port.send(request(id, target, fields, body, options.caller, timeoutMs))
      ) {
        return reject(new Refusal('Busy', `the channel to ${service} is full; try again shortly`))
      }
      this.#nextId++
      this.#open.set(id, {
        target,
        tenant: options.caller.tenant,
        resolve,
        reject,
        stopListening: options.signal === undefined ? null : this.#listen(id, target, options.signal),
        onEvent: options.onEvent,
        deadlineMs: this.#clock.monotonic() + timeoutMs,
        consuming: null,
        consumed: 0,
      })
      if (target.subscription) this.#subscriptions++
      else this.#watch.sent(id)
      this.#sweep.soon()
    })
  }

  /** Fails every open call with Unavailable and closes the port. Nobody is left waiting for a service that is gone. */
  end(because: string): void {
    this.#ended = true
    for (const [id] of this.#open.entries()) this.#close(id, new Refusal('Unavailable', because), 'port')
    this.#owed.clear()
    this.#sweep.stop()
    this.#port.close()
  }

  #receive(message: Message): void {
    if (message.kind === 'event') {
      this.#consume(message.id, message.fields)
      for (const id of message.also) this.#consume(id, message.fields)
      return
    }
    const call = this.#open.get(message.id)
    if (call === undefined) return
    if (message.kind === 'opened') call.deadlineMs = Number.POSITIVE_INFINITY
    if (message.kind === 'reply' || message.kind === 'refusal') this.#spent(call, message)
    if (message.kind === 'reply')
      this.#answered(message.id, call, { fields: message.fields, body: message.body })
    if (message.kind === 'refusal') {
      this.#answered(message.id, call, new Refusal(message.code, message.message, message.more))
    }
  }

  #spent(
    { target, tenant }: OpenCall,
    { id, micros }: { readonly id: number; readonly micros: number },
  ): void {
    if (!target.subscription) this.#watch.answered(id, tenant, micros)
  }

  /** An answer follows the events before it, so it is handed over when they are consumed. */
  #answered(id: number, call: OpenCall, outcome: Answer | Refusal): void {
    if (call.consuming === null) this.#close(id, outcome, 'answer')
    else call.consuming = call.consuming.then(() => this.#close(id, outcome, 'answer'))
  }

  /** Hands one event over after the previous ones: at once, when they are consumed. */
  #consume(id: number, fields: Fields): void {
    const call = this.#open.get(id)
    if (call === undefined) return
    const end =
      call.consuming === null
        ? this.#handOver(id, call, fields)
        : call.consuming.then(() => this.#handOver(id, call, fields))
    if (end === undefined) return
    call.consuming = end
    void end.then(() => {
      if (call.consuming === end) call.consuming = null
    })
  }

  /** Resolves when the event is consumed, undefined when it is already. */
  #handOver(id: number, call: OpenCall, fields: Fields): Promise<void> | undefined {
    if (this.#open.get(id) === undefined) return undefined
    try {
      const consuming = call.onEvent?.(fields)
      if (consuming === undefined) return this.#consumed(id, call)
      return consuming.then(
        () => this.#consumed(id, call),
        (cause: unknown) => this.#receiverFailed(id, call, cause),
      )
    } catch (cause) {
      return this.#receiverFailed(id, call, cause)
    }
  }

  /** Returns the places in the window that are due. */
  #consumed(id: number, call: OpenCall): undefined {
    call.consumed++
    const places = placesToReturn(call.consumed, eventWindow)
    if (places === 0 || this.#open.get(id) === undefined) return
    call.consumed = 0
    this.#owe(`credit ${id}`, { kind: 'credit', id, events: places })
  }

  #receiverFailed(id: number, { target }: OpenCall, cause: unknown): undefined {
    const message = `the receiver of events of ${target.service}.${target.operation} failed`
    this.#close(id, new Refusal('Fault', message, {}, { cause }), 'receiver-failed')
  }

  #close(id: number, outcome: Answer | Refusal, end: CallEnd): void {
    const call = this.#open.get(id)
    if (call === undefined) return
    this.#open.delete(id)
    if (call.target.subscription) this.#subscriptions--
    this.#owed.delete(`credit ${id}`)
    if (tellsService(end)) this.#owe(`cancel ${id}`, { kind: 'cancel', id })
    call.stopListening?.()
    if (outcome instanceof Refusal) call.reject(outcome)
    else call.resolve(outcome)
  }

  /** The returned function takes the listener off again, so many calls on one signal leave nothing behind. */
  #listen(id: number, { service, operation }: CallTarget, signal: CallSignal): () => void {
    const giveUp = () =>
      this.#close(id, new Refusal('Timeout', `${service}.${operation}: the caller gave up`), 'given-up')
    if (signal instanceof EventTarget) setMaxListeners(0, signal)
    signal.addEventListener('abort', giveUp)
    return () => signal.removeEventListener('abort', giveUp)
  }

  /** Sends now if there is room, else soon; what is owed for the same reason adds up. */
  #owe(key: string, message: Message): void {
    const before = this.#owed.get(key)
    const addsUp = before?.kind === 'credit' && message.kind === 'credit'
    this.#owed.set(key, addsUp ? { ...message, events: before.events + message.events } : message)
    if (!this.#payOwed()) this.#sweep.soon()
  }

  /** Sends what is owed, in order. False when the port is full before all of it is sent. */
  #payOwed(): boolean {
    for (const [key, message] of this.#owed) {
      if (!this.#port.send(message)) return false
      this.#owed.delete(key)
    }
    return true
  }

  /** Also tries again what is owed. Says whether there is more to do. */
  #closeLate(): boolean {
    const waiting = endLate(this.#open.entries(), this.#clock.monotonic(), ({ target }, id) => {
      const message = `${target.service}.${target.operation} did not answer in time`
      this.#close(id, new Refusal('Timeout', message), 'deadline')
    })
    return !this.#payOwed() || waiting
  }
}

function request(
  id: number,
  target: CallTarget,
  fields: Fields,
  body: Uint8Array | null,
  caller: Caller,
  timeoutMs: number,
): Message {
  return { kind: 'request', id, operation: target.operation, fields, body, caller, timeoutMs }
}

function rejected(code: 'Busy' | 'Unavailable' | 'Timeout', message: string): Promise<never> {
  return Promise.reject(new Refusal(code, message))
}
