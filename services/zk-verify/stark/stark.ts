/**
 * The verifier of audit inclusion as a STARK. The prover commits to the trace, then to the quotient of all constraints,
 * says what both are at a random point, and shows with FRI that they are polynomials of low degree which take those
 * values there. docs/STARK.md says why that convinces, and how far.
 *
 * There is nothing for proofs to share, so a batch is verified one by one and the weights for it are not used.
 */

import type { Claim, Verdict, Verifier } from '../snark/verifier.ts'
import { deep, differences, type Said } from './deep.ts'
import { equal, evaluate, inverses, power, zero, type Ext } from './extension.ts'
import { domain, pointAt } from './fri.ts'
import { heard } from './hearing.ts'
import { at, openingBytes } from './layout.ts'
import { claimFault, inputsOf } from './looks.ts'
import { committedAt, foldsTo } from './openings.ts'
import { columns, finalCoefficients, segmentLength, segments } from './parameters.ts'
import { quotientAt } from './quotient.ts'
import { Reading } from './reading.ts'
import { digestFrom, leafOf } from './tree.ts'

/** Rejects with a `KeyFault` on any key but the one there is. */
export async function openStark(key: Uint8Array): Promise<Verifier> {
  const inputs = inputsOf(key)
  return {
    system: 'stark-koalabear-fri',
    inputs,
    verify: (claims) => claims.map((claim) => verdictOn(claim, inputs)),
  }
}

function verdictOn(claim: Claim, inputs: number): Verdict {
  const fault = claimFault(claim, inputs)
  if (fault !== null) return fault
  return proves(claim.inputs, new Reading(claim.proof)) ? null : 'equation'
}

/** Cheapest first: the nonce, the constraints at one point, and then the openings. */
function proves(inputs: readonly Uint8Array[], proof: Reading): boolean {
  const said = heard(inputs, proof.bytes)
  if (said === null) return false
  const indexes = said.indexesOf()

  const z = said.pointOf()
  const values: Said = {
    row: proof.exts(at.columnsAtZ, columns),
    next: proof.exts(at.columnsAtNext, columns),
    segments: proof.exts(at.segmentsAtZ, segments),
  }
  if (!isConsistent(z, values, inputs, said.weightsOf())) return false

  const deepAt = deep(values, said.deepWeightsOf())
  const final = proof.exts(at.final, finalCoefficients)
  const foldings = said.foldingsOf()
  const inverted = inverses(indexes.flatMap((index) => differences(pointAt(domain, index), z)))
  return indexes.every((index, query) => {
    const opening = { offset: at.openings + query * openingBytes, index }
    const opened = committedAt(proof, opening)
    if (opened === null) return false
    const value = deepAt(opened, [inverted[2 * query] ?? zero, inverted[2 * query + 1] ?? zero])
    return foldsTo(proof, opening, value, foldings, final)
  })
}

/** Whether the segments are, at z, the quotient of what the columns are there. */
function isConsistent(
  z: Ext,
  { row, next, segments }: Said,
  [root = new Uint8Array(0), event = new Uint8Array(0)]: readonly Uint8Array[],
  weights: readonly Ext[],
): boolean {
  const quotient = quotientAt({ x: z, row, next }, { leaf: leafOf(event), root: digestFrom(root) }, weights)
  return equal(quotient, evaluate(segments, power(z, BigInt(segmentLength))))
}
