/**
 * `Stamps` in shared memory: a counter for each of many classes of keys, and one for all of them, which moves
 * when the service gets its next thread. That one replays what the thread before recorded, also what it had not
 * come to tell anybody.
 *
 *     0: threads   1 …: changes, by the hash of the key
 *
 * Counters wrap at 2³². A stamp comes round after as many changes of one class, and 2²¹ threads.
 */

import type { Stamps } from '../ports/stamps.ts'

const classes = 2 ** 16
const threadsPerRound = 2 ** 21

/** Plain shared memory, so that it crosses. */
export function newStampMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer((1 + classes) * Int32Array.BYTES_PER_ELEMENT)
}

export class StampTable implements Stamps {
  readonly #counters: Int32Array

  constructor(memory: SharedArrayBuffer) {
    this.#counters = new Int32Array(memory)
  }

  of(key: string): number {
    const threads = (Atomics.load(this.#counters, 0) >>> 0) % threadsPerRound
    return threads * 2 ** 32 + (Atomics.load(this.#counters, classOf(key)) >>> 0)
  }

  advance(key: string): void {
    Atomics.add(this.#counters, classOf(key), 1)
  }

  /** Nothing that was said is known to be good any more. */
  advanceAll(): void {
    Atomics.add(this.#counters, 0, 1)
  }
}

/** FNV-1a over the UTF-16 units of the key. */
function classOf(key: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < key.length; at++) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193)
  return 1 + ((hash ^ (hash >>> 16)) & (classes - 1))
}
