/** The trace of the way from a leaf to the root, row by row as `stark/air.ts` draws it, and chance behind it. */

import { add, sub } from '../../stark/field.ts'
import { columns, digestElements, period, traceRows } from '../../stark/parameters.ts'
import { base, cube, external, internal, schedule, width } from '../../stark/poseidon2.ts'
import { elements, type Chance } from './chance.ts'
import type { Place } from './places.ts'

/** Rows of 25 cells, 512 of them. */
export function traceOf(leaf: readonly number[], { isRight, others }: Place, chance: Chance): number[][] {
  const nothing = Array.from({ length: width - digestElements }, () => 0)
  let row = [...leaf, ...nothing, ...nothing, 0]
  const rows: number[][] = [row]
  for (const [level, other] of others.entries()) {
    const right = isRight[level] === true
    for (const next of levelRows(nodeOf(row), other, right)) {
      rows.push(next)
      row = next
    }
  }
  while (rows.length < traceRows) rows.push(elements(chance, columns))
  return rows
}

/** The node at the beginning of a level, or the root in the last row. */
function nodeOf(row: readonly number[]): number[] {
  return Array.from({ length: digestElements }, (_, at) => add(row[at] ?? 0, row[width + at] ?? 0))
}

/** The 32 rows from behind the beginning of a level to the beginning of the next. */
function levelRows(node: readonly number[], other: readonly number[], right: boolean): number[][] {
  const input = right ? [...other, ...node] : [...node, ...other]
  const carry = input.slice(0, digestElements)
  const states = [input, external(base, input)]
  for (const { kind, constants } of schedule) {
    const before = states.at(-1) ?? input
    const boxed = before.map((value, at) => {
      const constant = constants[at]
      return constant === undefined ? value : cube(base, add(value, constant))
    })
    states.push(kind === 'full' ? external(base, boxed) : internal(base, boxed))
  }
  while (states.length < period) states.push(states.at(-1) ?? input)
  // Only the bit behind a beginning counts, but every one has to be one.
  return states.map((state) => [...state, ...carry, right ? 1 : 0])
}

/** One column of all rows. */
export function columnOf(rows: readonly (readonly number[])[], column: number): number[] {
  return rows.map((row) => row[column] ?? 0)
}

/** A polynomial with the values of a column on the rows, and so much chance that a few values elsewhere tell nothing. */
export function blinded(coefficients: readonly number[], chance: readonly number[]): number[] {
  // Adds chance · (x⁵¹² − 1).
  return [...coefficients.map((value, at) => sub(value, chance[at] ?? 0)), ...chance]
}
