/**
 * Bytes in, frames out. The bytes may arrive in any split; the frames and the fault, if any, depend only on
 * their sequence. The parser knows no socket: a carrier pushes what it received and asks whether a frame is
 * left half-way.
 */

import { noBytes } from './bytes.ts'
import {
  decodeHeader,
  frameBytesMax,
  headerBytes,
  isFault,
  type Frame,
  type FrameFault,
  type Header,
} from './frame.ts'

export interface Parsed {
  /** Whole frames, in order, in memory of their own: the carrier may reuse or lose its buffer. */
  readonly frames: readonly Frame[]
  /** Once set it stays: nothing after a fault is read. */
  readonly fault: FrameFault | null
}

export class FrameParser {
  readonly #lengthMax: number
  /** The header of the frame under way, filled byte by byte. */
  readonly #head = new Uint8Array(headerBytes)
  #headLength = 0
  /** The header once it is whole and judged. */
  #header: Header | null = null
  /** `cap` and `payload` of the frame under way; the last bytes may be unused. */
  #rest = noBytes
  #restLength = 0
  #fault: FrameFault | null = null

  /** `lengthMax` lowers the protocol's frame limit and cannot raise it. */
  constructor(lengthMax = frameBytesMax) {
    if (!Number.isInteger(lengthMax) || lengthMax < headerBytes || lengthMax > frameBytesMax) {
      throw new RangeError(
        `a frame limit of ${lengthMax} is outside ${headerBytes} to ${frameBytesMax} bytes`,
      )
    }
    this.#lengthMax = lengthMax
  }

  /** True while a frame has begun and not ended. A WebSocket message must not leave it so. */
  get partial(): boolean {
    return this.#headLength > 0
  }

  push(input: Uint8Array): Parsed {
    const frames: Frame[] = []
    let at = 0
    while (at < input.length && this.#fault === null) {
      at += this.#header === null ? this.#takeHead(input, at) : this.#takeRest(this.#header, input, at)
      if (this.#header !== null) this.#finish(this.#header, frames)
    }
    return { frames, fault: this.#fault }
  }

  /** A header is judged when its 38 bytes are there, never earlier, so that the split changes nothing. */
  #takeHead(input: Uint8Array, at: number): number {
    const taken = Math.min(headerBytes - this.#headLength, input.length - at)
    this.#head.set(input.subarray(at, at + taken), this.#headLength)
    this.#headLength += taken
    if (this.#headLength === headerBytes) {
      const decoded = decodeHeader(this.#head, this.#lengthMax)
      if (isFault(decoded)) this.#fault = decoded
      else this.#header = decoded
    }
    return taken
  }

  #takeRest(header: Header, input: Uint8Array, at: number): number {
    const wanted = header.length - headerBytes
    const taken = Math.min(wanted - this.#restLength, input.length - at)
    const needed = this.#restLength + taken
    if (needed > this.#rest.length) {
      // Memory follows what has arrived, not what the header promised: a header costs a peer 38 bytes.
      const grown = new Uint8Array(Math.min(wanted, Math.max(needed, 2 * this.#rest.length)))
      grown.set(this.#rest.subarray(0, this.#restLength))
      this.#rest = grown
    }
    this.#rest.set(input.subarray(at, at + taken), this.#restLength)
    this.#restLength = needed
    return taken
  }

  #finish(header: Header, frames: Frame[]): void {
    if (headerBytes + this.#restLength < header.length) return
    const { flags, code, appProtoId, tenant, corrId, capLength } = header
    const cap = this.#rest.subarray(0, capLength)
    const payload = this.#rest.subarray(capLength, this.#restLength)
    frames.push({ flags, code, appProtoId, tenant, corrId, cap, payload })
    this.#header = null
    this.#headLength = 0
    this.#rest = noBytes
    this.#restLength = 0
  }
}
