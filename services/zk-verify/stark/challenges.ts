/**
 * The order in which prover and verifier speak: what is said, and what is drawn when it was. The prover takes the same
 * steps with the same words, so neither can leave out one that the other takes. What is drawn is computed when it is
 * asked for: a verifier hears everything, looks at the nonce, and only then asks.
 */

import { constraints } from './air.ts'
import { weightCount } from './deep.ts'
import type { Ext } from './extension.ts'
import { domainSize, parameters, queries } from './parameters.ts'
import { Transcript } from './transcript.ts'

export class Challenges {
  readonly #transcript = new Transcript()

  /** `inputs` are the public inputs, the binding context among them. */
  constructor(inputs: readonly Uint8Array[]) {
    this.#transcript.absorb(Buffer.from(parameters), ...inputs)
  }

  /** For the trace: the weights of the constraints. */
  afterTrace(cap: Uint8Array): () => readonly Ext[] {
    const draws = this.#transcript.absorb(cap)
    return () => draws.exts(constraints)
  }

  /** For the quotient: the point z. */
  afterQuotient(cap: Uint8Array): () => Ext {
    const draws = this.#transcript.absorb(cap)
    return () => draws.point()
  }

  /** For what they all are at z: the weights of what is folded. */
  afterValues(values: Uint8Array): () => readonly Ext[] {
    const draws = this.#transcript.absorb(values)
    return () => draws.exts(weightCount)
  }

  /** For each of the two that are folded: what with. */
  afterFold(cap: Uint8Array): () => Ext {
    const draws = this.#transcript.absorb(cap)
    return () => draws.ext()
  }

  afterFinal(coefficients: Uint8Array): void {
    this.#transcript.absorb(coefficients)
  }

  isGround(nonce: Uint8Array, bits: number): boolean {
    return this.#transcript.isGround(nonce, bits)
  }

  /** For the nonce: the points to open. */
  afterNonce(nonce: Uint8Array): readonly number[] {
    return this.#transcript.absorb(nonce).indexes(queries, domainSize)
  }
}
