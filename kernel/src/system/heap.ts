/** How the heaps of the process grow. The one file that tells V8 anything. */

import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import type { Clock } from '../ports/clock.ts'

/**
 * For the heaps of all threads, also those made already. From one full collection to the next they grow by half of what
 * was of use: by itself V8 lets one grow up to fourfold, more and more as it ages, and half an hour of load took a main
 * thread with 28 MiB of use to 141. These collections mostly run beside the thread. Those of what has just been made are
 * so small that threads to help with them cost more than they take off: with as many busy threads as there are
 * processors, a collection of a sixth of a millisecond took one, most of it to wait for its helpers, and all of them
 * together a fifth of a processor. In threads made from here on `keepHeapSmall` has an effect.
 */
export function tuneHeaps(): void {
  setFlagsFromString('--heap-growing-percent=50')
  setFlagsFromString('--no-parallel-scavenge')
  setFlagsFromString('--expose-gc')
}

export interface Heap {
  usedBytes(): number
  collect(): void
}

const ofThisThread: Heap = {
  usedBytes: () => getHeapStatistics().used_heap_size,
  collect: () => globalThis.gc?.(),
}

/** A heap up to here is collected in some ten milliseconds. */
const smallBytes = 24 * 2 ** 20
/** Growth since the last time that is worth it. */
const grownBytes = 2 * 2 ** 20
const lookEveryMs = 20_000

/**
 * Collects the heap of this thread now and then while it is small. V8 looks at the smallest heap only when it has
 * grown by 8 MiB, which takes a thread with little to do half an hour; and there are a dozen of them.
 */
export function keepHeapSmall(clock: Clock, heap: Heap = ofThisThread): void {
  let usedAfter = 0
  const look = () => {
    const used = heap.usedBytes()
    if (used <= smallBytes && used >= usedAfter + grownBytes) {
      heap.collect()
      usedAfter = heap.usedBytes()
    }
    clock.after(lookEveryMs, look)
  }
  clock.after(lookEveryMs, look)
}
