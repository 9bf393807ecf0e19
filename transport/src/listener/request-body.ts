/**
 * The body of one request as it arrives: counted before it is kept, kept only within a limit, and never more
 * than one piece ahead of whoever asks for it. It knows no socket; its owner feeds it and is told when to hold
 * the client back.
 */

import { Refusal } from '@ron/kernel/contract/refusals'

interface Reader {
  readonly bytesMax: number
  readonly resolve: (body: Uint8Array) => void
  readonly reject: (refusal: Refusal) => void
}

/** Room that is made for a body because it was declared, before its bytes have come. */
const trustedBytes = 65_536
const nothing = new Uint8Array(0)

export class RequestBody {
  /** null for chunks of unknown sum. */
  readonly declared: number | null
  /** What was kept so far, and room for what may follow. */
  #kept = nothing
  #keptBytes = 0
  #bytes = 0
  #whole: boolean
  #reader: Reader | null = null
  #asked = false
  #failed: Refusal | null = null

  constructor(declared: number | null) {
    this.declared = declared
    this.#whole = declared === 0
  }

  /** Its last byte has come. */
  get whole(): boolean {
    return this.#whole
  }

  /** Bytes that have come, kept or not. */
  get received(): number {
    return this.#bytes
  }

  /** Nobody will get it any more. */
  get lost(): boolean {
    return this.#failed !== null
  }

  /** Somebody waits for it. */
  get reading(): boolean {
    return this.#reader !== null
  }

  /** A piece has come and nobody has asked for the body yet: let no more come. */
  get ahead(): boolean {
    return !this.#asked && this.#failed === null && this.#keptBytes > 0
  }

  read(bytesMax: number): Promise<Uint8Array> {
    if (this.#asked) return Promise.reject(new Error('a body is read once'))
    this.#asked = true
    return new Promise((resolve, reject) => {
      this.#reader = { bytesMax, resolve, reject }
      if (this.#failed !== null) this.fail(this.#failed)
      else if (Math.max(this.declared ?? 0, this.#bytes) > bytesMax)
        this.fail(tooLarge(this.declared, bytesMax))
      else if (this.#whole) this.#finish()
    })
  }

  /** A piece that stays valid only during the call. */
  take(piece: Uint8Array): void {
    this.#bytes += piece.length
    if (this.#failed !== null) return
    const bytesMax = this.#reader?.bytesMax ?? Number.POSITIVE_INFINITY
    if (this.#bytes > bytesMax) this.fail(tooLarge(this.declared, bytesMax))
    else this.#keep(piece)
  }

  /** No more pieces come. */
  end(): void {
    this.#whole = true
    if (this.#failed === null) this.#finish()
  }

  /** Nothing is kept from here on; who reads, or asks to read later, gets this refusal. */
  fail(refusal: Refusal): void {
    this.#failed = refusal
    this.#letGo()
    this.#reader?.reject(refusal)
    this.#reader = null
  }

  #finish(): void {
    if (this.#reader === null) return
    const isFull = this.#keptBytes > 0 && this.#keptBytes === this.#kept.length
    this.#reader.resolve(isFull ? this.#kept : this.#kept.slice(0, this.#keptBytes))
    this.#reader = null
    this.#letGo()
  }

  #letGo(): void {
    this.#kept = nothing
    this.#keptBytes = 0
  }

  /** Puts a piece where it belongs in the whole, so that most bodies are copied once and leave nothing behind. */
  #keep(piece: Uint8Array): void {
    const bytes = this.#keptBytes + piece.length
    if (bytes > this.#kept.length) {
      const grown = new Uint8Array(Math.max(bytes, this.#room()))
      grown.set(this.#kept.subarray(0, this.#keptBytes))
      this.#kept = grown
    }
    this.#kept.set(piece, this.#keptBytes)
    this.#keptBytes = bytes
  }

  /** All that was declared while that is little, else twice what there is: nobody gets much room by declaring it. */
  #room(): number {
    const doubled = 2 * this.#kept.length
    return this.declared === null ? doubled : Math.min(this.declared, Math.max(doubled, trustedBytes))
  }
}

function tooLarge(declared: number | null, bytesMax: number): Refusal {
  const size = declared === null ? `more than ${bytesMax}` : String(declared)
  return new Refusal('TooLarge', `the body has ${size} bytes, the limit is ${bytesMax}`, {
    explain: { wall: 'frame-caps', rule: 'body_bytes', fix: `send at most ${bytesMax} bytes` },
  })
}
