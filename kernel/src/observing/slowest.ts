/**
 * The slowest requests of each route, of the present span of time and of the one before. Pure but for what it keeps; time
 * comes with every question.
 */

import type { Remembered } from './remembered.ts'

export interface SlowestBounds {
  readonly perRoute: number
  readonly routesMax: number
  readonly spanMs: number
}

interface Kept {
  readonly ms: number
  readonly request: Remembered
}

export class Slowest {
  readonly #bounds: SlowestBounds
  /** Route → its slowest, slowest first. */
  #now = new Map<string, readonly Kept[]>()
  #before = new Map<string, readonly Kept[]>()
  /** Steady time at which the present span began. */
  #fromMs: number

  constructor(bounds: SlowestBounds, nowMs: number) {
    this.#bounds = bounds
    this.#fromMs = nowMs
  }

  /** How long ago the earliest of what is remembered may have ended. */
  reachMs(nowMs: number): number {
    return nowMs - this.#fromMs + (this.#before.size > 0 ? this.#bounds.spanMs : 0)
  }

  wants(route: string, ms: number): boolean {
    const kept = this.#now.get(route)
    if (kept === undefined) return this.#now.size < this.#bounds.routesMax
    return kept.length < this.#bounds.perRoute || ms > (kept.at(-1)?.ms ?? 0)
  }

  keep(request: Remembered): void {
    const { route } = request
    const ms = request.stages.totalMs
    if (!this.wants(route, ms)) return
    const others = this.#now.get(route) ?? []
    const at = others.findIndex((other) => other.ms < ms)
    const place = at === -1 ? others.length : at
    this.#now.set(route, others.toSpliced(place, 0, { ms, request }).slice(0, this.#bounds.perRoute))
  }

  /** To be called from time to time: what is of a span long past is forgotten. */
  turn(nowMs: number): void {
    if (nowMs - this.#fromMs < this.#bounds.spanMs) return
    this.#before = this.#now
    this.#now = new Map()
    this.#fromMs = nowMs
  }

  /** In no order. */
  all(): readonly Remembered[] {
    return [this.#now, this.#before].flatMap((span) =>
      [...span.values()].flat().map(({ request }) => request),
    )
  }
}
