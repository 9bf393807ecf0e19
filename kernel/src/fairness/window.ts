/**
 * How much is on its way to a service and not begun there, as an estimate from this side. Requests cross in order and are
 * begun in order, so when one is answered, all that were sent before it have been begun, also those that now wait by
 * themselves, such as a receiver for its message.
 *
 *     sent      7   8   9   10   11        the answer of 9 comes: 7, 8 and 9 leave the window
 *               └ head            └ tail
 *
 * What is neither answered nor overtaken for a while waits by itself, too, and leaves.
 *
 * The window holds as much as the service works off in a moment. When this side is so busy that it looks at answers seldom,
 * that is not enough to last from one look to the next, and the service would run dry while others wait: so it holds what
 * the last looks were apart, and half as much again.
 */

/** More than that is not on its way, however seldom this side looks: whose turn is next has to mean something. */
export const widestShares = 32_000
const spareFactor = 1.5
/** Of its width a window keeps at a look that came sooner. */
const kept = 0.9

export class Window {
  readonly #sharesMin: number
  #sharesMax: number
  /** By id, in a circle. */
  readonly #shares: Float64Array
  readonly #sentAtMs: Float64Array
  #head = 1
  #tail = 1
  #taken = 0

  /** Full from `sharesMin` microseconds on. At most `callsMax` requests are counted; the oldest leaves for one more. */
  constructor(sharesMin: number, callsMax: number) {
    this.#sharesMin = sharesMin
    this.#sharesMax = sharesMin
    this.#shares = new Float64Array(callsMax)
    this.#sentAtMs = new Float64Array(callsMax)
  }

  get isFull(): boolean {
    return this.#taken >= this.#sharesMax
  }

  /** Answers are looked at, with others waiting, so many microseconds after the last time. */
  looked(apart: number): void {
    const wanted = Math.max(this.#sharesMin, apart * spareFactor, this.#sharesMax * kept)
    this.#sharesMax = Math.min(widestShares, wanted)
  }

  /** Ids rise one by one, but for those that are not counted. */
  sent(id: number, share: number, nowMs: number): void {
    while (this.#tail < id) this.#put(this.#tail, 0, nowMs)
    this.#put(id, share, nowMs)
  }

  answered(id: number): void {
    while (this.#head <= id && this.#head < this.#tail) this.#pop()
  }

  /** Lets go of what was sent before that moment. */
  expire(beforeMs: number): void {
    while (this.#head < this.#tail && (this.#sentAtMs[this.#head % this.#shares.length] ?? 0) < beforeMs)
      this.#pop()
  }

  /** A new port begins with id 1. */
  reset(): void {
    this.#head = 1
    this.#tail = 1
    this.#taken = 0
  }

  #put(id: number, share: number, nowMs: number): void {
    const places = this.#shares.length
    if (this.#tail - this.#head === places) this.#pop()
    this.#shares[id % places] = share
    this.#sentAtMs[id % places] = nowMs
    this.#taken += share
    this.#tail = id + 1
  }

  #pop(): void {
    this.#taken -= this.#shares[this.#head % this.#shares.length] ?? 0
    this.#head++
    // Shares are no whole numbers; what rounding left must not add up.
    if (this.#head === this.#tail) this.#taken = 0
  }
}
