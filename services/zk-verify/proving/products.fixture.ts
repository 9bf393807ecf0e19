/** A small circuit with keys and proofs by the dozen, for tests of whoever verifies them. */

import type { Claim } from '../snark/verifier.ts'
import { scalarToBytes } from './field.ts'
import { provingKey, verifyingKey } from './groth16.ts'
import { R1cs } from './r1cs.ts'
import { forger, seeded, trapdoorFrom } from './trapdoor.ts'

/** "I know two numbers with this product and this sum." The third input takes part in nothing. */
export function productsCircuit(one: bigint, other: bigint, context: bigint, product = one * other): R1cs {
  const circuit = new R1cs()
  const [of, sum] = [circuit.input(product), circuit.input(one + other)]
  circuit.input(context)
  const [a, b] = [circuit.secret(one), circuit.secret(other)]
  circuit.constrain(a, b, of)
  circuit.equal(new Map([...a, ...b]), sum)
  return circuit
}

const trapdoor = trapdoorFrom('products')
const shape = productsCircuit(1n, 1n, 1n)

export const productsKey = verifyingKey(shape, trapdoor)
/** The key of another setup of the same circuit. */
export const othersKey = verifyingKey(shape, trapdoorFrom('others'))

export const productsProvingKey = () => provingKey(shape, trapdoor)

const forge = forger(shape, trapdoor, seeded('products proofs'))

/** A claim that holds, made without a witness, so it may say anything. Each is different. */
export function goodClaim(...inputs: readonly [bigint, bigint, bigint]): Claim {
  return { proof: forge(inputs), inputs: inputs.map(scalarToBytes) }
}

/** One that is well-formed and does not hold. */
export function badClaim(...inputs: readonly [bigint, bigint, bigint]): Claim {
  const [product, sum, context] = inputs
  return { proof: goodClaim(product + 1n, sum, context).proof, inputs: inputs.map(scalarToBytes) }
}
