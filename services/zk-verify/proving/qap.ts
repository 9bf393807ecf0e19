/**
 * A constraint system as polynomials (a quadratic arithmetic program): for each wire three of them, whose values at
 * the powers of a root of unity are the wire's factors in the constraints. A witness satisfies all constraints exactly
 * when A·B − C is a multiple of Z = xⁿ − 1.
 *
 * Beside the constraints, each public input has a row of its own, wire · 0 = 0, so that no two inputs have the same
 * polynomials: a proof could otherwise be turned into one for other inputs.
 */

import { inverse, inverses, mod, order, power } from './field.ts'
import { constant, type Constraint, type R1cs, type Sum } from './r1cs.ts'

/** Generates all that is not zero in the field. */
const generator = 7n

export interface WirePolynomials {
  readonly a: readonly bigint[]
  readonly b: readonly bigint[]
  readonly c: readonly bigint[]
}

/** How many powers of the root of unity a circuit needs: a power of two. */
export function domainSize(circuit: R1cs): number {
  return 2 ** Math.ceil(Math.log2(rowsOf(circuit).length))
}

/** The value of each wire's polynomials at a point outside of the domain. */
export function polynomialsAt(circuit: R1cs, point: bigint): WirePolynomials {
  const lagrange = lagrangeAt(point, domainSize(circuit))
  const rows = rowsOf(circuit)
  const total = (side: keyof Constraint) => {
    const values = circuit.witness.map(() => 0n)
    for (const [at, row] of rows.entries()) {
      for (const [wire, factor] of row[side]) {
        values[wire] = mod((values[wire] ?? 0n) + factor * (lagrange[at] ?? 0n))
      }
    }
    return values
  }
  return { a: total('a'), b: total('b'), c: total('c') }
}

/** The coefficients of (A·B − C) / Z, lowest first; one fewer than the domain has points. */
export function quotient(circuit: R1cs): bigint[] {
  const size = domainSize(circuit)
  const rows = rowsOf(circuit)
  // Z is zero all over the domain, so the division takes place on a shifted one, where Z is the same everywhere.
  const shift = powers(generator, size)
  const onShifted = (side: keyof Constraint) => {
    const values = Array.from({ length: size }, (_, at) => circuit.valueOf(rows[at]?.[side] ?? constant(0n)))
    const coefficients = transform(values, 'to coefficients')
    return transform(
      coefficients.map((value, at) => mod(value * (shift[at] ?? 0n))),
      'to values',
    )
  }
  const [a, b, c] = [onShifted('a'), onShifted('b'), onShifted('c')]
  const overZ = inverse(mod(power(generator, BigInt(size)) - 1n))
  const values = a.map((value, at) => mod((value * (b[at] ?? 0n) - (c[at] ?? 0n)) * overZ))
  const unshift = powers(inverse(generator), size)
  return transform(values, 'to coefficients')
    .map((value, at) => mod(value * (unshift[at] ?? 0n)))
    .slice(0, size - 1)
}

/** 1, base, base² … */
export function powers(base: bigint, length: number): bigint[] {
  const all: bigint[] = []
  for (let next = 1n; all.length < length; next = mod(next * base)) all.push(next)
  return all
}

function rowsOf(circuit: R1cs): readonly Constraint[] {
  const empty: Sum = constant(0n)
  const inputs = Array.from({ length: circuit.inputs + 1 }, (_, wire) => ({
    a: new Map([[wire, 1n]]),
    b: empty,
    c: empty,
  }))
  return [...circuit.constraints, ...inputs]
}

function rootOfUnity(size: number): bigint {
  return power(generator, (order - 1n) / BigInt(size))
}

/** Lᵢ(x) = ωⁱ·(xⁿ − 1) / (n·(x − ωⁱ)): one at ωⁱ and zero at the others. */
function lagrangeAt(point: bigint, size: number): bigint[] {
  const roots = powers(rootOfUnity(size), size)
  const front = mod((power(point, BigInt(size)) - 1n) * inverse(BigInt(size)))
  const below = inverses(roots.map((root) => mod(point - root)))
  return roots.map((root, at) => mod(mod(root * front) * (below[at] ?? 0n)))
}

/** Between the coefficients of a polynomial and its values on the domain (Cooley and Tukey's). */
function transform(input: readonly bigint[], direction: 'to values' | 'to coefficients'): bigint[] {
  const size = input.length
  const root = rootOfUnity(size)
  const values = spread(input, direction === 'to values' ? root : inverse(root))
  if (direction === 'to values') return values
  const scale = inverse(BigInt(size))
  return values.map((value) => mod(value * scale))
}

function spread(input: readonly bigint[], root: bigint): bigint[] {
  if (input.length === 1) return [...input]
  const square = mod(root * root)
  const even = spread(
    input.filter((_, at) => at % 2 === 0),
    square,
  )
  const odd = spread(
    input.filter((_, at) => at % 2 === 1),
    square,
  )
  const turned = powers(root, odd.length).map((turn, at) => turn * (odd[at] ?? 0n))
  return [
    ...even.map((value, at) => mod(value + (turned[at] ?? 0n))),
    ...even.map((value, at) => mod(value - (turned[at] ?? 0n))),
  ]
}
