/**
 * The field that challenges come from: polynomials of degree below 5 over KoalaBear modulo x⁵ + x² − 1, which has no
 * factor (a test shows it). It has 2¹⁵⁴·⁹ elements, so that what a prover can hope for by luck is small enough.
 * Coordinates are written in ascending order of their powers.
 */

import { add as baseAdd, mul as baseMul, order, sub as baseSub } from './field.ts'

const degree = 5

export type Ext = readonly [number, number, number, number, number]

export const zero: Ext = [0, 0, 0, 0, 0]
export const one: Ext = [1, 0, 0, 0, 0]
const largestExponent = BigInt(order) ** BigInt(degree) - 2n

export function fromBase(value: number): Ext {
  return [value, 0, 0, 0, 0]
}

export function isBase([, b, c, d, e]: Ext): boolean {
  return (b | c | d | e) === 0
}

export function equal(a: Ext, b: Ext): boolean {
  return a[0] === b[0] && a[1] === b[1] && a[2] === b[2] && a[3] === b[3] && a[4] === b[4]
}

export function add(a: Ext, b: Ext): Ext {
  return [
    baseAdd(a[0], b[0]),
    baseAdd(a[1], b[1]),
    baseAdd(a[2], b[2]),
    baseAdd(a[3], b[3]),
    baseAdd(a[4], b[4]),
  ]
}

export function sub(a: Ext, b: Ext): Ext {
  return [
    baseSub(a[0], b[0]),
    baseSub(a[1], b[1]),
    baseSub(a[2], b[2]),
    baseSub(a[3], b[3]),
    baseSub(a[4], b[4]),
  ]
}

export function scale(a: Ext, factor: number): Ext {
  return [
    baseMul(a[0], factor),
    baseMul(a[1], factor),
    baseMul(a[2], factor),
    baseMul(a[3], factor),
    baseMul(a[4], factor),
  ]
}

export function mul(a: Ext, b: Ext): Ext {
  const [a0, a1, a2, a3, a4] = a
  const [b0, b1, b2, b3, b4] = b
  // The coefficients of the product up to x⁸; sums of products are kept below p, one by one.
  const c0 = baseMul(a0, b0)
  const c1 = baseAdd(baseMul(a0, b1), baseMul(a1, b0))
  const c2 = sum3(baseMul(a0, b2), baseMul(a1, b1), baseMul(a2, b0))
  const c3 = baseAdd(baseAdd(baseMul(a0, b3), baseMul(a3, b0)), baseAdd(baseMul(a1, b2), baseMul(a2, b1)))
  const c4 = baseAdd(
    sum3(baseMul(a0, b4), baseMul(a2, b2), baseMul(a4, b0)),
    baseAdd(baseMul(a1, b3), baseMul(a3, b1)),
  )
  const c5 = baseAdd(baseAdd(baseMul(a1, b4), baseMul(a4, b1)), baseAdd(baseMul(a2, b3), baseMul(a3, b2)))
  const c6 = sum3(baseMul(a2, b4), baseMul(a3, b3), baseMul(a4, b2))
  const c7 = baseAdd(baseMul(a3, b4), baseMul(a4, b3))
  const c8 = baseMul(a4, b4)
  // x⁵ = 1 − x², so x⁶ = x − x³, x⁷ = x² − x⁴ and x⁸ = x³ − x⁵ = x³ + x² − 1.
  return [
    baseSub(baseAdd(c0, c5), c8),
    baseAdd(c1, c6),
    baseAdd(baseSub(c2, c5), baseAdd(c7, c8)),
    baseAdd(baseSub(c3, c6), c8),
    baseSub(c4, c7),
  ]
}

export function power(base: Ext, exponent: bigint): Ext {
  let result = one
  let square = base
  for (let left = exponent; left > 0n; left >>= 1n) {
    if ((left & 1n) === 1n) result = mul(result, square)
    square = mul(square, square)
  }
  return result
}

/** All inverses for the price of one and three multiplications each. None of the values may be zero. */
export function inverses(values: readonly Ext[]): Ext[] {
  const before: Ext[] = []
  let product = one
  for (const value of values) {
    before.push(product)
    product = mul(product, value)
  }
  let rest = power(product, largestExponent)
  const inverted: Ext[] = []
  for (const value of values.toReversed()) {
    inverted.push(mul(rest, before[values.length - 1 - inverted.length] ?? one))
    rest = mul(rest, value)
  }
  return inverted.toReversed()
}

/** The value at a point of the polynomial with these coefficients, in ascending order. */
export function evaluate(coefficients: readonly Ext[], point: Ext): Ext {
  return coefficients.reduceRight((sum, coefficient) => add(mul(sum, point), coefficient), zero)
}

function sum3(a: number, b: number, c: number): number {
  return baseAdd(baseAdd(a, b), c)
}
