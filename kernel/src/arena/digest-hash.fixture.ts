/** Randomness that a test can have again: what it gives depends on the seed alone. */

import type { Random } from '../ports/random.ts'

export function randomFrom(seed: number): Random {
  let state = seed | 1
  const next = () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state >>> 0
  }
  return {
    fraction: () => next() / 2 ** 32,
    bytes: (length) => Uint8Array.from({ length }, () => next() >>> 24),
  }
}
