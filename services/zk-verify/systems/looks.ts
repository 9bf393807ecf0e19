/**
 * What the service knows of each proof system without computing in it: which bytes can be a key or a proof at all. It
 * loads no arithmetic, so the thread of the service stays light; `open.ts` is the other half, for the workers.
 */

import { claimFault, inputsOf, proofBytes } from '../snark/groth16-bytes.ts'
import type { Claim, ProofSystem, Verdict } from '../snark/verifier.ts'
import { heard } from '../stark/hearing.ts'
import { proofBytes as starkBytes } from '../stark/layout.ts'
import * as stark from '../stark/looks.ts'
import { parameters } from '../stark/parameters.ts'

interface Looks {
  /** Bytes of every proof; any other length is none. */
  readonly proofBytes: number
  /**
   * Everything that prover and verifier have to agree on beside the key, in one line. `GET /zk/circuits` tells the
   * BLAKE3 hash of it, so that two programs can find out that they do not speak of the same system.
   */
  readonly parameters: string
  /** Not to be relied on yet: a circuit of it opens only where the settings say that this is known. */
  readonly experimental: boolean
  /** How many public inputs a key is for, the binding context included. Throws a `KeyFault`. */
  readonly inputsOf: (key: Uint8Array) => number
  /** What is wrong with a claim, as far as microseconds tell; `inputs` is how many public inputs the circuit has. */
  readonly claimFault: (claim: Claim, inputs: number) => Verdict
}

export const looks: Readonly<Record<ProofSystem, Looks>> = {
  'groth16-bls12-381': {
    proofBytes,
    parameters:
      'groth16 bls12-381; A B C compressed as by ZCash, 192 bytes; inputs 32 bytes big-endian below r; ' +
      'context SHA-512 mod r; poseidon x^5, width 3: 8 full and 57 partial rounds, width 5: 8 and 60',
    experimental: false,
    inputsOf,
    claimFault,
  },
  'stark-koalabear-fri': {
    proofBytes: starkBytes,
    parameters,
    experimental: true,
    inputsOf: stark.inputsOf,
    claimFault(claim, inputs) {
      const fault = stark.claimFault(claim, inputs)
      if (fault !== null) return fault
      // The proof is 64 KiB, and to hear its nonce costs less than the way to a worker.
      return heard(claim.inputs, claim.proof) === null ? 'equation' : null
    },
  },
}
