/**
 * What the node remembers of requests: the last refusals, so many of a code in a second that a flood of one does not wash
 * out the others, and the slowest of each route. And who is told of requests as they end.
 */

import type { RefusalCode } from '../contract/refusals.ts'
import type { Clock } from '../ports/clock.ts'
import type { AnsweredRequest, RequestObserver } from '../ports/requests.ts'
import { BoundedRing, type RingBounds } from './bounded-ring.ts'
import { bytesOf, remember, type Remembered } from './remembered.ts'
import { Slowest, type SlowestBounds } from './slowest.ts'

export interface MemoryBounds {
  readonly refusals: RingBounds
  /** Refusals of one code that are remembered within a second. */
  readonly perSecond: number
  readonly slowest: SlowestBounds
}

export const memoryBounds: MemoryBounds = {
  refusals: { countMax: 2_048, bytesMax: 2 * 2 ** 20 },
  perSecond: 200,
  slowest: { perRoute: 8, routesMax: 128, spanMs: 300_000 },
}

/** How far a memory reaches, for whoever did not find what they looked for. */
export interface Reach {
  readonly refusals: number
  readonly refusalsMax: number
  /** Of the oldest refusal; null without any. */
  readonly oldestAtMs: number | null
  /** Refusals that came too many in a second. */
  readonly passedOver: number
  readonly slowest: number
  readonly slowestReachMs: number
}

const secondMs = 1_000

export class RequestMemory implements RequestObserver {
  readonly #bounds: MemoryBounds
  readonly #clock: Clock
  readonly #refusals: BoundedRing<Remembered>
  readonly #slowest: Slowest
  readonly #listeners = new Set<(request: Remembered) => void>()
  /** Code → how many were remembered in this second. */
  readonly #counts = new Map<RefusalCode, number>()
  #secondFromMs = 0
  #passedOver = 0

  constructor(clock: Clock, bounds: MemoryBounds = memoryBounds) {
    this.#bounds = bounds
    this.#clock = clock
    this.#refusals = new BoundedRing(bounds.refusals)
    this.#slowest = new Slowest(bounds.slowest, clock.monotonic())
  }

  /** A refusal that comes too many in its second is counted here. */
  wants(route: string, refused: RefusalCode | null, fromMs: number, endMs: number): boolean {
    const keeps = refused !== null && this.#hasRoom(refused, endMs)
    if (refused !== null && !keeps) this.#passedOver++
    return keeps || this.#listeners.size > 0 || this.#slowest.wants(route, endMs - fromMs)
  }

  answered(request: AnsweredRequest): void {
    const { refusal, route, stages } = request
    const { endMs } = stages
    this.#slowest.turn(endMs)
    const keeps = refusal !== null && this.#hasRoom(refusal.code, endMs)
    if (keeps) this.#counts.set(refusal.code, this.#countOf(refusal.code) + 1)
    const slow = this.#slowest.wants(route, endMs - stages.fromMs)
    if (!keeps && !slow && this.#listeners.size === 0) return
    const remembered = remember(request, this.#clock.now())
    if (keeps) this.#refusals.push(remembered, bytesOf(remembered))
    if (slow) this.#slowest.keep(remembered)
    for (const listener of this.#listeners) listener(remembered)
  }

  /** The returned function ends it. */
  listen(listener: (request: Remembered) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** All that go by this id, newest first. */
  find(id: string): readonly Remembered[] {
    const known = new Set([...this.#refusals.items(), ...this.#slowest.all()])
    return [...known]
      .filter(({ requestId, correlationId, traceId }) => [requestId, correlationId, traceId].includes(id))
      .toSorted((a, b) => b.atMs - a.atMs)
  }

  /** To be called from time to time: what is of long ago is forgotten, also while no request is worth to be remembered. */
  turn(): void {
    this.#slowest.turn(this.#clock.monotonic())
  }

  /** Oldest first. */
  refusals(): readonly Remembered[] {
    return this.#refusals.items()
  }

  reach(): Reach {
    const items = this.#refusals.items()
    return {
      refusals: items.length,
      refusalsMax: this.#bounds.refusals.countMax,
      oldestAtMs: items[0]?.atMs ?? null,
      passedOver: this.#passedOver,
      slowest: this.#slowest.all().length,
      slowestReachMs: this.#slowest.reachMs(this.#clock.monotonic()),
    }
  }

  #hasRoom(code: RefusalCode, nowMs: number): boolean {
    if (nowMs - this.#secondFromMs >= secondMs) {
      this.#secondFromMs = nowMs
      this.#counts.clear()
    }
    return this.#countOf(code) < this.#bounds.perSecond
  }

  #countOf(code: RefusalCode): number {
    return this.#counts.get(code) ?? 0
  }
}
