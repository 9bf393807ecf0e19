/**
 * What the node remembers of requests: the last refusals, so many of a code in a second that a flood of one does not wash
 * out the others; the last whose clients trace them, so many in a second; and the slowest of each route. And who is told of
 * requests as they end.
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
  readonly traced: RingBounds
  /** Traced requests that are remembered within a second. */
  readonly tracedPerSecond: number
  readonly slowest: SlowestBounds
}

export const memoryBounds: MemoryBounds = {
  refusals: { countMax: 2_048, bytesMax: 2 * 2 ** 20 },
  perSecond: 200,
  traced: { countMax: 512, bytesMax: 2 ** 19 },
  tracedPerSecond: 20,
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
  readonly traced: number
  readonly slowest: number
  readonly slowestReachMs: number
}

const secondMs = 1_000

export class RequestMemory implements RequestObserver {
  readonly #bounds: MemoryBounds
  readonly #clock: Clock
  readonly #refusals: BoundedRing<Remembered>
  readonly #traced: BoundedRing<Remembered>
  readonly #slowest: Slowest
  readonly #listeners = new Set<(request: Remembered) => void>()
  /** Code → how many were remembered in this second. */
  readonly #counts = new Map<RefusalCode, number>()
  #tracedCount = 0
  #secondFromMs = 0
  #passedOver = 0

  constructor(clock: Clock, bounds: MemoryBounds = memoryBounds) {
    this.#bounds = bounds
    this.#clock = clock
    this.#refusals = new BoundedRing(bounds.refusals)
    this.#traced = new BoundedRing(bounds.traced)
    this.#slowest = new Slowest(bounds.slowest, clock.monotonic())
  }

  /** A refusal that comes too many in its second is counted here. */
  wants(route: string, refused: RefusalCode | null, fromMs: number, endMs: number, traced: boolean): boolean {
    const keeps = refused !== null && this.#hasRoom(refused, endMs)
    if (refused !== null && !keeps) this.#passedOver++
    if (keeps || (traced && this.#hasRoomForTraced(endMs))) return true
    return this.#listeners.size > 0 || this.#slowest.wants(route, endMs - fromMs)
  }

  answered(request: AnsweredRequest): boolean {
    const { refusal, route, stages } = request
    const { endMs } = stages
    this.#slowest.turn(endMs)
    const keeps = refusal !== null && this.#hasRoom(refusal.code, endMs)
    if (keeps) this.#counts.set(refusal.code, this.#countOf(refusal.code) + 1)
    const traced = !keeps && request.traced && this.#hasRoomForTraced(endMs)
    if (traced) this.#tracedCount++
    const slow = this.#slowest.wants(route, endMs - stages.fromMs)
    const kept = keeps || traced || slow
    if (!kept && this.#listeners.size === 0) return false
    const remembered = remember(request, this.#clock.now())
    if (keeps) this.#refusals.push(remembered, bytesOf(remembered))
    if (traced) this.#traced.push(remembered, bytesOf(remembered))
    if (slow) this.#slowest.keep(remembered)
    for (const listener of this.#listeners) listener(remembered)
    return kept
  }

  /** The returned function ends it. */
  listen(listener: (request: Remembered) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** All that go by this id, newest first. */
  find(id: string): readonly Remembered[] {
    const known = new Set([...this.#refusals.items(), ...this.#traced.items(), ...this.#slowest.all()])
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
      traced: this.#traced.length,
      slowest: this.#slowest.all().length,
      slowestReachMs: this.#slowest.reachMs(this.#clock.monotonic()),
    }
  }

  #hasRoom(code: RefusalCode, nowMs: number): boolean {
    this.#turnSecond(nowMs)
    return this.#countOf(code) < this.#bounds.perSecond
  }

  #hasRoomForTraced(nowMs: number): boolean {
    this.#turnSecond(nowMs)
    return this.#tracedCount < this.#bounds.tracedPerSecond
  }

  #turnSecond(nowMs: number): void {
    if (nowMs - this.#secondFromMs < secondMs) return
    this.#secondFromMs = nowMs
    this.#counts.clear()
    this.#tracedCount = 0
  }

  #countOf(code: RefusalCode): number {
    return this.#counts.get(code) ?? 0
  }
}
