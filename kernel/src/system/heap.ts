/** How the heaps of the process grow. The one file that tells V8 anything. */

import { setFlagsFromString } from 'node:v8'

/**
 * From one full collection to the next the heaps of all threads, also those made already, grow by half of what was
 * of use. By itself V8 lets one grow up to fourfold, more and more as it ages: half an hour of load took a main
 * thread with 28 MiB of use to 141. The collections are small, and mostly run beside the thread.
 */
export function growHeapsByHalf(): void {
  setFlagsFromString('--heap-growing-percent=50')
}
