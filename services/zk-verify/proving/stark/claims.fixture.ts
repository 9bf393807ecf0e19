/** Claims of inclusion, good ones and such as a prover makes that does not keep to the rules. */

import { add } from '../../stark/field.ts'
import type { Claim } from '../../snark/verifier.ts'
import { lastRow } from '../../stark/air.ts'
import { add as plus, evaluate, power, sub, zero } from '../../stark/extension.ts'
import { degreeBound, period, segmentLength } from '../../stark/parameters.ts'
import { chance, sample } from './inclusion.fixture.ts'
import { proveAnyway, type Lies } from './prove.ts'

export const honest: ReturnType<typeof sample> = sample()

export function goodClaim(): Claim {
  return { proof: proveAnyway(honest.rows, honest.inputs, chance), inputs: honest.inputs }
}

/** The honest trace with something added to a cell. */
function changed(row: number, column: number, by: number): readonly (readonly number[])[] {
  return honest.rows.map((cells, at) =>
    at === row ? cells.map((cell, i) => (i === column ? add(cell, by) : cell)) : cells,
  )
}

const [root, event, context] = honest.inputs
const otherRoot = root.map((byte, at) => (at === 31 ? byte ^ 1 : byte))
const otherEvent = event.map((byte, at) => (at === 0 ? byte ^ 1 : byte))

/** Says of the first segment what makes the constraints hold at z, which it is not. */
const consistent: Lies = {
  said(said, quotientAtZ, z) {
    const [first, ...others] = said.segments
    if (first === undefined) return said
    const difference = sub(quotientAtZ, evaluate(said.segments, power(z, BigInt(segmentLength))))
    return { ...said, segments: [plus(first, difference), ...others] }
  },
}

/** Folds zeros from a layer on, which have the lowest degree there is. */
const foldingNothing = (from: 0 | 1): Lies => ({
  ...consistent,
  folded: (values, layer) => (layer < from ? values : values.map(() => zero)),
})

interface Cheat {
  readonly name: string
  readonly rows: readonly (readonly number[])[]
  readonly inputs: readonly Uint8Array[]
  readonly lies: Lies
}

const cheats: readonly Cheat[] = [
  { name: 'a root that is not the one', rows: honest.rows, inputs: [otherRoot, event, context], lies: {} },
  {
    name: 'an event that is not in the tree',
    rows: honest.rows,
    inputs: [root, otherEvent, context],
    lies: {},
  },
  { name: 'a bit that is two', rows: changed(period + 1, 24, 2), inputs: honest.inputs, lies: {} },
  { name: 'a round that goes wrong', rows: changed(period + 9, 0, 1), inputs: honest.inputs, lies: {} },
  { name: 'a carry that is exchanged', rows: changed(lastRow, 16, 1), inputs: honest.inputs, lies: {} },
  {
    name: 'a root that is not the one, with values at z that suit it',
    rows: honest.rows,
    inputs: [otherRoot, event, context],
    lies: consistent,
  },
  {
    name: 'a round that goes wrong, with values at z that suit it',
    rows: changed(period + 9, 0, 1),
    inputs: honest.inputs,
    lies: consistent,
  },
  ...([0, 1] as const).map((from) => ({
    name: `values at z that suit another root, and zeros in place of what is folded ${['first', 'second'][from]}`,
    rows: honest.rows,
    inputs: [otherRoot, event, context],
    lies: foldingNothing(from),
  })),
  {
    name: 'a nonce that nobody looked for',
    rows: honest.rows,
    inputs: honest.inputs,
    lies: { lazy: true },
  },
  {
    name: 'polynomials of a higher degree than they may have',
    rows: honest.rows,
    inputs: honest.inputs,
    lies: { maskDegree: degreeBound + 64 },
  },
]

/** Claims that follow the protocol and prove nothing. */
export const cheating: readonly { readonly name: string; readonly claim: () => Claim }[] = cheats.map(
  ({ name, rows, inputs, lies }) => ({
    name,
    claim: () => ({ proof: proveAnyway(rows, inputs, chance, lies), inputs }),
  }),
)
