/** The end of what a process said, in bounded memory. */

export class LastWords {
  readonly #bytesMax: number
  #bytes: Uint8Array = new Uint8Array(0)

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }

  hear(piece: Uint8Array): void {
    const all = Buffer.concat([this.#bytes, piece])
    this.#bytes = all.subarray(Math.max(0, all.length - this.#bytesMax))
  }

  /** Whole lines, unless there is but one. */
  get text(): string {
    const text = Buffer.from(this.#bytes).toString().trim()
    const cut = this.#bytes.length === this.#bytesMax && text.includes('\n')
    return cut ? text.slice(text.indexOf('\n') + 1) : text
  }
}
