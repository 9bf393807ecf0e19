/**
 * Whether a node verifies what it should and refuses what it should, for one circuit: a proof known to be good, and
 * the same proof for another context, which is as near to good as a bad one comes. Both go together, so the splitting
 * of a bad batch is part of the test.
 */

import { weightBytes, type Claim, type Verdict } from './snark/verifier.ts'
import type { Batch } from './batches/desk.ts'
import type { PinnedCircuit } from './circuits/pinned.ts'

export interface Tester {
  readonly weights: (length: number) => Uint8Array
  readonly verify: (batch: Batch) => Promise<readonly Verdict[]>
}

/** What is wrong, in a sentence; null for nothing. */
export async function selfTest({ circuit }: PinnedCircuit, tester: Tester): Promise<string | null> {
  const claims = [good(circuit.published), bad(circuit.published)]
  const weights = tester.weights(claims.length * weightBytes)
  try {
    const [ofGood, ofBad] = await tester.verify({ circuit: circuit.id, claims, weights })
    if (ofGood !== null) return `the self-test refused a proof that is good (${ofGood})`
    if (ofBad !== 'equation') return `the self-test took a proof that is bad (${ofBad ?? 'valid'})`
    return null
  } catch (cause) {
    return `the self-test could not be run: ${cause instanceof Error ? cause.message : String(cause)}`
  }
}

interface Sample {
  readonly proof: string
  readonly inputs: readonly string[]
}

function good({ proof, inputs }: Sample): Claim {
  return { proof: fromBase64(proof), inputs: inputs.map(fromBase64) }
}

function bad(sample: Sample): Claim {
  const { proof, inputs } = good(sample)
  const context = Uint8Array.from(inputs.at(-1) ?? [])
  const last = context.length - 1
  context[last] = (context[last] ?? 0) ^ 1
  return { proof, inputs: [...inputs.slice(0, -1), context] }
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'base64'))
}
