/**
 * What a thread shows of itself without being asked: a page of counters it writes and the kernel reads, so
 * that a scrape costs no message and works while the thread is busy.
 *
 *     0: requests waiting in the inbox   1: requests running   2: beats, more of them while it goes on
 *
 * Beats wrap at 2³²; only whether they change is of interest.
 */

const slots = { depth: 0, running: 1, beats: 2 } as const

export type Vital = keyof typeof slots

export function newVitals(): SharedArrayBuffer {
  return new SharedArrayBuffer(Object.keys(slots).length * Int32Array.BYTES_PER_ELEMENT)
}

export function readVital(page: SharedArrayBuffer, vital: Vital): number {
  return Atomics.load(new Int32Array(page), slots[vital])
}

export function writeVital(page: SharedArrayBuffer, vital: Vital, value: number): void {
  Atomics.store(new Int32Array(page), slots[vital], value)
}

export function addToVital(page: SharedArrayBuffer, vital: Vital, change: number): void {
  Atomics.add(new Int32Array(page), slots[vital], change)
}
