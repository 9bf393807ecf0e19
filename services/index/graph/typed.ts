/**
 * Small helpers over typed arrays. An index out of range reads as 0 here; the structures built on them keep
 * their indexes in range and are compared with naive twins.
 */

export type Numbers = Uint8Array | Uint16Array | Uint32Array | Float64Array

/** Marks the absence of a number. */
export const NONE = 0xffff_ffff

export function at(array: Numbers, index: number): number {
  return array[index] ?? 0
}

/** Copies `from` into `to`, cutting what does not fit, and returns `to`. */
export function carried<Array extends Numbers>(from: Array, to: Array): Array {
  to.set(from.subarray(0, to.length))
  return to
}
