/**
 * Randomness that a seed brings back, number for number: a history that failed can be run again. For play only;
 * whoever sees a few numbers knows the rest. Source: `mulberry32`, T. Ettinger, 2017; passes gjrand's tests.
 */

import type { Random } from '@ron/kernel/ports/random'

export function seeded(seed: number): Random {
  let state = seed >>> 0
  const fraction = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  return {
    fraction,
    bytes: (length) => Uint8Array.from({ length }, () => Math.floor(fraction() * 256)),
  }
}
