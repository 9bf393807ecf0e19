/**
 * Polynomials over KoalaBear by their coefficients and by their values at the powers of a root of unity, and the way from
 * one to the other: the transform of Cooley and Tukey, in place and with the indexes reversed first.
 */

import { add, inverse, mul, powers, rootOfUnity, sub } from '../../stark/field.ts'

/** Values at 1, ω, ω² … of the polynomial with these coefficients; ω has as many powers as there are coefficients. */
export function evaluate(coefficients: readonly number[]): number[] {
  return transform(coefficients, rootOfUnity(coefficients.length))
}

/** The coefficients of the polynomial that has these values at 1, ω, ω² … */
export function interpolate(values: readonly number[]): number[] {
  const share = inverse(values.length)
  return transform(values, inverse(rootOfUnity(values.length))).map((value) => mul(value, share))
}

/** Values at shift, shift·ω, shift·ω² … `size` of them; there are no more coefficients than that. */
export function evaluateOn(coefficients: readonly number[], shift: number, size: number): number[] {
  const factors = powers(shift, coefficients.length)
  const moved = Array.from({ length: size }, (_, at) => mul(coefficients[at] ?? 0, factors[at] ?? 0))
  return evaluate(moved)
}

export function interpolateOn(values: readonly number[], shift: number): number[] {
  const factors = powers(inverse(shift), values.length)
  return interpolate(values).map((coefficient, at) => mul(coefficient, factors[at] ?? 0))
}

function transform(input: readonly number[], root: number): number[] {
  const size = input.length
  const bits = Math.log2(size)
  const values = input.map((_, at) => input[reversed(at, bits)] ?? 0)
  const roots = powers(root, size / 2)
  for (let half = 1; half < size; half *= 2) {
    const stride = size / (2 * half)
    for (let start = 0; start < size; start += 2 * half) {
      for (let at = 0; at < half; at++) {
        const low = values[start + at] ?? 0
        const high = mul(values[start + at + half] ?? 0, roots[at * stride] ?? 0)
        values[start + at] = add(low, high)
        values[start + at + half] = sub(low, high)
      }
    }
  }
  return values
}

function reversed(index: number, bits: number): number {
  let result = 0
  for (let bit = 0; bit < bits; bit++) result = (result << 1) | ((index >> bit) & 1)
  return result
}
