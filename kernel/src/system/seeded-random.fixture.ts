/** Randomness that is the same in every run: xorshift, 32 bits. Never for keys. */

import type { Random } from '../ports/random.ts'

export function seededRandom(seed = 1): Random {
  // A state of zero would stay zero.
  let state = seed === 0 ? 1 : seed
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
