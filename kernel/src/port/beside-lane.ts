/**
 * What rides beside a ring: buffers that change hands instead of being copied, in the order of their records.
 * The sender counts the bytes on their way and refuses to let them grow without bound.
 */

import { receiveMessageOnPort, type MessagePort } from 'node:worker_threads'
import { Garbled } from '../ring/ring-memory.ts'

/** On their way in one direction. A single buffer may be larger: with nothing else on its way, it goes. */
const bytesMax = 32 * 1024 * 1024

export class BesideOut {
  readonly #channel: MessagePort
  #sent = 0

  constructor(channel: MessagePort) {
    this.#channel = channel
  }

  /** Whether so many bytes may go now; `unloaded` is how many the reader has taken so far, modulo 2³². */
  admits(bytes: number, unloaded: number): boolean {
    const onTheWay = (this.#sent - unloaded) | 0
    return onTheWay <= 0 || onTheWay + bytes <= bytesMax
  }

  /** The buffer is the receiver's from here on. Throws when it cannot change hands. */
  send(buffer: ArrayBuffer): void {
    // Looked at first: a buffer that has changed hands is empty.
    const { byteLength } = buffer
    this.#channel.postMessage(buffer, [buffer])
    this.#sent = (this.#sent + byteLength) | 0
  }
}

export class BesideIn {
  readonly #channel: MessagePort
  readonly #countMax: number
  /** Delivered by the event loop before anybody read their record. */
  readonly #early: ArrayBuffer[] = []

  constructor(channel: MessagePort, countMax: number) {
    this.#channel = channel
    this.#countMax = countMax
  }

  /** Throws `Garbled` for what no sender sends, or more of it than there can be records. */
  arrived(message: unknown): void {
    if (!(message instanceof ArrayBuffer)) throw new Garbled(`a ${typeof message} beside the ring`)
    if (this.#early.length >= this.#countMax) throw new Garbled('buffers beside the ring without records')
    this.#early.push(message)
  }

  /** The buffer whose record has just been found. It was posted before the record, so it is here. */
  take(): ArrayBuffer {
    const message: unknown = this.#early.shift() ?? receiveMessageOnPort(this.#channel)?.message
    if (!(message instanceof ArrayBuffer)) throw new Garbled('a record whose buffer is not beside it')
    return message
  }
}

/**
 * The bytes in a buffer that may change hands. What lies in a larger buffer is copied out, or its neighbours
 * would go along; so are a pooled Node Buffer, which must stay, and shared memory, which would stay shared.
 */
export function movable(bytes: Uint8Array): ArrayBuffer {
  const { buffer } = bytes
  const whole = Object.getPrototypeOf(bytes) === Uint8Array.prototype && bytes.length === buffer.byteLength
  return whole && buffer instanceof ArrayBuffer ? buffer : new Uint8Array(bytes).buffer
}
