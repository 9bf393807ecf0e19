/** Quota proofs by the dozen under the development key, for tests of the service. */

import { catalogue } from '../circuits/catalogue.ts'
import { hashOf } from '../circuits/pinned.ts'
import { developmentTrapdoor, samples } from './publish.ts'
import { forger, seeded } from './trapdoor.ts'

const id = 'quota-compliance'
const circuit = catalogue.find((one) => one.id === id)
if (circuit === undefined) throw new Error(`there is no circuit ${id} in the catalogue`)

export const quotaKey = Uint8Array.from(Buffer.from(circuit.published.key, 'base64'))
export const quotaPin = `${id}@${hashOf(quotaKey)}`

const next = seeded('quota proofs')

/** A circuit of the right shape; what its wires hold plays no part in a forgery. */
const shape = samples[id](next, 0n)

/** Proves root, limit, epoch and context, whatever they are: what the maker of a key can do. */
export const forgeQuota = forger(shape, developmentTrapdoor(id), next)
