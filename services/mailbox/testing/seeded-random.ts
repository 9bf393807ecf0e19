/** Randomness that is the same in every run: xorshift, 32 bits. Never for keys. */

import type { Random } from '@ron/kernel/ports/random'

export function seededRandom(seed = 1): Random {
  let state = seed
  const next = () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state >>> 0
  }
  return {
    fraction: () => next() / 2 ** 32,
    bytes: (length) => Uint8Array.from({ length }, () => next() & 0xff),
  }
}
