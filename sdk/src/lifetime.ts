/**
 * How long a call may last: until its deadline passes or its caller gives it up. Whoever makes one releases
 * it; nothing then stays behind on the caller's signal, which may outlive thousands of calls. (Node's `fetch`
 * leaves its listeners on a signal until that is collected, so it gets this one instead.)
 */

import { onAbort } from './abort.ts'
import { DeadlineError } from './error.ts'
import type { System } from './system.ts'

/** The longest delay a timer of the runtime takes; a longer one would fire at once. */
const timerMsMax = 2 ** 31 - 1

export class Lifetime {
  readonly timeoutMs: number
  readonly #controller = new AbortController()
  readonly #system: System
  readonly #endsAtMs: number
  readonly #stopClock: () => void
  readonly #release: () => void
  #expired = false

  /** `caller` may have been aborted already. Throws a RangeError when `timeoutMs` is not a positive number. */
  constructor(system: System, timeoutMs: number, caller: AbortSignal | undefined) {
    if (!(timeoutMs > 0)) throw new RangeError(`timeoutMs is ${timeoutMs}; it must be a positive number`)
    this.timeoutMs = timeoutMs
    this.#system = system
    this.#endsAtMs = system.monotonic() + timeoutMs
    this.#stopClock = system.after(Math.min(timeoutMs, timerMsMax), () => {
      this.#expired = true
      this.#controller.abort(this.overdue())
    })
    this.#release =
      caller === undefined ? () => {} : onAbort(caller, () => this.#controller.abort(caller.reason))
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** The deadline ended it, not the caller. */
  get expired(): boolean {
    return this.#expired
  }

  get remainingMs(): number {
    return this.#endsAtMs - this.#system.monotonic()
  }

  overdue(cause?: unknown): DeadlineError {
    return new DeadlineError(`no answer within ${this.timeoutMs} ms`, cause === undefined ? {} : { cause })
  }

  /** The answer has begun, so the deadline no longer counts; the caller may still give it up. */
  begun(): void {
    this.#stopClock()
  }

  release(): void {
    this.#stopClock()
    this.#release()
  }
}
