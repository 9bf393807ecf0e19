/**
 * The slots that a search looks at together: few enough for the processor's nearest memory, and for each what
 * the postings gathered so far say of it. Whoever reads it leaves it empty.
 */

/** Slots in a window. */
export const WIDTH_MIN = 2 ** 8
export const WIDTH_MAX = 2 ** 12

export class Window {
  start = 0
  end = 0
  /** By slot, counted from `start`: the score in units, and a bit for each sense that was found there. */
  readonly units = new Float64Array(WIDTH_MAX)
  readonly bits = new Uint32Array(WIDTH_MAX)
  /** A bit for each slot that has anything. */
  readonly touched = new Uint32Array(WIDTH_MAX / 32)

  /** `width` is a power of two from the least to the most. */
  moveTo(start: number, width: number): void {
    this.start = start
    this.end = start + width
  }

  /** Visits every slot with so many units, in order, and empties all. Returns how many had anything. */
  drain(unitsMin: number, visit: (slot: number, units: number, bits: number) => void): number {
    const { touched, units, bits } = this
    let slots = 0
    const words = (this.end - this.start) / 32
    for (let word = 0; word < words; word++) {
      let left = touched[word] ?? 0
      if (left === 0) continue
      touched[word] = 0
      for (; left !== 0; left &= left - 1) {
        const at = 32 * word + 31 - Math.clz32(left & -left)
        const has = units[at] ?? 0
        if (has >= unitsMin) visit(this.start + at, has, bits[at] ?? 0)
        units[at] = 0
        bits[at] = 0
        slots++
      }
    }
    return slots
  }
}
