/** How the heaps of the process grow. The one file that tells V8 anything. */

import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import type { Clock } from '../ports/clock.ts'

/**
 * From one full collection to the next the heaps of all threads, also those made already, grow by half of what was
 * of use. By itself V8 lets one grow up to fourfold, more and more as it ages: half an hour of load took a main
 * thread with 28 MiB of use to 141. The collections are small, and mostly run beside the thread. In threads made from
 * here on `keepHeapSmall` has an effect.
 */
export function growHeapsByHalf(): void {
  setFlagsFromString('--heap-growing-percent=50')
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
