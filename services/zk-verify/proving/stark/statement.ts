/** What a developer can have proven as a STARK: that an event is among others, for one occasion. */

import { bindingContext } from '../../binding.ts'
import { auditInclusionStark } from '../../circuits/audit-inclusion-stark.ts'
import { hashOf } from '../../circuits/pinned.ts'
import { parameters } from '../../stark/parameters.ts'
import type { Occasion } from '../statements.ts'
import { Witness } from '../witness.ts'
import { stream, type Chance } from './chance.ts'
import { proveInclusion } from './inclusion.ts'

/** It takes no setup, so its key is its parameters, and whoever proves under it proves something. */
export const starkProvable: { readonly circuit: string; readonly keyHash: string } = {
  circuit: auditInclusionStark.id,
  keyHash: hashOf(Buffer.from(parameters)),
}

const seedBytes = 32

/**
 * `witness` is data from outside: `events`, hashes of 32 bytes in hex, and which of them is shown, `index`. Takes two or three
 * seconds. Throws a `WitnessFault`.
 */
export function proveStark(
  witness: unknown,
  { verifier, nonce }: Occasion,
  chance: Chance,
): { readonly inputs: readonly string[]; readonly proof: Uint8Array } {
  const log = new Witness(witness).events(2 ** 14)
  const { keyHash } = starkProvable
  const context = bindingContext({ domain: auditInclusionStark.domain, keyHash, verifier, nonce })
  const { inputs, proof } = proveInclusion(log, context, stream(chance(seedBytes)))
  return { inputs: inputs.slice(0, -1).map((input) => Buffer.from(input).toString('hex')), proof }
}
