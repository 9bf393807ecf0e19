import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chance, sample } from '../proving/stark/inclusion.fixture.ts'
import { columnPolynomials, quotientPolynomial } from '../proving/stark/polynomials.ts'
import { exts } from '../proving/stark/chance.ts'
import {
  beginnings,
  constraints,
  endings,
  lastRow,
  periodicColumns,
  periodicFrom,
  transitions,
} from './air.ts'
import { equal, fromBase, zero, type Ext } from './extension.ts'
import { add } from './field.ts'
import { columns, digestElements, period } from './parameters.ts'
import { base, width } from './poseidon2.ts'
import { quotientAt, type Ends } from './quotient.ts'
import { digestFrom, leafOf } from './tree.ts'

const honest = sample()
const [root, event] = honest.inputs
const ends: Ends = { leaf: leafOf(event), root: digestFrom(root) }
const [carryAt, bitAt] = [width, width + digestElements]

/** Which constraints a trace breaks anywhere, by their numbers. */
function broken(rows: readonly (readonly number[])[], { leaf, root }: Ends): number[] {
  const found = new Set<number>()
  const note = (values: readonly number[], first: number) =>
    values.forEach((value, at) => value === 0 || found.add(first + at))
  for (let row = 0; row < lastRow; row++) {
    const periodic = periodicFrom(
      periodicColumns.map((column) => column[row % period] ?? 0),
      0,
    )
    note(transitions(base, rows[row] ?? [], rows[row + 1] ?? [], periodic), 0)
  }
  note(beginnings(base, rows[0] ?? [], leaf), columns)
  note(endings(base, rows[lastRow] ?? [], root), columns + 2 * digestElements)
  return [...found].toSorted((one, other) => one - other)
}

/** The honest trace with something added to a cell. */
const changed = (row: number, column: number, by = 1) =>
  honest.rows.map((cells, at) =>
    at === row ? cells.map((cell, i) => (i === column ? add(cell, by) : cell)) : cells,
  )
const raised = (digest: readonly number[], at: number) =>
  digest.map((value, i) => (i === at ? add(value, 1) : value))

/** For each constraint a claim and a trace that break it and nothing else. */
const lies: readonly { rows: readonly (readonly number[])[]; ends: Ends }[] = [
  ...Array.from({ length: width }, (_, at) => ({
    rows: changed(lastRow, at),
    ends: at < digestElements ? { ...ends, root: raised(ends.root, at) } : ends,
  })),
  ...Array.from({ length: digestElements }, (_, at) => ({
    rows: changed(lastRow, carryAt + at),
    ends: { ...ends, root: raised(ends.root, at) },
  })),
  { rows: changed(period, bitAt, 2), ends },
  ...Array.from({ length: digestElements }, (_, at) => ({
    rows: honest.rows,
    ends: { ...ends, leaf: raised(ends.leaf, at) },
  })),
  ...Array.from({ length: digestElements }, (_, at) => ({
    // The node stays what it is, and so does all that follows.
    rows: changed(0, carryAt + at, 1).map((cells, row) =>
      row === 0 ? cells.map((cell, i) => (i === at ? add(cell, 0x7f000000) : cell)) : cells,
    ),
    ends: { ...ends, leaf: ends.leaf.map((value, i) => (i === at ? add(value, 0x7f000000) : value)) },
  })),
  ...Array.from({ length: digestElements }, (_, at) => ({
    rows: honest.rows,
    ends: { ...ends, root: raised(ends.root, at) },
  })),
]

test('an honest trace breaks no constraint, wherever the leaf lies', () => {
  assert.deepEqual(broken(honest.rows, ends), [])
  for (const index of [0, 1]) {
    const { rows, inputs } = sample(index)
    assert.deepEqual(broken(rows, { leaf: leafOf(inputs[1]), root: digestFrom(inputs[0]) }), [])
  }
})

test('for every constraint there is a lie that it alone notices', () => {
  assert.equal(lies.length, constraints)
  for (const [at, { rows, ends }] of lies.entries()) assert.deepEqual(broken(rows, ends), [at])
})

test('no cell up to the last row can be changed but for bits that nothing asks for', () => {
  for (let row = 0; row <= lastRow; row++) {
    for (let column = 0; column < bitAt; column++) {
      const idle = row === 0 && column >= digestElements && column < width
      if (!idle)
        assert.notDeepEqual(broken(changed(row, column, 5), ends), [], `row ${row}, column ${column}`)
    }
    if (row % period === 1) assert.notDeepEqual(broken(changed(row, bitAt, 5), ends), [])
  }
})

test('the quotient is a polynomial of low degree for a trace that breaks nothing, and for no lie', () => {
  const weights = exts(chance, constraints)
  // Three times a degree below 576, and 496 of the periodic columns, less the 448 rows.
  const honestLength = 3 * 575 + 496 - 448 + 1
  const degreeOf = (rows: readonly (readonly number[])[], of: Ends) =>
    quotientPolynomial(columnPolynomials(rows, chance), of, weights).findLastIndex(
      (coefficient) => !equal(coefficient, zero),
    )
  assert.ok(degreeOf(honest.rows, ends) < honestLength)
  for (const at of [0, 9, 16, 24, 25, 33, 41, 48]) {
    const lie = lies[at] ?? { rows: [], ends }
    assert.equal(degreeOf(lie.rows, lie.ends), 2_047, `constraint ${at}`)
  }
})

test('every constraint has a weight of its own in the quotient', () => {
  const [x, ...cells] = exts(chance, 1 + 2 * columns)
  const place = { x: x ?? zero, row: cells.slice(0, columns), next: cells.slice(columns) }
  const alone = Array.from({ length: constraints }, (_, at) =>
    quotientAt(
      place,
      ends,
      Array.from({ length: constraints }, (_, i): Ext => fromBase(i === at ? 1 : 0)),
    ).join(),
  )
  assert.equal(new Set(alone).size, constraints)
  assert.ok(!alone.includes(zero.join()))
})
