/**
 * The kernel's line to a service, shared out among tenants. As long as the service keeps up, a request goes straight on.
 * When as much is on its way as the service works off in a moment, requests wait here, those of each tenant in a line of
 * their own, and deficit round-robin says whose is next. Subscriptions last, and take no turn from anybody.
 */

import type { ServiceShape } from '../call/answering.ts'
import { Sweep, sweepMs } from '../call/sweep.ts'
import { Refusal } from '../contract/refusals.ts'
import type { Clock } from '../ports/clock.ts'
import type { Answer, CallSignal, DispatchOptions } from '../ports/dispatch.ts'
import type { Fields, Port } from '../ports/port.ts'
import type { TenantLedger } from '../ports/tenants.ts'
import { PeerLink } from '../thread/peer-link.ts'
import { Costs } from './costs.ts'
import { joined, left, nextTurn, reached, waitingIn, type Bounds, type Lines, type Terms } from './drr.ts'
import { Window } from './window.ts'

/** Work on its way to a service: enough that it does not run dry, and little enough that a turn comes soon. */
const windowMicros = 2_000
const quantumMicros = 500
/** Answers that come closer to each other than that come in one look at the port. */
const lookMsMin = 0.5
/** A body inside the ring takes room there: so many bytes count as a microsecond. */
const bytesPerMicro = 64
const besideBytesMin = 16 * 1024

interface Waiting {
  readonly operation: string
  readonly fields: Fields
  readonly body: Uint8Array | null
  readonly options: DispatchOptions
  readonly deadlineMs: number
  readonly resolve: (answer: Answer | Promise<Answer>) => void
  readonly reject: (refusal: Refusal) => void
  readonly stopListening: () => void
}

export class FairLine {
  readonly #shape: ServiceShape
  readonly #clock: Clock
  readonly #ledger: TenantLedger
  readonly #link: PeerLink
  readonly #window: Window
  readonly #costs = new Costs()
  readonly #bounds: Bounds
  readonly #busy: Readonly<Record<'tenant' | 'all', Refusal>>
  readonly #terms: Terms
  readonly #sweep: Sweep
  #lines: Lines = []
  readonly #waiting = new Map<string, Waiting[]>()
  /** Of the request that is being sent. */
  #share = 0
  /** When answers were last looked at, or the first began to wait. */
  #lookedAtMs = 0

  constructor(shape: ServiceShape, clock: Clock, ledger: TenantLedger) {
    this.#shape = shape
    this.#clock = clock
    this.#ledger = ledger
    const { capacity, concurrency } = shape.inbox
    this.#window = new Window(windowMicros, capacity + concurrency)
    this.#bounds = { ofTenantMax: Math.ceil(capacity / 2), inAllMax: capacity }
    this.#busy = busy(shape.name, this.#bounds)
    this.#terms = {
      costOf: (tenant) => this.#costs.of(tenant),
      weightOf: (tenant) => ledger.weightOf(tenant),
      quantum: quantumMicros,
    }
    this.#sweep = new Sweep(clock, () => this.#look())
    this.#link = new PeerLink(shape, clock, {
      sent: (id) => this.#window.sent(id, this.#share, clock.monotonic()),
      answered: (id, tenant, micros) => this.#answered(id, tenant, micros),
    })
  }

  /** Calls asked and not answered, those that wait here among them. */
  get open(): number {
    return this.#link.open + this.waiting
  }

  get waiting(): number {
    return waitingIn(this.#lines)
  }

  /** Requests of each tenant that wait. */
  get lines(): Lines {
    return this.#lines
  }

  /** Replaces the port; what was open on the one before fails with Unavailable. */
  connect(port: Port): void {
    this.#window.reset()
    this.#link.connect(port)
    this.#pump()
  }

  /** Fails what is open and what waits, until the next `connect`. */
  cut(because: string, retryInMs = 0): void {
    this.#link.cut(because, retryInMs)
    this.#window.reset()
    this.#pump()
  }

  /** The refusal of a request of this tenant that would find no room to wait; null while there is room. */
  full(operation: string, tenant: string): Refusal | null {
    if (this.#lines.length === 0 || this.#lasts(operation)) return null
    const bound = reached(this.#lines, tenant, this.#bounds)
    return bound === null ? null : this.#busy[bound]
  }

  call(
    operation: string,
    fields: Fields,
    body: Uint8Array | null,
    options: DispatchOptions,
  ): Promise<Answer> {
    if (this.#lasts(operation) || (this.#lines.length === 0 && this.#hasRoom()))
      return this.#send(operation, fields, body, options)
    return this.#wait(operation, fields, body, options)
  }

  #lasts(operation: string): boolean {
    return this.#shape.operations[operation]?.subscription === true
  }

  /** Of what waits in the service by itself, much may have been sent and little answered since. */
  #hasRoom(): boolean {
    if (!this.#window.isFull) return true
    this.#window.expire(this.#clock.monotonic() - sweepMs)
    return !this.#window.isFull
  }

  #send(
    operation: string,
    fields: Fields,
    body: Uint8Array | null,
    options: DispatchOptions,
  ): Promise<Answer> {
    const cost = this.#costs.of(options.caller.tenant)
    const inside = body !== null && body.length < besideBytesMin ? body.length / bytesPerMicro : 0
    this.#share = Math.max(cost, inside)
    return this.#link.call(operation, fields, body, options)
  }

  #wait(
    operation: string,
    fields: Fields,
    body: Uint8Array | null,
    options: DispatchOptions,
  ): Promise<Answer> {
    const { tenant } = options.caller
    const bound = reached(this.#lines, tenant, this.#bounds)
    if (bound !== null) return Promise.reject(this.#busy[bound])
    if (this.#lines.length === 0) this.#lookedAtMs = this.#clock.monotonic()
    this.#lines = joined(this.#lines, tenant)
    this.#sweep.soon()
    const ownMs = this.#shape.operations[operation]?.timeoutMs ?? 0
    const deadlineMs = this.#clock.monotonic() + Math.min(options.timeoutMs ?? ownMs, ownMs)
    return new Promise<Answer>((resolve, reject) => {
      const waiting: Waiting = {
        ...{ operation, fields, body, options, deadlineMs, resolve, reject },
        stopListening: listen(options.signal, () => this.#giveUp(waiting, 'the caller gave up')),
      }
      const line = this.#waiting.get(tenant)
      if (line === undefined) this.#waiting.set(tenant, [waiting])
      else line.push(waiting)
    })
  }

  /** Whose turn it is, as long as there is room for more. */
  #pump(): void {
    while (this.#lines.length > 0 && !this.#window.isFull) {
      const next = nextTurn(this.#lines, this.#terms)
      const line = next === null ? undefined : this.#waiting.get(next.tenant)
      const waiting = line?.shift()
      if (next === null || line === undefined || waiting === undefined) return
      this.#lines = next.lines
      if (line.length === 0) this.#waiting.delete(next.tenant)
      const { operation, fields, body, options, deadlineMs, resolve, stopListening } = waiting
      stopListening()
      const timeoutMs = Math.max(1, deadlineMs - this.#clock.monotonic())
      resolve(this.#send(operation, fields, body, { ...options, timeoutMs }))
    }
  }

  #answered(id: number, tenant: string, micros: number): void {
    if (this.#lines.length > 0) this.#lookAtAnswers()
    this.#window.answered(id)
    this.#costs.observed(tenant, micros)
    this.#ledger.worked(tenant, micros)
    if (this.#lines.length === 0) return
    for (const line of this.#lines) {
      if (line.tenant !== tenant) this.#ledger.delayed(tenant, line.tenant, micros)
    }
    this.#pump()
  }

  #lookAtAnswers(): void {
    const nowMs = this.#clock.monotonic()
    const apartMs = nowMs - this.#lookedAtMs
    if (apartMs < lookMsMin) return
    this.#lookedAtMs = nowMs
    this.#window.looked(apartMs * 1_000)
  }

  /** Ends what waited too long, and lets go of what waits in the service by itself. Says whether to look again. */
  #look(): boolean {
    const nowMs = this.#clock.monotonic()
    this.#window.expire(nowMs - sweepMs)
    for (const line of [...this.#waiting.values()]) {
      for (const waiting of line.filter(({ deadlineMs }) => !(nowMs < deadlineMs)))
        this.#giveUp(waiting, `it waited for its turn until its time was over`)
    }
    this.#pump()
    return this.#lines.length > 0
  }

  #giveUp(waiting: Waiting, because: string): void {
    const { tenant } = waiting.options.caller
    const line = this.#waiting.get(tenant) ?? []
    const at = line.indexOf(waiting)
    if (at < 0) return
    line.splice(at, 1)
    if (line.length === 0) this.#waiting.delete(tenant)
    this.#lines = left(this.#lines, tenant)
    waiting.stopListening()
    waiting.reject(new Refusal('Timeout', `${this.#shape.name}.${waiting.operation}: ${because}`))
  }
}

/** Refusals by the bound that was reached: under overload they are what is answered most. */
function busy(service: string, { ofTenantMax, inAllMax }: Bounds): Record<'tenant' | 'all', Refusal> {
  const refusal = (most: string) =>
    new Refusal('Busy', `${most} wait for ${service}, its limit; try again shortly`, { lasting: true })
  return { tenant: refusal(`${ofTenantMax} requests of this tenant`), all: refusal(`${inAllMax} requests`) }
}

/** The returned function takes the listener off again. */
function listen(signal: CallSignal | undefined, giveUp: () => void): () => void {
  if (signal === undefined) return () => {}
  signal.addEventListener('abort', giveUp)
  return () => signal.removeEventListener('abort', giveUp)
}
