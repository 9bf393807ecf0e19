/** Chance that can be repeated: a small generator (mulberry32) from a seed that is written down. */

export interface Chance {
  /** A whole number from 0 up to, and without, `end`. */
  below(end: number): number
  of<Item>(items: readonly Item[]): Item
  bytes(length: number): Buffer
  /** Of any code units, halves of pairs among them. */
  text(length: number): string
}

export function seeded(seed: number): Chance {
  let state = seed >>> 0
  const below = (end: number): number => {
    state = (state + 0x6d2b_79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % end
  }
  return {
    below,
    of(items) {
      const item = items[below(items.length)]
      if (item === undefined) throw new RangeError('there is nothing to choose from')
      return item
    },
    bytes: (length) => Buffer.from(Array.from({ length }, () => below(256))),
    text: (length) =>
      String.fromCharCode(...Array.from({ length }, () => below(below(4) === 0 ? 65_536 : 128))),
  }
}
