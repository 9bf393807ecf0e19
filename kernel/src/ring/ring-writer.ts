/**
 * The producing side of a ring: runs the producer's machine on Atomics and keeps records within the bounds.
 * It does not know what a record says.
 */

import {
  account,
  Garbled,
  headerBytes,
  onAtomics,
  recordBytes,
  skip,
  type RingMemory,
} from './ring-memory.ts'
import { producerDoes, producerNext, type ProducerStep } from './sleep-wake.ts'

export interface Cargo {
  /**
   * Writes the record into the ring's bytes from index `at` and not past index `end`. Returns how long it is,
   * also when it did not fit: then what was written does not count.
   */
  write(at: number, end: number): number
  /** The record is in its place and will be seen next. Last moment for what has to be there before it. */
  sealed(): void
}

export class RingWriter {
  readonly #memory: RingMemory
  readonly #wake: () => void
  #tail = 0
  #sent = 0
  /** As last seen. The reader has taken this much, or more. */
  #head = 0
  #taken = 0

  constructor(memory: RingMemory, wake: () => void) {
    this.#memory = memory
    this.#wake = wake
  }

  /** Whether there are `count` records that the reader has not taken, as far as it has said. */
  holds(count: number): boolean {
    if (((this.#sent - this.#taken) | 0) < count) return false
    this.#taken = Atomics.load(this.#memory.words, account.taken)
    return ((this.#sent - this.#taken) | 0) >= count
  }

  /** Bytes the reader has taken from beside the ring, modulo 2³². */
  get unloaded(): number {
    return Atomics.load(this.#memory.words, account.unloaded)
  }

  /**
   * False when the record found no room: nothing was sent. A record longer than half of the ring might never
   * find any. Throws `Garbled`, and what the cargo throws.
   */
  send(cargo: Cargo): boolean {
    const before = this.#tail
    let seen = 0
    for (let step: ProducerStep = 'fill'; step !== 'done'; step = producerNext(step, seen)) {
      const operation = producerDoes(step)
      if (operation.kind === 'fill') seen = this.#fill(cargo) ? 1 : 0
      else if (operation.kind === 'wake') this.#wake()
      else if (operation.kind !== 'rest') seen = onAtomics(this.#memory.words, operation, this.#tail)
      if (step === 'room') this.#head = seen
    }
    return this.#tail !== before
  }

  #fill(cargo: Cargo): boolean {
    const size = this.#memory.records.length
    const used = (this.#tail - this.#head) | 0
    if (used < 0 || used > size) throw new Garbled(`the reader of a ring of ${size} bytes is ${used} behind`)
    const free = size - used
    const at = this.#tail & (size - 1)
    const toEnd = size - at
    if (this.#place(cargo, at, Math.min(free, toEnd))) return true
    if (free <= toEnd || !this.#place(cargo, 0, free - toEnd)) return false
    this.#memory.lengths[at / headerBytes] = skip
    this.#tail = (this.#tail + toEnd) | 0
    return true
  }

  /** The tail moves by the record; it is published in a later step. */
  #place(cargo: Cargo, at: number, room: number): boolean {
    const length = cargo.write(at + headerBytes, at + room)
    const bytes = recordBytes(length)
    if (bytes > room) return false
    cargo.sealed()
    this.#memory.lengths[at / headerBytes] = length
    this.#tail = (this.#tail + bytes) | 0
    this.#sent = (this.#sent + 1) | 0
    return true
  }
}
