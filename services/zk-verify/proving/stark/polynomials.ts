/**
 * The polynomials of a proof: the blinded columns of a trace, and the segments of the quotient of its constraints. What
 * the verifier sees of each are 40 values on the domain and one or two at z, and each has more chance in it than that.
 */

import * as ext from '../../stark/extension.ts'
import type { Ext } from '../../stark/extension.ts'
import { pointAt, type Coset } from '../../stark/fri.ts'
import { rootOfUnity } from '../../stark/field.ts'
import { columns, degreeBound, segmentLength, shift, traceRows } from '../../stark/parameters.ts'
import { quotientAt, type Ends } from '../../stark/quotient.ts'
import { elements, exts, type Chance } from './chance.ts'
import { evaluateOn, interpolate, interpolateOn } from './ntt.ts'
import { blinded, columnOf } from './trace.ts'

/** Coefficients that blind a column, as a multiple of what is zero on all rows. */
const columnChance = 64
/** The quotient has a degree below this, so it is known by so many values. */
const quotientSize = 2_048
const quotientPoints: Coset = { shift, size: quotientSize, root: rootOfUnity(quotientSize) }

/** Coefficients of each column, of degree below 576. */
export function columnPolynomials(rows: readonly (readonly number[])[], chance: Chance): number[][] {
  return Array.from({ length: columns }, (_, column) =>
    blinded(interpolate(columnOf(rows, column)), elements(chance, columnChance)),
  )
}

/** Coefficients of the quotient; beyond what honest ones have they are zero only if all constraints hold. */
export function quotientPolynomial(
  polynomials: readonly (readonly number[])[],
  ends: Ends,
  weights: readonly Ext[],
): Ext[] {
  const values = polynomials.map((coefficients) => evaluateOn(coefficients, shift, quotientSize))
  const step = quotientSize / traceRows
  const rowAt = (index: number) => values.map((column) => ext.fromBase(column[index % quotientSize] ?? 0))
  const quotient = Array.from({ length: quotientSize }, (_, index) =>
    quotientAt(
      { x: ext.fromBase(pointAt(quotientPoints, index)), row: rowAt(index), next: rowAt(index + step) },
      ends,
      weights,
    ),
  )
  return byCoordinate(quotient, (coordinates) => interpolateOn(coordinates, shift))
}

/** h₀ and h₁, with quotient = h₀ + x⁹⁶⁰·h₁: what blinds h₀ above 960 is taken from h₁ again. */
export function segmentsOf(quotient: readonly Ext[], chance: Chance): [Ext[], Ext[]] {
  const blind = exts(chance, degreeBound - segmentLength)
  const [low, high] = [quotient.slice(0, segmentLength), quotient.slice(segmentLength)]
  return [[...low, ...blind], high.map((value, at) => ext.sub(value, blind[at] ?? ext.zero))]
}

/** Applies to each of the five coordinates what is linear over the base field. */
export function byCoordinate(values: readonly Ext[], apply: (of: readonly number[]) => number[]): Ext[] {
  const [a, b, c, d, e] = [0, 1, 2, 3, 4].map((at) => apply(values.map((value) => value[at] ?? 0)))
  return (a ?? []).map((first, at): Ext => [first, b?.[at] ?? 0, c?.[at] ?? 0, d?.[at] ?? 0, e?.[at] ?? 0])
}

/** The value at a point of the extension of a polynomial over the base field. */
export function valueAt(coefficients: readonly number[], point: Ext): Ext {
  return coefficients.reduceRight<Ext>(
    (sum, coefficient) => ext.add(ext.mul(sum, point), ext.fromBase(coefficient)),
    ext.zero,
  )
}
