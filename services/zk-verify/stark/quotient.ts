/**
 * All constraints as one value at one point: the quotient, which is a polynomial if and only if every constraint holds
 * wherever it has to, but for the luck of the weights.
 *
 *     Σ wᵢ·transitionᵢ(x) · Π (x − gʳ) / (x⁵¹² − 1)     the product over the rows 448 to 511, where none has to hold
 *       + Σ wᵢ·beginningᵢ(x) / (x − 1)
 *       + Σ wᵢ·endingᵢ(x) / (x − g⁴⁴⁸)
 */

import {
  beginnings,
  endings,
  lastPoint,
  lastRow,
  periodicColumns,
  periodicFrom,
  rowRoot,
  transitions,
} from './air.ts'
import * as ext from './extension.ts'
import type { Ext } from './extension.ts'
import { add, inverse, mul, power, powers, rootOfUnity } from './field.ts'
import { period, traceRows } from './parameters.ts'
import type { Algebra } from './poseidon2.ts'

/** Both ends of the way, which every constraint about them is about. */
export interface Ends {
  readonly leaf: readonly number[]
  readonly root: readonly number[]
}

/** A point, and the columns there and a row later. */
interface Place {
  readonly x: Ext
  readonly row: readonly Ext[]
  readonly next: readonly Ext[]
}

const algebra: Algebra<Ext> = {
  add: ext.add,
  sub: ext.sub,
  mul: ext.mul,
  scale: ext.scale,
  zero: ext.zero,
}
/** Coefficients in y = x¹⁶, of which the rows of a period take the 32 roots of unity. */
const periodicCoefficients = periodicColumns.map(interpolate)
const freeRows = powers(rowRoot, traceRows - lastRow, lastPoint)

/** There is one weight for each constraint, in the order transitions, beginnings, endings. */
export function quotientAt({ x, row, next }: Place, { leaf, root }: Ends, weights: readonly Ext[]): Ext {
  const ofTransitions = transitions(algebra, row, next, periodicAt(x))
  const ofBeginnings = beginnings(algebra, row, leaf.map(ext.fromBase))
  const ofEndings = endings(algebra, row, root.map(ext.fromBase))
  const weightsFrom = (first: number, values: readonly Ext[]) =>
    values.reduce<Ext>(
      (sum, value, at) => ext.add(sum, ext.mul(weights[first + at] ?? ext.zero, value)),
      ext.zero,
    )
  const free = freeRows.reduce<Ext>((product, point) => ext.mul(product, minus(x, point)), ext.one)
  const [onRows = ext.zero, onFirst = ext.zero, onLast = ext.zero] = ext.inverses([
    minus(ext.power(x, BigInt(traceRows)), 1),
    minus(x, 1),
    minus(x, lastPoint),
  ])
  const [second, third] = [ofTransitions.length, ofTransitions.length + ofBeginnings.length]
  return ext.add(
    ext.mul(weightsFrom(0, ofTransitions), ext.mul(free, onRows)),
    ext.add(
      ext.mul(weightsFrom(second, ofBeginnings), onFirst),
      ext.mul(weightsFrom(third, ofEndings), onLast),
    ),
  )
}

function periodicAt(x: Ext) {
  const y = ext.power(x, BigInt(traceRows / period))
  let power = ext.one
  const powersOfY = Array.from({ length: period }, () => {
    const now = power
    power = ext.mul(power, y)
    return now
  })
  return periodicFrom(
    periodicCoefficients.map((coefficients) =>
      powersOfY.reduce<Ext>(
        (sum, value, at) => ext.add(sum, ext.scale(value, coefficients[at] ?? 0)),
        ext.zero,
      ),
    ),
    ext.zero,
  )
}

/** Naively, for there are 21 of them and 32 values each. */
function interpolate(values: readonly number[]): number[] {
  const size = values.length
  const [root, share] = [inverse(rootOfUnity(size)), inverse(size)]
  return values.map((_, at) => {
    const sum = values.reduce(
      (total, value, row) => add(total, mul(value, power(root, (at * row) % size))),
      0,
    )
    return mul(sum, share)
  })
}

function minus(x: Ext, point: number): Ext {
  return ext.sub(x, ext.fromBase(point))
}
