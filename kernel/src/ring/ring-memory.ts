/**
 * The memory of one ring: a page of words that say how far each side is, and the bytes between them. What
 * the bytes mean is for others. A side trusts nothing it reads here, for the other may be broken.
 *
 *     byte 0        64                128       192
 *     ┌────────────┬─────────────────┬─────────┬──────────────────────────────────────────────┐
 *     │ tail       │ head            │ awake   │ records                                      │
 *     │            │ taken, unloaded │         │                                              │
 *     └────────────┴─────────────────┴─────────┴──────────────────────────────────────────────┘
 *      the producer  the consumer      both      the producer, from tail to head
 *      writes it     writes them       write it
 *
 * Positions go up for ever; a position modulo the size of the records is an index. A record begins at a
 * multiple of 4 with its length, and never wraps: when it would, a length of −1 says that it begins at index 0.
 *
 *          ╭── skipped ─╮                         tail                head        ╭── to index 0
 *     ┌────┼───┬────────┼────────────────────────┼──────────────────┬────────────┼────┬───────┐
 *     │ 23 │ … │ 7 │ …  │                        │                  │ 41 │ …     │ −1 │       │
 *     └────┴───┴────────┴────────────────────────┴──────────────────┴────────────┴────┴───────┘
 *       newer records     free                                        older records
 */

import { word, type Operation } from './sleep-wake.ts'

/** Words the sleep and wake have no part in. `taken` counts records, `unloaded` the bytes that came beside them. */
export const account = { taken: word.head + 1, unloaded: word.head + 2 } as const

export const headerBytes = 4
/** What stands in the place of a length where a record did not fit before the end. */
export const skip = -1

const pageBytes = 192

export interface RingMemory {
  readonly words: Int32Array
  /** A power of two long. */
  readonly records: Uint8Array
  /** The same bytes, for the lengths. */
  readonly lengths: Int32Array
}

/** Fresh memory for records of `recordsBytes` in all, a power of two. */
export function newRing(recordsBytes: number): SharedArrayBuffer {
  return new SharedArrayBuffer(pageBytes + recordsBytes)
}

export function ringMemory(buffer: SharedArrayBuffer): RingMemory {
  return {
    words: new Int32Array(buffer, 0, pageBytes / Int32Array.BYTES_PER_ELEMENT),
    records: new Uint8Array(buffer, pageBytes),
    lengths: new Int32Array(buffer, pageBytes),
  }
}

/** What a record of this many bytes takes in the ring. */
export function recordBytes(length: number): number {
  return (headerBytes + length + headerBytes - 1) & -headerBytes
}

/** Carries out one step on the real memory. */
export function onAtomics(words: Int32Array, operation: Operation, position: number): number {
  switch (operation.kind) {
    case 'load':
      return Atomics.load(words, operation.word)
    case 'advance':
      return Atomics.store(words, operation.word, position)
    case 'store':
      return Atomics.store(words, operation.word, operation.value)
    case 'exchange':
      return Atomics.compareExchange(words, operation.word, operation.from, operation.to)
  }
}

/** The other side of the ring wrote what no correct side writes. */
export class Garbled extends Error {
  override readonly name = 'Garbled'
}
