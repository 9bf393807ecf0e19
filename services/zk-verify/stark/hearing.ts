/**
 * What a proof says, heard in the order in which the prover said it, up to the nonce. Some hashes over a tenth of its bytes,
 * and no arithmetic: a proof whose nonce was not ground is refused before anything else is done for it.
 */

import { Challenges } from './challenges.ts'
import type { Ext } from './extension.ts'
import { at, capBytes, firstFold, quotientTree, secondFold, traceTree, type TreeShape } from './layout.ts'
import { capOffset } from './merkle.ts'
import { grindingBits } from './parameters.ts'

/** What is drawn from it; computed when it is asked for. */
export interface Heard {
  /** Of the constraints. */
  readonly weightsOf: () => readonly Ext[]
  readonly pointOf: () => Ext
  /** Of what is folded. */
  readonly deepWeightsOf: () => readonly Ext[]
  readonly foldingsOf: () => readonly [Ext, Ext]
  /** The points to open. */
  readonly indexesOf: () => readonly number[]
}

/** Of a proof of the right length; null where the nonce is not ground. */
export function heard(inputs: readonly Uint8Array[], proof: Uint8Array): Heard | null {
  const capOf = (tree: TreeShape) => proof.subarray(capOffset(tree), capOffset(tree) + capBytes)
  const challenges = new Challenges(inputs)
  const weightsOf = challenges.afterTrace(capOf(traceTree))
  const pointOf = challenges.afterQuotient(capOf(quotientTree))
  const deepWeightsOf = challenges.afterValues(proof.subarray(at.columnsAtZ, at.final))
  const firstOf = challenges.afterFold(capOf(firstFold))
  const secondOf = challenges.afterFold(capOf(secondFold))
  challenges.afterFinal(proof.subarray(at.final, at.nonce))
  const nonce = proof.subarray(at.nonce, at.openings)
  if (!challenges.isGround(nonce, grindingBits)) return null
  return {
    weightsOf,
    pointOf,
    deepWeightsOf,
    foldingsOf: () => [firstOf(), secondOf()],
    indexesOf: () => challenges.afterNonce(nonce),
  }
}
