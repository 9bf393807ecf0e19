/**
 * The prover of audit inclusion as a STARK, for developers and tests. It takes the steps of `stark/stark.ts` from the
 * other side. It is not written to run in constant time.
 */

import { Challenges } from '../../stark/challenges.ts'
import { deep, differences, nextPoint, type Opened, type Said } from '../../stark/deep.ts'
import { evaluate, inverses, zero, type Ext } from '../../stark/extension.ts'
import { domain, fold, folded, foldedTwice, pointAt, type Coset } from '../../stark/fri.ts'
import {
  firstFold,
  nonceBytes,
  quotientTree,
  secondFold,
  traceTree,
  type TreeShape,
} from '../../stark/layout.ts'
import {
  degreeBound,
  domainSize,
  finalCoefficients,
  folding,
  grindingBits,
  saltBytes,
  shift,
} from '../../stark/parameters.ts'
import { digestFrom, leafOf } from '../../stark/tree.ts'
import { exts, type Chance } from './chance.ts'
import { commit } from './committing.ts'
import { evaluateOn, interpolateOn } from './ntt.ts'
import { byCoordinate, columnPolynomials, quotientPolynomial, segmentsOf, valueAt } from './polynomials.ts'
import { quotientAt } from '../../stark/quotient.ts'

/** What a dishonest prover does. */
export interface Lies {
  /** Says something else of its polynomials at z than what they are. */
  readonly said?: (said: Said, quotientAtZ: Ext, z: Ext) => Said
  /** Commits to a mask of another degree than it may have: below this number. */
  readonly maskDegree?: number
  /** Commits to other values than those that are to be folded, first to `layer` 0 and then to 1. */
  readonly folded?: (values: readonly Ext[], layer: 0 | 1) => readonly Ext[]
  /** Takes a nonce that the verifier does not. */
  readonly lazy?: boolean
}

/** A proof of a trace, whether it keeps the constraints or not. `inputs` are root, event and context. */
export function proveAnyway(
  rows: readonly (readonly number[])[],
  inputs: readonly Uint8Array[],
  chance: Chance,
  {
    said: sayOf = (said) => said,
    maskDegree = degreeBound,
    folded: foldedOf = (values) => values,
    lazy = false,
  }: Lies = {},
): Uint8Array {
  const [root = new Uint8Array(0), event = new Uint8Array(0)] = inputs
  const ends = { leaf: leafOf(event), root: digestFrom(root) }
  const challenges = new Challenges(inputs)

  const polynomials = columnPolynomials(rows, chance)
  const columnValues = polynomials.map((one) => evaluateOn(one, shift, domainSize))
  const rowAt = (index: number) => columnValues.map((column) => column[index] ?? 0)
  const trace = commit(traceTree, rowAt, chance(domainSize * saltBytes))
  const weights = challenges.afterTrace(trace.cap)()

  const segments = segmentsOf(quotientPolynomial(polynomials, ends, weights), chance)
  const mask = exts(chance, maskDegree)
  const [maskValues = [], ...segmentValues] = [mask, ...segments].map((one) => onDomain(one))
  const segmentsAt = (index: number) => segmentValues.map((values) => values[index] ?? zero)
  const openedAt = (index: number): Opened => ({
    row: rowAt(index),
    segments: segmentsAt(index),
    mask: maskValues[index] ?? zero,
  })
  const quotient = commit(
    quotientTree,
    (index) => [maskValues[index] ?? zero, ...segmentsAt(index)].flat(),
    chance(domainSize * saltBytes),
  )
  const z = challenges.afterQuotient(quotient.cap)()

  const honest: Said = {
    row: polynomials.map((one) => valueAt(one, z)),
    next: polynomials.map((one) => valueAt(one, nextPoint(z))),
    segments: segments.map((one) => evaluate(one, z)),
  }
  const said = sayOf(honest, quotientAt({ x: z, row: honest.row, next: honest.next }, ends, weights), z)
  const values = written([...said.row, ...said.next, ...said.segments])
  const deepAt = deep(said, challenges.afterValues(values)())
  const inverted = inverses(indexesOf(domain).flatMap((index) => differences(pointAt(domain, index), z)))
  const codeword = indexesOf(domain).map((index) =>
    deepAt(openedAt(index), [inverted[2 * index] ?? zero, inverted[2 * index + 1] ?? zero]),
  )

  const first = foldOf(foldedOf(codeword, 0), domain, firstFold, challenges)
  const second = foldOf(foldedOf(first.values, 1), folded, secondFold, challenges)
  const left = byCoordinate(second.values, (coordinates) => interpolateOn(coordinates, foldedTwice.shift))
  const final = written(left.slice(0, finalCoefficients))
  challenges.afterFinal(final)
  const nonce = ground(challenges, !lazy)
  const opened = challenges
    .afterNonce(nonce)
    .flatMap((index) =>
      [trace, quotient, first.committed, second.committed].map(({ open, leaves }) => open(index % leaves)),
    )
  const caps = [trace.cap, quotient.cap, first.committed.cap, second.committed.cap]
  return Buffer.concat([...caps, values, final, nonce, ...opened])
}

/** Commits to a codeword by its cosets of eight and folds it with what is drawn then. */
function foldOf(codeword: readonly Ext[], points: Coset, tree: TreeShape, challenges: Challenges) {
  const cosetAt = (index: number) =>
    Array.from({ length: folding }, (_, k) => codeword[index + k * tree.leaves] ?? zero)
  const committed = commit(tree, (index) => cosetAt(index).flat(), new Uint8Array(0))
  const challenge = challenges.afterFold(committed.cap)()
  const values = Array.from({ length: tree.leaves }, (_, index) =>
    fold(cosetAt(index), challenge, pointAt(points, index)),
  )
  return { committed, values }
}

function ground(challenges: Challenges, wanted: boolean): Uint8Array {
  const nonce = new Uint8Array(nonceBytes)
  const view = new DataView(nonce.buffer)
  // Found after 2¹⁶ tries or so; that none of 2³² is one happens to nobody.
  for (let tries = 0; challenges.isGround(nonce, grindingBits) !== wanted; tries++)
    view.setUint32(0, tries + 1, true)
  return nonce
}

function onDomain(coefficients: readonly Ext[]): Ext[] {
  return byCoordinate(coefficients, (coordinates) => evaluateOn(coordinates, shift, domainSize))
}

function indexesOf({ size }: Coset): number[] {
  return Array.from({ length: size }, (_, index) => index)
}

function written(values: readonly Ext[]): Uint8Array {
  const elements = values.flat()
  const bytes = new Uint8Array(4 * elements.length)
  const view = new DataView(bytes.buffer)
  for (const [at, element] of elements.entries()) view.setUint32(4 * at, element, true)
  return bytes
}
