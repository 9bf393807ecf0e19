/** What can be said against a claim and a key before any arithmetic: comparisons, and no memory taken for them. */

import { KeyFault, type Claim, type Verdict } from '../snark/verifier.ts'
import { order } from './field.ts'
import { at, elementBytes, openingBytes, proofBytes, treeBytes, trees } from './layout.ts'
import { digestElements, parameters, queries } from './parameters.ts'

/** Root, hash of the event, binding context: 32 bytes each. */
const inputs = 3
const inputBytes = 32

/** How many public inputs the key is for. There is one key; throws a `KeyFault` on any other. */
export function inputsOf(key: Uint8Array): number {
  if (Buffer.compare(key, Buffer.from(parameters)) !== 0) {
    throw new KeyFault(`a verifying key of ${key.length} bytes, which are not the parameters of this build`)
  }
  return inputs
}

/** `encoding`: an element of the proof is not below p. `range`: one of the root is not, or an input is not 32 bytes. */
export function claimFault(claim: Claim, count: number): Verdict {
  if (claim.proof.length !== proofBytes) return 'length'
  if (claim.inputs.length !== count) return 'inputs'
  if (!claim.inputs.every((input) => input.length === inputBytes)) return 'range'
  const [root] = claim.inputs
  if (root === undefined || !areBelow(viewOf(root), 0, digestElements, false)) return 'range'
  return proofFault(viewOf(claim.proof))
}

function proofFault(proof: DataView): Verdict {
  if (!areBelow(proof, at.columnsAtZ, (at.nonce - at.columnsAtZ) / elementBytes, true)) return 'encoding'
  let offset = at.openings
  for (let query = 0; query < queries; query++) {
    let leaf = offset
    for (const tree of trees) {
      if (!areBelow(proof, leaf, tree.elements, true)) return 'encoding'
      leaf += treeBytes(tree)
    }
    offset += openingBytes
  }
  return null
}

function areBelow(view: DataView, offset: number, count: number, littleEndian: boolean): boolean {
  for (let element = 0; element < count; element++) {
    if (view.getUint32(offset + element * elementBytes, littleEndian) >= order) return false
  }
  return true
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
