/**
 * Whether a proof shows that an event is in the audit log of this node. The root has to be one that the log published, for
 * anybody can make a tree with an event in it; what a circuit is asked is then what a capability would pin.
 */

import type { Outcome } from '../batches/desk.ts'
import { admit, type Against, type House } from './admit.ts'
import type { PublishedRoot, Roots } from './roots.ts'

export interface InclusionClaim {
  readonly tenant: string
  /** 32 bytes each in lower-case hex, and 16 of the nonce. */
  readonly root: string
  readonly event: string
  readonly nonce: string
  readonly proof: Uint8Array
}

export type Included =
  | { readonly log: PublishedRoot }
  | { readonly against: Pick<Against, 'rule' | 'reason' | 'fix'> }
  | Extract<Outcome, { readonly refused: string }>

const circuit = 'audit-inclusion'

/** The nonce is spent unless the root is unknown. */
export async function inclusion(
  { tenant, root, event, nonce, proof }: InclusionClaim,
  roots: Pick<Roots, 'find'>,
  house: House,
  signal: AbortSignal,
): Promise<Included> {
  const log = roots.find(root)
  if (log === null) {
    const reason = 'the audit log of this node has not published this root lately'
    return { against: { rule: 'root', reason, fix: 'ask it for the place of the entry, and prove anew' } }
  }
  const half = event.length / 2
  const pins = [
    { input: 'root', value: `0x${root}` },
    { input: 'event_first', value: `0x${event.slice(0, half)}` },
    { input: 'event_last', value: `0x${event.slice(half)}` },
  ]
  const outcome = await admit(
    { tenant, nonce, proofs: [{ circuit, pins, inputs: [], proof }] },
    house,
    signal,
  )
  if ('refused' in outcome) return outcome
  return outcome.against === null ? { log } : { against: outcome.against }
}
