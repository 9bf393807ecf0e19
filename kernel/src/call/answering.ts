/**
 * The answering side of a port: takes requests from one caller, runs them through the service's inbox and
 * sends exactly one reply or refusal for each, unless the caller cancelled. A handler that throws what it
 * did not declare has a fault: the caller learns only that, the log gets the stack.
 */

import type { InboxShape } from '../contract/contract.ts'
import { Refusal } from '../contract/refusals.ts'
import type { Clock } from '../ports/clock.ts'
import type { Answer } from '../ports/dispatch.ts'
import type { Message, Port, Value } from '../ports/port.ts'
import type { Log } from '../ports/log.ts'
import { HashTable, hashOfNumber } from '../tables/hash-table.ts'
import { described } from './described.ts'
import type { Inbox } from './inbox.ts'
import { Outbox, retryMs } from './outbox.ts'
import { subscriptionsMax } from './places.ts'
import { serve, type ServingEvent } from './serving.ts'
import { endLate, Sweep } from './sweep.ts'
import { Taken, type EventLine, type PlainHandler, type Request } from './taken.ts'

/** What the thread knows of its contract: names and numbers, not schemas. */
export interface ServiceShape {
  readonly name: string
  readonly inbox: InboxShape
  readonly operations: Readonly<
    Record<string, { readonly subscription: boolean; readonly timeoutMs: number }>
  >
}

export class Answering {
  readonly #shape: ServiceShape
  readonly #handlers: Readonly<Record<string, PlainHandler>>
  readonly #inbox: Inbox
  readonly #clock: Clock
  readonly #log: Log
  readonly #taken = new HashTable<number, Taken>(hashOfNumber)
  /** Holds at most one answer for each of the caller's bounded open calls. */
  readonly #outbox: Outbox
  readonly #line: EventLine
  readonly #sweep: Sweep
  #stopping = false
  #ended = () => {}

  constructor(
    port: Port,
    shape: ServiceShape,
    handlers: Readonly<Record<string, PlainHandler>>,
    inbox: Inbox,
    clock: Clock,
    log: Log,
  ) {
    this.#shape = shape
    this.#handlers = handlers
    this.#inbox = inbox
    this.#clock = clock
    this.#log = log
    this.#outbox = new Outbox(port, clock)
    this.#line = {
      // Answers that wait for the port go first, or a busy subscription would hold them back for good.
      event: (id, fields) => this.#outbox.event(id, fields),
      retry: () => new Promise((resolve) => clock.after(retryMs, resolve)),
    }
    this.#sweep = new Sweep(clock, () => this.#abortLate())
    port.receive((message) => this.#receive(message))
    port.closed(() => this.#end())
  }

  /** Registers the one observer of the caller's end; what it asked for is aborted first. */
  ended(handler: () => void): void {
    this.#ended = handler
  }

  /** Aborts everything taken and refuses what still comes: the service stops. */
  stop(): void {
    this.#stopping = true
    this.#abortAll(new Refusal('Unavailable', `${this.#shape.name} is stopping`))
  }

  #end(): void {
    this.#outbox.close()
    this.#sweep.stop()
    this.#abortAll(new Refusal('Unavailable', 'the caller is gone'))
    this.#ended()
  }

  #receive(message: Message): void {
    if (message.kind === 'request') return this.#take(message)
    const taken = this.#taken.get(message.id)
    if (taken === undefined) return
    if (message.kind === 'cancel') this.#abort(taken, 'cancel', new Refusal('Timeout', 'the caller gave up'))
    if (message.kind === 'credit') taken.credited(message.events)
  }

  #take(request: Request): void {
    const { id, operation: name } = request
    const { inbox, operations } = this.#shape
    const operation = Object.hasOwn(operations, name) ? operations[name] : undefined
    const handler = operation && this.#handlers[name]
    if (operation === undefined || handler === undefined) {
      return this.#refuse(id, new Refusal('BadRequest', `${this.#shape.name} has no operation ${name}`))
    }
    if (this.#stopping) return this.#refuse(id, new Refusal('Unavailable', `${this.#shape.name} is stopping`))

    const { subscription } = operation
    // The deadline counts from the arrival, so it also ends the wait for a turn.
    const deadlineMs = subscription ? Number.POSITIVE_INFINITY : this.#clock.monotonic() + request.timeoutMs
    const taken = new Taken(request, deadlineMs, this.#line, (it) => {
      this.#feed(it, 'turn', null)
      if (subscription) this.#outbox.send({ kind: 'opened', id })
      return this.#run(it, handler)
    })
    this.#taken.set(id, taken)
    // A subscription lasts, so it takes no turn from the calls.
    if (!subscription) this.#sweep.soon()
    if (subscription ? this.#inbox.hold(taken.job) : this.#inbox.offer(taken.job)) return
    this.#forget(taken)
    const most = subscription
      ? `${subscriptionsMax(inbox)} subscriptions open`
      : `${inbox.capacity} requests waiting`
    const message = `${this.#shape.name} has ${most}, its limit; try again shortly`
    this.#refuse(id, new Refusal('Busy', message))
  }

  /** Never rejects. */
  async #run(taken: Taken, handler: PlainHandler): Promise<void> {
    const { id, fields, body } = taken.request
    let outcome: Message
    try {
      const input = body === null ? fields : { ...fields, body }
      const answer = asAnswer(await this.#begin(taken, handler, input))
      outcome = { kind: 'reply', id, micros: taken.micros, ...answer }
    } catch (thrown) {
      outcome = refusalOf(id, this.#refusalFor(taken, thrown), taken.micros)
    }
    this.#feed(taken, 'finished', outcome)
  }

  /** Runs the handler until it ends or first waits: what it does in one go is what others wait for. */
  #begin(taken: Taken, handler: PlainHandler, input: Parameters<PlainHandler>[0]): unknown {
    const fromMs = this.#clock.monotonic()
    try {
      return handler(input, taken)
    } finally {
      taken.micros = Math.round((this.#clock.monotonic() - fromMs) * 1_000)
    }
  }

  /** Carries out what `serve` says. `outcome` is what the handler came to, once it has. */
  #feed(taken: Taken, event: ServingEvent, outcome: Message | null): void {
    const [serving, effects] = serve(taken.serving, event)
    taken.serving = serving
    for (const effect of effects) {
      if (effect === 'abort') taken.stop()
      if (effect === 'withdraw') this.#inbox.withdraw(taken.job)
      if (effect === 'answer' && outcome !== null) this.#answer(taken, outcome)
      if (effect === 'refuse' && taken.reason !== null)
        this.#refuse(taken.request.id, taken.reason, taken.micros)
      if (effect === 'forget') this.#forget(taken)
    }
  }

  /** What cannot cross between threads is a fault of the handler. */
  #answer(taken: Taken, outcome: Message): void {
    try {
      this.#outbox.send(outcome)
    } catch (thrown) {
      this.#refuse(taken.request.id, this.#refusalFor(taken, thrown), taken.micros)
    }
  }

  /** Says whether there is still a deadline to come. */
  #abortLate(): boolean {
    return endLate(this.#taken.entries(), this.#clock.monotonic(), (taken) => {
      const { operation, timeoutMs } = taken.request
      const message = `${this.#shape.name}.${operation} took more than ${timeoutMs} ms`
      this.#abort(taken, 'abort', new Refusal('Timeout', message))
    })
  }

  #abortAll(reason: Refusal): void {
    for (const [, taken] of this.#taken.entries()) this.#abort(taken, 'abort', reason)
  }

  #abort(taken: Taken, event: 'cancel' | 'abort', reason: Refusal): void {
    taken.reason ??= reason
    this.#feed(taken, event, null)
  }

  #forget(taken: Taken): void {
    taken.ended()
    this.#taken.delete(taken.request.id)
  }

  #refusalFor(taken: Taken, thrown: unknown): Refusal {
    if (thrown instanceof Refusal) return thrown
    if (taken.reason !== null) return taken.reason
    const { operation, caller } = taken.request
    const name = `${this.#shape.name}.${operation}`
    this.#log.error('fault', { operation: name, trace_id: caller.traceId, fault: described(thrown) })
    return new Refusal('Fault', `${name} failed; the log has the reason under this trace id`)
  }

  #refuse(id: number, refusal: Refusal, micros = 0): void {
    this.#outbox.send(refusalOf(id, refusal, micros))
  }
}

function refusalOf(id: number, { code, message, more }: Refusal, micros: number): Message {
  return { kind: 'refusal', id, micros, code, message, more }
}

/** A handler's result is an object of fields, with raw bytes under `body` where the contract says so. */
function asAnswer(result: unknown): Answer {
  if (typeof result !== 'object' || result === null) throw new TypeError('a handler returned no object')
  // The compiler held the handler against its contract, whose schemas describe nothing but plain values.
  const { body, ...fields } = result as { body?: Uint8Array | null } & Record<string, Value>
  return { fields, body: body ?? null }
}
