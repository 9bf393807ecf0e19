/**
 * Small helpers over typed arrays. An index out of range is read as 0, `array[i] ?? 0`, and written out each
 * time: the engine learns the type of an array from the place that reads it, and in a function for all of
 * them it would learn every type. The structures built on them keep their indexes in range and are compared
 * with naive twins.
 */

export type Numbers = Uint8Array | Uint16Array | Uint32Array | Float64Array

/** Marks the absence of a number. */
export const NONE = 0xffff_ffff

/** Copies `from` into `to`, cutting what does not fit, and returns `to`. */
export function carried<Array extends Numbers>(from: Array, to: Array): Array {
  to.set(from.subarray(0, to.length))
  return to
}
