/** The zk-verify service as the wall sees it: statements and proofs of a request in, what is against them out. */

import type { ProofObjection, ProofPort, ProofQuestion } from '@ron/transport/wall/proofs'
import { Refusal } from '../contract/refusals.ts'
import type { Dispatch } from '../ports/dispatch.ts'
import type { Fields } from '../ports/port.ts'

export function proofPort(dispatch: Dispatch): ProofPort {
  return {
    async verify(question) {
      const { subject, tenant, traceId } = question
      try {
        const { fields, body } = requestOf(question)
        // Asked for the tenant, so that it waits its turn behind no other's proofs.
        const caller = { subject, tenant, traceId }
        const answer = await dispatch.call('zk-verify', 'admit', fields, body, { caller })
        return objectionIn(answer.fields)
      } catch (thrown) {
        if (thrown instanceof Refusal && thrown.code === 'NotEnabled') return notEnabled(thrown)
        throw thrown
      }
    },
  }
}

function requestOf({ nonce, proofs }: ProofQuestion): { readonly fields: Fields; readonly body: Uint8Array } {
  return {
    fields: {
      nonce,
      proofs: proofs.map(({ statement: { circuit, pins }, inputs, proof }) => ({
        circuit,
        pins: pins.map((pin) => ({ ...pin })),
        inputs: inputs.map((input) => ({ ...input })),
        bytes: proof.length,
      })),
    },
    body: Uint8Array.from(Buffer.concat(proofs.map(({ proof }) => proof))),
  }
}

function objectionIn({ admitted, at, rule, reason, fix }: Fields): ProofObjection | null {
  if (admitted === true) return null
  return {
    at: typeof at === 'number' ? at : null,
    rule: String(rule),
    reason: String(reason),
    fix: String(fix),
  }
}

function notEnabled({ message }: Refusal): ProofObjection {
  return { at: 0, rule: 'circuit', reason: message, fix: 'name the circuit in zk-verify.circuits' }
}
