/**
 * Proofs for a capability whose `zk` caveats ask for some: for every try of a call a new nonce of the node, and what
 * the prover makes of it. It proves nothing itself; `@ron/app-sdk/proving` does, under development keys.
 */

import { noBytes } from '@ron/transport/oap/bytes'
import { parseCaveat } from '@ron/transport/macaroon/caveats'
import { decodeBundle, type RawCaveat } from '@ron/transport/macaroon/codec'
import { MacaroonError } from '@ron/transport/macaroon/error'
import { presentationText, type PresentedProof } from '@ron/transport/macaroon/presentation'
import type { Statement } from '@ron/transport/macaroon/zk-caveat'
import type { Binding, Carrier, Fields } from './carrier.ts'
import { ProtocolError } from './error.ts'
import { bindings } from './generated/operations.ts'

/** What is to be proven, to whom, and for which nonce. */
export interface ToProve {
  /** In the order of the caveats. */
  readonly statements: readonly Statement[]
  /** The name of the node as a verifier. */
  readonly verifier: string
  /** 16 bytes in hex. */
  readonly nonce: string
}

/** One proof for each statement, in order, with the inputs that the caveat does not pin. Throws where there is none. */
export type Prove = (toProve: ToProve) => readonly PresentedProof[] | Promise<readonly PresentedProof[]>

/** null for a call that needs no proof. */
export type Present = (carrier: Carrier, signal: AbortSignal) => Promise<string | null>

export function presenter(cap: string | undefined, prove: Prove | undefined): Present {
  const statements = cap === undefined ? [] : statementsOf(cap)
  if (prove === undefined || statements.length === 0) return async () => null
  return async (carrier, signal) => {
    const { fields } = await carrier.call(nonceBinding(), {}, noBytes, signal)
    const { nonce, verifier } = granted(fields)
    return presentationText({ nonce, proofs: await prove({ statements, verifier, nonce }) })
  }
}

/** Whether it gives out nonces, and so needs none. */
export function givesNonces(binding: Binding): boolean {
  return binding === nonceBinding()
}

function nonceBinding(): Binding {
  const binding = bindings['zk']?.['nonce']
  if (binding === undefined) throw new Error('the generated operations have no zk.nonce')
  return binding
}

function granted({ nonce, verifier }: Fields): { readonly nonce: string; readonly verifier: string } {
  if (typeof nonce === 'string' && typeof verifier === 'string') return { nonce, verifier }
  throw new ProtocolError('the node gave out no nonce')
}

/** Of the token and of what it brings along. What nobody understands is the node's to refuse. */
function statementsOf(cap: string): readonly Statement[] {
  try {
    return decodeBundle(cap)
      .flatMap(({ caveats }) => caveats)
      .flatMap(statementOf)
  } catch (cause) {
    if (cause instanceof MacaroonError) return []
    throw cause
  }
}

function statementOf({ id, vid }: RawCaveat): readonly Statement[] {
  if (vid !== null) return []
  try {
    const caveat = parseCaveat(id)
    return caveat.name === 'zk' ? [caveat.statement] : []
  } catch (cause) {
    if (cause instanceof MacaroonError) return []
    throw cause
  }
}
