/**
 * The consuming side of a ring: runs the consumer's machine on Atomics, and holds every number it finds
 * against the bounds before it follows it. It does not know what a record says.
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
import { consumerDoes, consumerNext, type ConsumerStep } from './sleep-wake.ts'

/** Records taken at once, before the writer is told. Telling costs both sides more than a small record does. */
const batchMax = 32

export class RingReader<Taken extends object> {
  readonly #memory: RingMemory
  readonly #read: (at: number, length: number) => Taken
  #step: ConsumerStep = 'asleep'
  /** What the last operation returned. */
  #seen = 0
  #head = 0
  #taken = 0
  #unloaded = 0
  /** Taken and not yet handed out, the next one last. */
  readonly #batch: Taken[] = []

  /** `read` makes sense of the `length` bytes at index `at`, which are the writer's again afterwards. */
  constructor(memory: RingMemory, read: (at: number, length: number) => Taken) {
    this.#memory = memory
    this.#read = read
  }

  /** Ends the sleep. False when it was awake, and so somebody is about to call `next` anyway. */
  rouse(): boolean {
    if (this.#step !== 'asleep') return false
    this.#step = consumerNext(this.#step, this.#seen, this.#head)
    return true
  }

  /** Nobody calls `next` before the writer's wake has come. */
  get asleep(): boolean {
    return this.#step === 'asleep'
  }

  /**
   * The next record. Null when there is none: then the reader sleeps, unless it is to linger and be asked
   * again soon. Throws `Garbled`, and what `read` throws; the ring is of no use afterwards.
   */
  next(lingers: boolean): Taken | null {
    if (this.#batch.length === 0) this.#look(lingers)
    return this.#batch.pop() ?? null
  }

  /** Goes round until there is something to hand out, or nothing to do. Whoever is handed a record has room given back. */
  #look(lingers: boolean): void {
    let tired = false
    do {
      const operation = consumerDoes(this.#step)
      if (operation.kind === 'rest') return
      if (operation.kind === 'take') this.#takeSome(this.#seen)
      else if (operation.kind === 'linger') {
        tired = lingers
        this.#seen = lingers ? 1 : 0
      } else this.#seen = onAtomics(this.#memory.words, operation, this.#head)
      this.#step = consumerNext(this.#step, this.#seen, this.#head)
    } while (this.#step !== 'look' || (this.#batch.length === 0 && !tired))
  }

  /** Tells the writer that bytes which came beside the ring were taken. */
  unload(bytes: number): void {
    this.#unloaded = (this.#unloaded + bytes) | 0
    Atomics.store(this.#memory.words, account.unloaded, this.#unloaded)
  }

  #takeSome(tail: number): void {
    const size = this.#memory.records.length
    const used = (tail - this.#head) | 0
    if (used <= 0 || used > size) throw new Garbled(`the writer of a ring of ${size} bytes is ${used} ahead`)
    while (this.#head !== tail && this.#batch.length < batchMax) this.#batch.push(this.#take(tail))
    this.#batch.reverse()
    this.#taken = (this.#taken + this.#batch.length) | 0
    Atomics.store(this.#memory.words, account.taken, this.#taken)
  }

  #take(tail: number): Taken {
    const used = (tail - this.#head) | 0
    const at = this.#head & (this.#memory.records.length - 1)
    const length = this.#lengthAt(at)
    if (length !== skip) return this.#takeAt(at, length, 0, used)
    return this.#takeAt(0, this.#lengthAt(0), this.#memory.records.length - at, used)
  }

  /** Takes the record at index `at`, `skipped` bytes on from the head. */
  #takeAt(at: number, length: number, skipped: number, used: number): Taken {
    const room = Math.min(used - skipped, this.#memory.records.length - at)
    if (length < 0 || length > room - headerBytes) {
      throw new Garbled(`a record of ${length} bytes where ${room} have been written`)
    }
    const taken = this.#read(at + headerBytes, length)
    this.#head = (this.#head + skipped + recordBytes(length)) | 0
    return taken
  }

  #lengthAt(at: number): number {
    return this.#memory.lengths[at / headerBytes] ?? skip
  }
}
