/** Quota proofs by the dozen under the development key, for tests of the service. */

import { catalogue } from '../circuits/catalogue.ts'
import { hashOf } from '../circuits/pinned.ts'
import { quotaTrapdoor } from './publish.ts'
import { quotaCircuit, treeOf } from './quota.ts'
import { forger, seeded } from './trapdoor.ts'

const [circuit] = catalogue
if (circuit === undefined) throw new Error('there is no circuit in the catalogue')

export const quotaKey = Uint8Array.from(Buffer.from(circuit.published.key, 'base64'))
export const quotaPin = `quota-compliance@${hashOf(quotaKey)}`

const anybody = { key: 0n, used: 0n, blinding: 0n }

/** A circuit of the right shape; what its wires hold plays no part in a forgery. */
const shape = quotaCircuit({ root: 0n, limit: 0n, epoch: 0n, context: 0n }, anybody, treeOf([], 0).place)

/** Proves root, limit, epoch and context, whatever they are: what the maker of a key can do. */
export const forgeQuota = forger(shape, quotaTrapdoor, seeded('quota proofs'))
