/**
 * A clock for tests and the simulator: time stands still until `advance` moves it, and tasks that fall due
 * run on the way, in order of time and then of setting. Nothing here waits.
 */

import type { Clock } from '../ports/clock.ts'

interface Task {
  readonly atMs: number
  readonly run: () => void
}

/** A task that sets itself again without delay would hold `advance` for ever. */
const tasksMax = 100_000

export class ManualClock implements Clock {
  #epochMs: number
  #elapsedMs = 0
  #tasks: readonly Task[] = []

  /** `epochMs` is what `now` says before any time has passed. */
  constructor(epochMs = 0) {
    this.#epochMs = epochMs
  }

  now(): number {
    return this.#epochMs + this.#elapsedMs
  }

  monotonic(): number {
    return this.#elapsedMs
  }

  after(ms: number, run: () => void): () => void {
    const task = { atMs: this.#elapsedMs + Math.max(0, ms), run }
    this.#tasks = [...this.#tasks, task]
    return () => {
      this.#tasks = this.#tasks.filter((other) => other !== task)
    }
  }

  /** Tasks set and neither run nor cancelled: what a test for leaked timers counts. */
  get pending(): number {
    return this.#tasks.length
  }

  /** Sets the wall clock by so much, as an operator or a time server does; nothing else notices. */
  jump(ms: number): void {
    this.#epochMs += ms
  }

  advance(ms: number): void {
    const untilMs = this.#elapsedMs + ms
    for (let tasks = 0; tasks <= tasksMax; tasks++) {
      const next = this.#earliest()
      if (next === undefined || next.atMs > untilMs) {
        this.#elapsedMs = untilMs
        return
      }
      this.#tasks = this.#tasks.filter((other) => other !== next)
      this.#elapsedMs = next.atMs
      next.run()
    }
    throw new Error(
      `more than ${tasksMax} tasks ran within ${ms} ms; one of them sets itself again without delay`,
    )
  }

  #earliest(): Task | undefined {
    return this.#tasks.reduce<Task | undefined>(
      (first, task) => (first === undefined || task.atMs < first.atMs ? task : first),
      undefined,
    )
  }
}
