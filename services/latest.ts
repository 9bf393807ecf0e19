/**
 * A value that others follow. A follower is told the value now and after every change; changes that come
 * faster than it takes them merge, so it always ends on the newest and nothing queues up behind a slow one.
 */

/** The part of a subscription's call that following needs. */
export interface Follower<Event> {
  readonly signal: AbortSignal
  emit(event: Event): boolean
  room(): Promise<void>
}

export class Latest<Value> {
  readonly #waiting = new Set<() => void>()
  #value: Value
  #turn = 0

  constructor(value: Value) {
    this.#value = value
  }

  get value(): Value {
    return this.#value
  }

  set(value: Value): void {
    this.#value = value
    this.#turn++
    for (const wake of this.#waiting) wake()
  }

  /** Tells a follower until its signal aborts. `event` makes what is sent, at the moment it is sent. */
  async follow<Event>(follower: Follower<Event>, event: (value: Value) => Event): Promise<void> {
    let told = -1
    while (!follower.signal.aborted) {
      if (told === this.#turn) await this.#change(follower.signal)
      else if (follower.emit(event(this.#value))) told = this.#turn
      else await follower.room()
    }
  }

  /** Resolves at the next change or when the signal aborts, and leaves nothing behind either way. */
  #change(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.#waiting.delete(wake)
        signal.removeEventListener('abort', wake)
        resolve()
      }
      this.#waiting.add(wake)
      signal.addEventListener('abort', wake)
    })
  }
}
