/** Opens a verifying key of any proof system. Only workers do: it loads the arithmetic. */

import { openGroth16 } from '../snark/groth16.ts'
import type { ProofSystem, Verifier } from '../snark/verifier.ts'
import { openStark } from '../stark/stark.ts'

/** A key, and what it is one of. */
export interface SystemKey {
  readonly system: ProofSystem
  readonly key: Uint8Array
}

const openers: Readonly<Record<ProofSystem, (key: Uint8Array) => Promise<Verifier>>> = {
  'groth16-bls12-381': openGroth16,
  'stark-koalabear-fri': openStark,
}

/** Rejects with a `KeyFault` on bytes that are no key of the system. */
export function openVerifier({ system, key }: SystemKey): Promise<Verifier> {
  return openers[system](key)
}
