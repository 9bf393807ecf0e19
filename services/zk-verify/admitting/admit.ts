/**
 * Whether the proofs that a request brings are those its capability asks for. The nonce is spent before anything else is
 * looked at, so it is good for one request, whatever comes of that: for one of two that come at the same time, and
 * not for the same proof in another form, which anybody can make of a Groth16 proof.
 */

import type { Clock } from '@ron/kernel/ports/clock'
import type { Outcome } from '../batches/desk.ts'
import { faults, type Fault } from '../snark/verifier.ts'
import type { Verifying } from '../verifying.ts'
import type { Counters } from './counters.ts'
import type { Nonces } from './nonces.ts'
import { dayOf, statementInputs, type Input } from './statement.ts'

export interface ProofToAdmit {
  readonly circuit: string
  readonly pins: readonly Input[]
  readonly inputs: readonly Input[]
  readonly proof: Uint8Array
}

export interface ToAdmit {
  readonly tenant: string
  readonly nonce: string
  readonly proofs: readonly ProofToAdmit[]
}

export interface Against {
  /** Of the proof; null when it is about the nonce. */
  readonly at: number | null
  readonly rule: string
  readonly reason: string
  readonly fix: string
}

export type Admitted = { readonly against: Against | null } | Extract<Outcome, { readonly refused: string }>

export interface House {
  readonly verifying: Pick<Verifying, 'circuits' | 'refused' | 'verify'>
  readonly nonces: Nonces
  readonly counters: Pick<Counters, 'find'>
  readonly clock: Clock
}

export async function admit(
  { tenant, nonce, proofs }: ToAdmit,
  { verifying, nonces, counters, clock }: House,
  signal: AbortSignal,
): Promise<Admitted> {
  if (!nonces.spend(tenant, nonce)) {
    const reason = 'the nonce is spent, expired or not of this node and tenant'
    return { against: { at: null, rule: 'nonce', reason, fix: 'get another from POST /zk/nonces' } }
  }
  const nowMs = clock.now()
  const committed = counters.find(tenant, dayOf(nowMs))
  const claims: (() => Promise<Outcome>)[] = []
  for (const [at, { circuit: id, pins, inputs: said, proof }] of proofs.entries()) {
    const open = verifying.circuits.get(id)
    if (open === undefined) return { against: { at, ...unknown(id, verifying.refused) } }
    const inputs = statementInputs(open.circuit, pins, said, { nowMs, committed })
    if ('rule' in inputs) return { against: { at, ...inputs } }
    claims.push(() => verifying.verify(open, { proof, inputs, nonce }, tenant, signal))
  }
  const outcomes = await Promise.all(claims.map((verify) => verify()))
  for (const [at, outcome] of outcomes.entries()) {
    if ('refused' in outcome) return outcome
    if (outcome.verdict !== null) return { against: { at, ...broken(outcome.verdict) } }
  }
  return { against: null }
}

function unknown(id: string, refused: Verifying['refused']): Omit<Against, 'at'> {
  const because = refused.find((one) => one.id === id)?.because
  return {
    rule: 'circuit',
    reason: because ?? `this node verifies nothing for circuit ${id}`,
    fix: 'name the circuit in zk-verify.circuits, or use a capability that asks for another',
  }
}

const reasons: Readonly<Record<Fault, string>> = {
  length: 'the proof has another length than proofs of the circuit have',
  inputs: 'there are more or fewer inputs than the circuit has',
  range: 'an input is not below r',
  infinity: 'a point of the proof is the one at infinity',
  encoding: 'a point of the proof is not written in its one canonical way',
  point: 'a point of the proof is not in its group',
  equation: 'the proof does not show what is asked for, to this node and for this nonce',
}

function broken(fault: Fault): Omit<Against, 'at'> {
  const fix = faults.indexOf(fault) < faults.indexOf('equation') ? 'send a well-formed proof' : proveAgain
  return { rule: fault, reason: reasons[fault], fix }
}

const proveAgain =
  'prove the inputs that are asked for, for a new nonce and for the verifier that GET /zk/circuits names'
