/**
 * Remembers what was sent within a window, so that a sender may repeat itself. A remembered send is part of
 * the promise its acknowledgement made, so a full table takes no new ones instead of forgetting an old one
 * early. The window is one span for all, so the oldest entry is always the first to go.
 */

import type { Clock } from '@ron/kernel/ports/clock'
import type { Budget } from '../bounds/budget.ts'
import { Fifo } from '../bounds/fifo.ts'
import { Alarm } from './alarm.ts'

interface Entry {
  readonly key: string
  readonly id: string
  readonly until: number
}

/** Old entries dropped at one ring of the alarm; the rest at the next, so no ring is a long pause. */
const sweepMax = 1024

export class Dedupe {
  readonly #clock: Clock
  readonly #windowMs: number
  readonly #budget: Budget
  readonly #entries = new Map<string, Entry>()
  readonly #line = new Fifo<Entry>()
  readonly #alarm: Alarm

  constructor(clock: Clock, windowMs: number, budget: Budget) {
    this.#clock = clock
    this.#windowMs = windowMs
    this.#budget = budget
    this.#alarm = new Alarm(clock, () => this.#sweep())
  }

  /** The id of the message sent under this key within the window. */
  find(key: string): string | undefined {
    const entry = this.#entries.get(key)
    return entry !== undefined && entry.until > this.#clock.monotonic() ? entry.id : undefined
  }

  /** False when the table is full; then nothing was remembered. */
  remember(key: string, id: string): boolean {
    if (!this.#budget.take(1)) return false
    const entry = { key, id, until: this.#clock.monotonic() + this.#windowMs }
    this.#entries.set(key, entry)
    this.#line.push(entry)
    this.#alarm.set(entry.until)
    return true
  }

  /** How long until the oldest entry goes. */
  roomInMs(): number {
    const nowMs = this.#clock.monotonic()
    return Math.ceil(Math.max(0, (this.#line.peek()?.until ?? nowMs) - nowMs))
  }

  clear(): void {
    while (this.#line.size > 0) this.#drop()
    this.#alarm.stop()
  }

  #sweep(): void {
    const nowMs = this.#clock.monotonic()
    for (let swept = 0; swept < sweepMax; swept++) {
      const oldest = this.#line.peek()
      if (oldest === undefined || oldest.until > nowMs) break
      this.#drop()
    }
    this.#alarm.set(this.#line.peek()?.until ?? Infinity)
  }

  #drop(): void {
    const entry = this.#line.shift()
    if (entry === undefined) return
    this.#budget.give(1)
    // The key may have been sent again since its window ended; that entry stays.
    if (this.#entries.get(entry.key) === entry) this.#entries.delete(entry.key)
  }
}
