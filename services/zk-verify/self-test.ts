/**
 * Whether a node verifies what it should and refuses what it should, for one circuit: a proof known to be good, and
 * the same proof for another context, which is as near to good as a bad one comes. Both go together, so the splitting
 * of a bad batch is part of the test, and each alone, which is verified another way.
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
  const [ofGood, ofBad] = [good(circuit.published), bad(circuit.published)]
  const verdicts = async (...claims: readonly Claim[]) =>
    tester.verify({ circuit: circuit.id, claims, weights: tester.weights(claims.length * weightBytes) })
  try {
    const alone = [...(await verdicts(ofGood)), ...(await verdicts(ofBad))]
    for (const { how, said } of [
      { how: 'in a batch', said: await verdicts(ofGood, ofBad) },
      { how: 'alone', said: alone },
    ]) {
      const [first, second] = said
      if (first !== null) return `the self-test refused a proof that is good ${how} (${first})`
      if (second !== 'equation') return `the self-test took a proof that is bad ${how} (${second ?? 'valid'})`
    }
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
