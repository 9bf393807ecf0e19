/**
 * The public inputs of a proof that a capability asks for: those that the caveat pins, and those that the request says.
 * Which have to be pinned is written beside the circuit; a caveat that pins fewer lets nobody in, for a proof of what
 * the prover chose himself shows nothing.
 */

import type { Circuit, Demand } from '../circuits/circuit.ts'
import { isScalar } from '../snark/encoding.ts'

/** A number as it was written: digits, or `0x` and hex. */
export interface Input {
  readonly input: string
  readonly value: string
}

/** What is wrong with a statement, and the smallest change that would help. */
export interface StatementFault {
  readonly rule: 'unpinned' | 'input' | 'range' | 'past'
  readonly reason: string
  readonly fix: string
}

type Told = Pick<Circuit, 'id' | 'inputs' | 'demands'>

/** All inputs but the context, in order, 32 bytes each in hex. `nowMs` is since 1970. */
export function statementInputs(
  circuit: Told,
  pins: readonly Input[],
  said: readonly Input[],
  nowMs: number,
): readonly string[] | StatementFault {
  const stranger = [...pins, ...said].find(({ input }) => !circuit.inputs.includes(input))
  if (stranger !== undefined) {
    return inputFault(`${circuit.id} has no input ${stranger.input}`, `it has ${circuit.inputs.join(', ')}`)
  }
  const values: string[] = []
  for (const input of circuit.inputs) {
    const value = valueOf(circuit, input, pins, said)
    if (typeof value !== 'string') return value
    const number = BigInt(value)
    const hex = number.toString(16).padStart(64, '0')
    if (!isScalar(Buffer.from(hex, 'hex')))
      return { rule: 'range', reason: `${input} is not below r`, fix: 'send a number below r' }
    if (circuit.demands[input] === 'not-past' && number * 1_000n < BigInt(Math.floor(nowMs)))
      return pastFault(input)
    values.push(hex)
  }
  return values
}

/** The inputs that a caveat has to pin. */
export function pinnedBy({ inputs, demands }: Pick<Circuit, 'inputs' | 'demands'>): readonly string[] {
  return inputs.filter((input) => demandOf(demands, input) === 'pinned')
}

/** What nothing is said of is pinned. */
function demandOf(demands: Circuit['demands'], input: string): Demand {
  return demands[input] ?? 'pinned'
}

function valueOf(
  { id, demands }: Told,
  input: string,
  pins: readonly Input[],
  said: readonly Input[],
): string | StatementFault {
  const [pin, own] = [pins, said].map((all) => all.find((one) => one.input === input))
  if (pin !== undefined && own !== undefined)
    return inputFault(`${input} is pinned by the caveat`, `leave ${input} out`)
  if (pin !== undefined) return pin.value
  if (demandOf(demands, input) === 'pinned') {
    return {
      rule: 'unpinned',
      reason: `the caveat does not pin ${input} of ${id}, so a proof would show nothing`,
      fix: `mint a capability whose zk caveat says ${input}=NUMBER`,
    }
  }
  return (
    own?.value ?? inputFault(`the proof comes without ${input}`, `send ;${input}=NUMBER behind the proof`)
  )
}

function inputFault(reason: string, fix: string): StatementFault {
  return { rule: 'input', reason, fix }
}

function pastFault(input: string): StatementFault {
  return {
    rule: 'past',
    reason: `${input} is a moment that has passed`,
    fix: `prove it for a later moment, in seconds since 1970`,
  }
}
