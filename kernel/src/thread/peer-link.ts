/**
 * A line to a service, and the breaker in it. The kernel hands over a new port whenever the service has been
 * restarted; between two ports the breaker is open: every call is refused with Unavailable at once, and told
 * when to come back.
 */

import type { ServiceShape } from '../call/answering.ts'
import { OpenCalls, type CallTarget, type CallWatch } from '../call/open-calls.ts'
import { subscriptionsMax } from '../call/places.ts'
import { Refusal } from '../contract/refusals.ts'
import type { Clock } from '../ports/clock.ts'
import type { Answer, DispatchOptions } from '../ports/dispatch.ts'
import type { Fields, Port, Value } from '../ports/port.ts'

type PlainMethod = (request: Readonly<Record<string, unknown>>, options: DispatchOptions) => Promise<unknown>

interface Absence {
  readonly because: string
  readonly untilMs: number
}

export class PeerLink {
  readonly #shape: ServiceShape
  readonly #clock: Clock
  readonly #watch: CallWatch | undefined
  readonly #targets: ReadonlyMap<string, CallTarget>
  #calls: OpenCalls | null = null
  /** What callers are told while there is no port. */
  #absence: Absence

  constructor(shape: ServiceShape, clock: Clock, watch?: CallWatch) {
    this.#shape = shape
    this.#watch = watch
    this.#clock = clock
    this.#targets = new Map(
      Object.entries(shape.operations).map(([operation, its]) => [
        operation,
        { service: shape.name, operation, ...its },
      ]),
    )
    this.#absence = { because: `${shape.name} is not running yet`, untilMs: 0 }
  }

  /** Replaces the port; what was open on the one before fails with Unavailable. */
  connect(port: Port): void {
    this.#calls?.end(`${this.#shape.name} was restarted`)
    // As many as the inbox would take from a single caller; with several, the inbox itself is the judge.
    const { inbox } = this.#shape
    const callsMax = inbox.capacity + inbox.concurrency
    this.#calls = new OpenCalls(port, this.#clock, callsMax, subscriptionsMax(inbox), this.#watch)
  }

  /** One method per operation, the `Client` of the contract with its types washed out. */
  get client(): Readonly<Record<string, PlainMethod>> {
    return Object.fromEntries(
      [...this.#targets.keys()].map((name) => [
        name,
        async (request, options) => {
          const { body = null, ...fields } = request as { body?: Uint8Array } & Record<string, Value>
          const answer = await this.call(name, fields, body, options)
          return answer.body === null ? answer.fields : { ...answer.fields, body: answer.body }
        },
      ]),
    )
  }

  call(
    operation: string,
    fields: Fields,
    body: Uint8Array | null,
    options: DispatchOptions,
  ): Promise<Answer> {
    const target = this.#targets.get(operation)
    if (target === undefined) {
      return Promise.reject(new Refusal('BadRequest', `${this.#shape.name} has no operation ${operation}`))
    }
    if (this.#calls === null) return Promise.reject(this.#unavailable())
    return this.#calls.call(target, fields, body, options)
  }

  /** Calls asked and not answered. */
  get open(): number {
    return this.#calls?.size ?? 0
  }

  /**
   * Fails what is open and closes the port; the next `connect` makes the line whole again. `retryInMs` is when
   * the service will be tried again, as far as that is known; cutting again tells callers something new.
   */
  cut(because: string, retryInMs = 0): void {
    this.#absence = { because, untilMs: this.#clock.monotonic() + retryInMs }
    this.#calls?.end(because)
    this.#calls = null
  }

  /** Without a known end it is what the catalogue says. */
  #unavailable(): Refusal {
    const { because, untilMs } = this.#absence
    const leftMs = untilMs - this.#clock.monotonic()
    return new Refusal('Unavailable', because, leftMs > 0 ? { retryAfterMs: leftMs } : {})
  }
}
