/** The receiving half of a ring port: records become messages again, with what came beside the ring. */

import type { MessagePort } from 'node:worker_threads'
import type { Message } from '../ports/port.ts'
import { Garbled, ringMemory } from '../ring/ring-memory.ts'
import { RingReader } from '../ring/ring-reader.ts'
import { BesideIn } from './beside-lane.ts'
import { Decoder } from './decoder.ts'
import { decodeMessage } from './message-codec.ts'
import { NamesIn } from './names.ts'

export class Receiving {
  readonly #reader: RingReader<Message>
  readonly #decoder: Decoder
  readonly #beside: BesideIn

  constructor(ring: SharedArrayBuffer, channel: MessagePort, capacity: number) {
    const memory = ringMemory(ring)
    this.#reader = new RingReader(memory, (at, length) => this.#read(at, length))
    this.#decoder = new Decoder(memory.records, new NamesIn())
    this.#beside = new BesideIn(channel, capacity)
  }

  /** Ends the sleep. False when it was awake: then somebody is about to call `next` anyway. */
  rouse(): boolean {
    return this.#reader.rouse()
  }

  /** The next message; null when there is none. Throws `Garbled`. */
  next(lingers: boolean): Message | null {
    return this.#reader.next(lingers)
  }

  /** A wake will come with the next message. */
  get asleep(): boolean {
    return this.#reader.asleep
  }

  /** A buffer has come beside the ring. Throws `Garbled`. */
  arrived(buffer: unknown): void {
    this.#beside.arrived(buffer)
  }

  #read(at: number, length: number): Message {
    if (length > 0) return this.#decode(this.#decoder, at, length)
    // An empty record: the whole message is beside the ring.
    const bytes = this.#take()
    return this.#decode(new Decoder(bytes, null), 0, bytes.length)
  }

  #decode(decoder: Decoder, at: number, length: number): Message {
    decoder.begin(at, at + length)
    return decodeMessage(decoder, this.#body)
  }

  readonly #body = (length: number): Uint8Array => {
    const body = this.#take()
    if (body.length === length) return body
    throw new Garbled(`a body of ${body.length} bytes that was said to have ${length}`)
  }

  #take(): Uint8Array {
    const buffer = this.#beside.take()
    this.#reader.unload(buffer.byteLength)
    return new Uint8Array(buffer)
  }
}
