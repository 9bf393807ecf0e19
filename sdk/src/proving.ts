/**
 * A prover for `new SDK({ …, prove })` under the development keys of a node: for trying things out, since anybody can
 * prove anything under those. It is an entry of its own, and no part of what a browser loads.
 *
 *     const prove = provingWith({ 'capability-attributes': () => ({ key, role, end, blinding, expiry, tree }) })
 *     const sdk = new SDK({ baseUrl, cap, prove })
 *     await sdk.objects.get({ name: 'a' })
 */

import { proveStatement, provable } from '@ron/services/zk-verify/proving/statements'
import type { PresentedProof } from '@ron/transport/macaroon/presentation'
import type { Statement } from '@ron/transport/macaroon/zk-caveat'
import type { Prove, ToProve } from './presenter.ts'
import { fieldElement } from './system.ts'

/**
 * By circuit, what shows the statement; made anew for each proof, so that a moment in it can be a later one and its
 * blinding another. The fields are those of `ronctl zk prove`.
 */
export type Witnesses = Readonly<Record<string, (() => unknown) | undefined>>

/** The prover throws a `WitnessFault` where the witness shows nothing, and a TypeError where it shows something else. */
export function provingWith(witnesses: Witnesses): Prove {
  return (toProve) => toProve.statements.map((statement) => proofOf(statement, witnesses, toProve))
}

/** Where an event lies, as `GET /api/v1/audit/place` of a node's admin surface answers; the other members are of no use here. */
export interface EventAt {
  /** 32 bytes in hex. */
  readonly event: string
  readonly place: { readonly index: number; readonly others: readonly string[] }
}

/** What `sdk.zk.inclusion` takes. */
export interface InclusionClaim {
  readonly root: string
  readonly event: string
  readonly nonce: string
  readonly body: Uint8Array
}

/**
 * Proves that an event is in the audit log, to who gave the nonce (`sdk.zk.nonce`), and not where. Throws a `WitnessFault` on
 * a place that cannot be one. Where the place is of another log, the root is another and the node refuses the claim.
 */
export function proveInclusion(
  { event, place: { index, others } }: EventAt,
  { verifier, nonce }: Pick<ToProve, 'verifier' | 'nonce'>,
): InclusionClaim {
  const occasion = { verifier, nonce: bytesOf(nonce) }
  const witness = { event, place: { index, others } }
  const { inputs, proof } = proveStatement('audit-inclusion', witness, occasion, fieldElement)
  return { root: inputs[0] ?? '', event, nonce, body: proof }
}

function proofOf({ circuit: id, pins }: Statement, witnesses: Witnesses, to: ToProve): PresentedProof {
  const known = provable.find(({ circuit }) => circuit === id)
  const witness = witnesses[id]
  if (known === undefined) throw new TypeError(`there is no development key for circuit ${id}`)
  if (witness === undefined) throw new TypeError(`the capability asks for a proof of ${id}; name its witness`)
  const occasion = { verifier: to.verifier, nonce: bytesOf(to.nonce) }
  const { inputs, proof } = proveStatement(known.circuit, witness(), occasion, fieldElement)
  const named = known.inputs.map((input, at) => ({ input, value: `0x${inputs[at] ?? ''}` }))
  for (const { input, value } of named) {
    const pin = pins.find((one) => one.input === input)
    if (pin === undefined || BigInt(pin.value) === BigInt(value)) continue
    throw new TypeError(`the witness makes ${input} ${value}, and the capability asks for ${pin.value}`)
  }
  return { proof, inputs: named.filter(({ input }) => pins.every((pin) => pin.input !== input)) }
}

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}
