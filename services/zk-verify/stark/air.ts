/**
 * What is proven, as polynomials that are zero: an algebraic execution trace of the way from a leaf to the root.
 *
 *     columns  16 state · 8 carry · 1 bit         rows  14 levels of 32, and a last one
 *
 *     row 32·l       state₀₋₇ + carry is the node of level l (at row 0: the leaf, with carry 0)
 *         32·l + 1   state is (left, right) of level l, of which the bit says which one the node is; carry is left
 *         32·l + 2   after the external layer that Poseidon2 begins with
 *         32·l + 30  after its 28 rounds, and so to the end of the level
 *     row 448        state₀₋₇ + carry is the root
 *
 * What lies beside the nodes is whatever makes these hold, so it stays in the trace and no one is told.
 */

import { power, rootOfUnity } from './field.ts'
import { depth, digestElements, period, traceRows } from './parameters.ts'
import { cube, external, internal, schedule, width, type Algebra } from './poseidon2.ts'

/** The row where the root is. Those behind it hold nothing but chance. */
export const lastRow = depth * period

const [stepRow, layerRow, roundRow] = [0, 1, 2]
const carryAt = width
const bitAt = width + digestElements

/** What happens between two rows: one selector for each, and the constants of a round. */
interface Periodic<T> {
  readonly step: T
  readonly layer: T
  readonly full: T
  readonly partial: T
  readonly copy: T
  readonly constants: readonly T[]
}

/** Periodic columns in the order step, layer, full, partial, copy and 16 constants; 32 values of each. */
export const periodicColumns: readonly (readonly number[])[] = [
  ...['step', 'layer', 'full', 'partial', 'copy'].map((kind) =>
    Array.from({ length: period }, (_, row) => (kindOf(row) === kind ? 1 : 0)),
  ),
  ...Array.from({ length: width }, (_, at) =>
    Array.from({ length: period }, (_, row) => schedule[row - roundRow]?.constants[at] ?? 0),
  ),
]

export function periodicFrom<T>(values: readonly T[], zero: T): Periodic<T> {
  const [step = zero, layer = zero, full = zero, partial = zero, copy = zero, ...constants] = values
  return { step, layer, full, partial, copy, constants }
}

/**
 * The constraints between a row and the next, which hold for rows 0 to 447: 16 for the state, 8 for the carry, one for
 * the bit. Their degree is at most 3 in the columns and 1 in the periodic ones.
 */
export function transitions<T>(
  algebra: Algebra<T>,
  row: readonly T[],
  next: readonly T[],
  periodic: Periodic<T>,
): T[] {
  const { add, sub, mul, zero } = algebra
  const { step, layer, full, partial, copy, constants } = periodic
  const at = (cells: readonly T[], column: number) => cells[column] ?? zero
  const state = row.slice(0, width)
  const cubed = state.map((value, i) => cube(algebra, add(value, at(constants, i))))
  const afterFull = external(algebra, cubed)
  const afterPartial = internal(algebra, [at(cubed, 0), ...state.slice(1)])
  const afterLayer = external(algebra, state)

  const ofState = state.map((value, i) => {
    const after = add(
      add(mul(full, at(afterFull, i)), mul(partial, at(afterPartial, i))),
      add(mul(layer, at(afterLayer, i)), mul(copy, value)),
    )
    // On the row of a step the next state is chosen, so nothing says what it is but that the node is half of it.
    const held = sub(after, sub(at(next, i), mul(step, at(next, i))))
    if (i >= digestElements) return held
    const node = add(value, at(row, carryAt + i))
    const [left, right] = [at(next, i), at(next, digestElements + i)]
    const chosen = add(left, mul(at(next, bitAt), sub(right, left)))
    return add(held, mul(step, sub(node, chosen)))
  })
  const ofCarry = Array.from({ length: digestElements }, (_, i) => {
    const carry = at(row, carryAt + i)
    return sub(sub(at(next, carryAt + i), carry), mul(step, sub(at(next, i), carry)))
  })
  const bit = at(row, bitAt)
  return [...ofState, ...ofCarry, sub(mul(bit, bit), bit)]
}

/** What row 0 has to be, each as a polynomial that is zero there: the leaf, and a carry of nothing. */
export function beginnings<T>(algebra: Algebra<T>, row: readonly T[], leaf: readonly T[]): T[] {
  const cells = [...row.slice(0, digestElements), ...row.slice(carryAt, bitAt)]
  return cells.map((cell, i) => algebra.sub(cell, leaf[i] ?? algebra.zero))
}

/** What row 448 has to be: the root. */
export function endings<T>({ add, sub, zero }: Algebra<T>, row: readonly T[], root: readonly T[]): T[] {
  return root.map((value, i) => sub(add(row[i] ?? zero, row[carryAt + i] ?? zero), value))
}

/** How many constraints there are of all three kinds. */
export const constraints = width + digestElements + 1 + 2 * digestElements + digestElements

/** The points of the rows: powers of a root of unity. */
export const rowRoot = rootOfUnity(traceRows)
export const lastPoint = power(rowRoot, lastRow)

function kindOf(row: number): string {
  if (row === stepRow) return 'step'
  if (row === layerRow) return 'layer'
  return schedule[row - roundRow]?.kind ?? 'copy'
}
