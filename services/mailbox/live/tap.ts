/**
 * One subscriber. It is offered every event and never waited for: when its window is full, events are lost
 * and counted, and as soon as there is room it is told how many. The notice comes before anything newer, so
 * a gap is always known where it is.
 */

/** The subscriber's end; a subscription's call is one. */
export interface Sink<Event> {
  readonly signal: AbortSignal
  /** False when the window is full: nothing was sent. */
  readonly emit: (event: Event) => boolean
  /** Resolves when there is room again; rejects when `signal` aborts. */
  readonly room: () => Promise<void>
}

export interface Tally {
  readonly delivered: number
  readonly lost: number
}

export class Tap<Event> {
  readonly #sink: Sink<Event>
  readonly #lostNotice: (count: number) => Event
  #delivered = 0
  #lost = 0
  /** Lost and not told yet; above zero exactly while `#tell` runs. */
  #untold = 0

  constructor(sink: Sink<Event>, lostNotice: (count: number) => Event) {
    this.#sink = sink
    this.#lostNotice = lostNotice
  }

  /** Events that went out, and events that did not. Notices of loss count as neither. */
  get tally(): Tally {
    return { delivered: this.#delivered, lost: this.#lost }
  }

  offer(event: Event): void {
    if (this.#untold === 0 && this.#sink.emit(event)) {
      this.#delivered++
      return
    }
    this.#lost++
    this.#untold++
    if (this.#untold === 1) void this.#tell()
  }

  async #tell(): Promise<void> {
    try {
      // Events lost while this waits are in the notice too, since it is made last.
      let told = false
      while (!told) {
        await this.#sink.room()
        told = this.#sink.emit(this.#lostNotice(this.#untold))
      }
      this.#untold = 0
    } catch (cause) {
      // The subscriber is gone, and what it lost is in the tally of its answer.
      if (!this.#sink.signal.aborted) throw cause
    }
  }
}
