/**
 * What FRI is run on: one polynomial that has a low degree only if all committed ones have and take the values they are
 * said to take at z and g·z.
 *
 *     mask(x) + [ Σ βⱼ·(tⱼ(x) − tⱼ(z)) + Σ β″ₖ·(hₖ(x) − hₖ(z)) ] / (x − z) + Σ β′ⱼ·(tⱼ(x) − tⱼ(g·z)) / (x − g·z)
 */

import { rowRoot } from './air.ts'
import { add, fromBase, mul, scale, sub, zero, type Ext } from './extension.ts'
import { columns, segments } from './parameters.ts'

/** What was said of the polynomials at z and g·z. */
export interface Said {
  readonly row: readonly Ext[]
  readonly next: readonly Ext[]
  readonly segments: readonly Ext[]
}

/** What was committed to, at one point of the domain. */
export interface Opened {
  readonly row: readonly number[]
  readonly segments: readonly Ext[]
  readonly mask: Ext
}

/** How many weights there are: for the columns at z and at g·z, and for the segments. */
export const weightCount = 2 * columns + segments

export function nextPoint(z: Ext): Ext {
  return scale(z, rowRoot)
}

/** x − z and x − g·z, which are never zero, since z is outside of the base field. */
export function differences(x: number, z: Ext): [Ext, Ext] {
  return [sub(fromBase(x), z), sub(fromBase(x), nextPoint(z))]
}

/** The polynomial as a function of what is opened at x and of the inverses of its differences. */
export function deep(said: Said, weights: readonly Ext[]): (opened: Opened, inverses: [Ext, Ext]) => Ext {
  const ofRow = weights.slice(0, columns)
  const ofNext = weights.slice(columns, 2 * columns)
  const ofSegments = weights.slice(2 * columns)
  const saidAtZ = add(sum(ofRow, said.row), sum(ofSegments, said.segments))
  const saidAtNext = sum(ofNext, said.next)
  return ({ row, segments, mask }, [atZ, atNext]) => {
    const here = add(scaled(ofRow, row), sum(ofSegments, segments))
    return add(mask, add(mul(sub(here, saidAtZ), atZ), mul(sub(scaled(ofNext, row), saidAtNext), atNext)))
  }
}

function sum(weights: readonly Ext[], values: readonly Ext[]): Ext {
  return values.reduce<Ext>((total, value, at) => add(total, mul(weights[at] ?? zero, value)), zero)
}

function scaled(weights: readonly Ext[], values: readonly number[]): Ext {
  return values.reduce<Ext>((total, value, at) => add(total, scale(weights[at] ?? zero, value)), zero)
}
