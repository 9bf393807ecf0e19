/**
 * The sending half of a ring port: a message goes inside the ring if it can, its body beside it if that is
 * large or the ring is nearly full, and all of it beside the ring if its fields alone are too large.
 */

import type { MessagePort } from 'node:worker_threads'
import type { Message } from '../ports/port.ts'
import { ringMemory } from '../ring/ring-memory.ts'
import { RingWriter, type Cargo } from '../ring/ring-writer.ts'
import { BesideOut, movable } from './beside-lane.ts'
import { Encoder } from './encoder.ts'
import { encodeMessage } from './message-codec.ts'
import { NamesOut } from './names.ts'

/** Bodies above this ride beside the ring; below it two copies are cheaper than a transfer. */
const bodyInsideMax = 16 * 1024
/** When the ring is full, bodies above this ride beside it too; a smaller one would leave it no emptier. */
const bodyBesideMin = 1024
/** Larger than any one request or answer; a message whose fields take more cannot cross. */
const messageBytesMax = 16 * 1024 * 1024

export class Sending {
  readonly #writer: RingWriter
  readonly #encoder: Encoder
  readonly #beside: BesideOut
  readonly #capacity: number
  readonly #insideMax: number

  constructor(ring: SharedArrayBuffer, channel: MessagePort, capacity: number, wake: () => void) {
    const memory = ringMemory(ring)
    this.#writer = new RingWriter(memory, wake)
    this.#encoder = new Encoder(memory.records, new NamesOut())
    this.#beside = new BesideOut(channel)
    this.#capacity = capacity
    this.#insideMax = memory.records.length / 2
  }

  /** `Port.send`. Throws `Garbled` when what the reader says of itself makes no sense. */
  send(message: Message): boolean {
    if (this.#writer.holds(this.#capacity)) return false
    const body = 'body' in message ? message.body : null
    if (body !== null && body.length > bodyInsideMax) return this.#sendApart(message, body)
    const letter = new Letter(this.#encoder, this.#beside, message, null)
    if (this.#writer.send(letter)) return true
    if (body !== null && body.length > bodyBesideMin) return this.#sendApart(message, body)
    return letter.length > this.#insideMax && this.#sendBeside(message)
  }

  /** The body beside the ring, the rest inside. */
  #sendApart(message: Message, body: Uint8Array): boolean {
    if (!this.#admits(body.length)) return false
    const letter = new Letter(this.#encoder, this.#beside, message, movable(body))
    return this.#writer.send(letter) || (letter.length > this.#insideMax && this.#sendBeside(message))
  }

  /** All of it beside the ring, for it is longer than half of the ring and might never find room inside. */
  #sendBeside(message: Message): boolean {
    const length = encodedLength(message)
    if (length > messageBytesMax) {
      throw new RangeError(
        `a message of ${length} bytes cannot cross between threads; ${messageBytesMax} can`,
      )
    }
    if (!this.#admits(length)) return false
    const bytes = new Uint8Array(length)
    const encoder = new Encoder(bytes, null)
    encoder.begin(0, length)
    encodeMessage(encoder, message, false)
    return this.#writer.send(new Parcel(this.#beside, bytes.buffer))
  }

  #admits(bytes: number): boolean {
    return this.#beside.admits(bytes, this.#writer.unloaded)
  }
}

/** A message inside the ring, with its body there too unless a buffer holds it. */
class Letter implements Cargo {
  readonly #encoder: Encoder
  readonly #beside: BesideOut
  readonly #message: Message
  readonly #body: ArrayBuffer | null
  length = 0

  constructor(encoder: Encoder, beside: BesideOut, message: Message, body: ArrayBuffer | null) {
    this.#encoder = encoder
    this.#beside = beside
    this.#message = message
    this.#body = body
  }

  write(at: number, end: number): number {
    this.#encoder.begin(at, end)
    encodeMessage(this.#encoder, this.#message, this.#body !== null)
    this.length = this.#encoder.at - at
    return this.length
  }

  sealed(): void {
    if (this.#body !== null) this.#beside.send(this.#body)
    this.#encoder.sent()
  }
}

/** An empty record for a message that is beside the ring. */
class Parcel implements Cargo {
  readonly #beside: BesideOut
  readonly #buffer: ArrayBuffer

  constructor(beside: BesideOut, buffer: ArrayBuffer) {
    this.#beside = beside
    this.#buffer = buffer
  }

  write(): number {
    return 0
  }

  sealed(): void {
    this.#beside.send(this.#buffer)
  }
}

function encodedLength(message: Message): number {
  const encoder = new Encoder(new Uint8Array(0), null)
  encodeMessage(encoder, message, false)
  return encoder.at
}
