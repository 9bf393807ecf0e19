/**
 * The field of the STARK, called KoalaBear: whole numbers below p = 2³¹ − 2²⁴ + 1. A product of two has up to 62 bits,
 * which no number of JavaScript holds, so it is never formed: its quotient by p is found with a double, at most one off,
 * and the remainder modulo 2³², which is enough to know it since it is known to lie close to [0, p).
 */

/** p. p − 1 = 127 · 2²⁴, so there are roots of unity of every order 2ᵏ up to 2²⁴. */
export const order = 0x7f000001
const inverseOrder = 1 / order
/** Of the multiplicative group; no power of it that is not a multiple of 127 is a root of unity of an order 2ᵏ. */
const generator = 3
const twoAdicity = 24

export function add(a: number, b: number): number {
  const sum = a + b
  return sum >= order ? sum - order : sum
}

export function sub(a: number, b: number): number {
  return a >= b ? a - b : a - b + order
}

export function mul(a: number, b: number): number {
  const quotient = Math.floor(a * b * inverseOrder)
  // The quotient is off by one at most, and then the product lies next to a multiple of p, so 32 bits tell which.
  const rest = (Math.imul(a, b) - Math.imul(quotient, order)) | 0
  if (rest < 0) return rest + order
  return rest >= order ? rest - order : rest
}

/** `exponent` is a whole number from 0 to 2⁵³. */
export function power(base: number, exponent: number): number {
  let result = 1
  let square = base
  for (let left = exponent; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result = mul(result, square)
    square = mul(square, square)
  }
  return result
}

/** Of zero, zero. */
export function inverse(value: number): number {
  return power(value, order - 2)
}

/** A root of unity of the order `size`, a power of two up to 2²⁴: the same every time, and √ of that of half the size. */
export function rootOfUnity(size: number): number {
  const log = Math.log2(size)
  if (!Number.isInteger(log) || log > twoAdicity) throw new RangeError(`no root of unity of order ${size}`)
  return power(generator, (order - 1) / size)
}

/** base⁰, base¹ … `count` of them, all times `first`. */
export function powers(base: number, count: number, first = 1): number[] {
  const all: number[] = []
  for (let value = first; all.length < count; value = mul(value, base)) all.push(value)
  return all
}
