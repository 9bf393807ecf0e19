/**
 * The public inputs of a proof that a capability asks for: those that the caveat pins, and those that the request says.
 * Which have to be pinned is written beside the circuit; a caveat that pins fewer lets nobody in, for a proof of what
 * the prover chose himself shows nothing. Some are held against what the node knows instead: the clock, or what a meter
 * committed to.
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
  readonly rule: 'unpinned' | 'input' | 'range' | 'past' | 'epoch' | 'uncommitted' | 'stale'
  readonly reason: string
  readonly fix: string
}

const dayMs = 86_400_000

type Told = Pick<Circuit, 'id' | 'inputs' | 'demands'>

/** What inputs are held against that nobody pinned. */
export interface Held {
  /** Since 1970. */
  readonly nowMs: number
  /** The root that the tenant's meter committed to for this day, 32 bytes in hex; null for none. */
  readonly committed: string | null
}

/** The day of a moment in UTC, counted from 1970. */
export function dayOf(ms: number): number {
  return Math.floor(ms / dayMs)
}

/** All inputs but the context, in order, 32 bytes each in hex. */
export function statementInputs(
  circuit: Told,
  pins: readonly Input[],
  said: readonly Input[],
  held: Held,
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
    const isPinned = pins.some((pin) => pin.input === input)
    const fault = faultAgainst(held, demandOf(circuit.demands, input), input, hex, isPinned)
    if (fault !== null) return fault
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

function faultAgainst(
  { nowMs, committed }: Held,
  demand: Demand,
  input: string,
  hex: string,
  isPinned: boolean,
): StatementFault | null {
  const number = BigInt(`0x${hex}`)
  if (demand === 'not-past') return number * 1_000n < BigInt(Math.floor(nowMs)) ? pastFault(input) : null
  if (isPinned) return null
  const day = dayOf(nowMs)
  if (demand === 'this-day' && number !== BigInt(day)) {
    const reason = `${input} is not day ${day} since 1970, which it is now in UTC`
    return { rule: 'epoch', reason, fix: `prove it for ${input}=${day}` }
  }
  if (demand !== 'committed' || hex === committed) return null
  return committed === null
    ? {
        rule: 'uncommitted',
        reason: `the meter of this tenant has committed to no counters for day ${day}`,
        fix: 'have it send their root to PUT /zk/counters',
      }
    : {
        rule: 'stale',
        reason: `${input} is not the one that the meter of this tenant committed to last`,
        fix: 'get the place of the counter from it again, and prove anew',
      }
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
