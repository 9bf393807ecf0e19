// @ts-check
/** Seeded randomness, so that a run of the fuzzer can be repeated from its seed. Not for secrets. */

/** @typedef {{ below(limit: number): number, pick<Item>(items: readonly Item[]): Item }} Random */

/**
 * A xorshift generator (Marsaglia 2003, the 13-17-5 triple).
 * @param {number} seed any whole number
 * @returns {Random}
 */
export function seeded(seed) {
  // The multiplier spreads small seeds over all bits; the state must not be zero.
  let state = Math.imul(seed | 0, 0x9e3779b1) ^ 0x6d2b79f5 || 1
  const below = (/** @type {number} */ limit) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return Math.floor(((state >>> 0) / 2 ** 32) * limit)
  }
  return {
    below,
    pick(items) {
      const item = items[below(items.length)]
      if (item === undefined) throw new RangeError('nothing to pick from')
      return item
    },
  }
}
