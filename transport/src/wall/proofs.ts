/**
 * What a capability asks to be proven: its `zk` caveats, and the proofs that the request brings for them. They are the
 * first wall's last question, because it takes longest: a good token, within its reach, whose proofs somebody else
 * verifies. Nothing has been asked of policy or taken from a quota by then. Who verifies decides, and spends the nonce;
 * where there is no answer, there is no entry.
 */

import { Refusal } from '@ron/kernel/contract/refusals'
import type { Clock } from '@ron/kernel/ports/clock'
import { caveatText } from '../macaroon/caveats.ts'
import type { ProofCaveat } from '../macaroon/check.ts'
import { MacaroonError } from '../macaroon/error.ts'
import { parsePresentation, type PresentedProof } from '../macaroon/presentation.ts'
import { unproven } from '../macaroon/terms.ts'
import type { Pin, Statement } from '../macaroon/zk-caveat.ts'
import { inTime } from './in-time.ts'
import type { Recognised } from './request.ts'

/** One statement and its proof, as the caveat and the request have them. */
export interface StatementProof {
  readonly statement: Statement
  /** Inputs that the caveat does not pin. */
  readonly inputs: readonly Pin[]
  readonly proof: Uint8Array
}

export interface ProofQuestion {
  readonly subject: string
  readonly tenant: string
  readonly traceId: string
  /** 32 lower-case hex digits. */
  readonly nonce: string
  readonly proofs: readonly StatementProof[]
}

/** Why the proofs do not let a request in. */
export interface ProofObjection {
  /** Which of them; null when it is about the nonce. */
  readonly at: number | null
  /** A short name: `nonce`, `unpinned`, `equation`, … */
  readonly rule: string
  readonly reason: string
  readonly fix: string
}

export interface ProofPort {
  /** null when every proof holds, and then the nonce is spent. Rejects with a `Refusal` when nobody can tell. */
  verify(question: ProofQuestion): Promise<ProofObjection | null>
}

export interface ProofParts {
  readonly port: ProofPort
  readonly clock: Clock
  /** Requests that may wait for a verdict at once. */
  readonly pendingMax: number
  readonly timeoutMs: number
}

export interface ProofGate {
  /** null when every caveat that asks for a proof has one. Never throws or rejects; answers at once where none asks. */
  enter(recognised: Recognised): Refusal | null | Promise<Refusal | null>
}

export function createProofGate({ port, clock, pendingMax, timeoutMs }: ProofParts): ProofGate {
  let pending = 0

  return {
    enter(recognised) {
      const { toProve, claim } = recognised
      const broken = unproven({ toProve }, claim.verb, false)
      if (broken === null) return claim.presentation === null ? null : unasked
      if (claim.presentation === null) {
        const { reason, fix } = broken.objection
        return refusal({ at: 0, rule: 'missing', reason, fix }, toProve)
      }
      const question = questionOf(recognised, claim.presentation)
      if (question instanceof Refusal) return question
      if (pending >= pendingMax) return busy(pendingMax)
      return decide(question, toProve)
    },
  }

  async function decide(question: ProofQuestion, toProve: readonly ProofCaveat[]): Promise<Refusal | null> {
    pending++
    try {
      const objection = await inTime(clock, timeoutMs, 'verdict', () => port.verify(question))
      return objection === null ? null : refusal(objection, toProve)
    } catch (thrown) {
      return thrown instanceof Refusal && thrown.code === 'Busy' ? tooMany(thrown) : outage(thrown)
    } finally {
      pending--
    }
  }
}

/** Each caveat with the proof that stands in its place. */
function questionOf({ toProve, caller }: Recognised, presentation: string): ProofQuestion | Refusal {
  try {
    const { nonce, proofs } = parsePresentation(presentation)
    const { subject, tenant, traceId } = caller
    const paired = pairs(toProve, proofs)
    if (paired !== null) return { subject, tenant, traceId, nonce, proofs: paired }
    const reason = `the capability asks for ${toProve.length} proofs, and the request brings ${proofs.length}`
    const fix = 'send one proof for each zk caveat, in their order'
    return refusal({ at: null, rule: 'count', reason, fix }, toProve)
  } catch (error) {
    if (!(error instanceof MacaroonError)) throw error
    return refusal({ at: null, rule: 'malformed', reason: error.message, fix: error.fix }, toProve)
  }
}

function pairs(
  toProve: readonly ProofCaveat[],
  proofs: readonly PresentedProof[],
): readonly StatementProof[] | null {
  if (toProve.length !== proofs.length) return null
  return proofs.flatMap((proof, at) => {
    const statement = toProve[at]?.statement
    return statement === undefined ? [] : [{ statement, ...proof }]
  })
}

function refusal({ at, rule, reason, fix }: ProofObjection, toProve: readonly ProofCaveat[]): Refusal {
  const caveat = at === null ? undefined : toProve[at]
  return new Refusal('ProofRequired', reason, {
    explain: {
      wall: 'auth',
      rule: `zk-${rule}`,
      ...(caveat === undefined ? {} : { caveat: caveatText(caveat) }),
      fix,
    },
    // RFC 9110 §15.5.2: a 401 carries a challenge.
    headers: { 'www-authenticate': 'Bearer realm="ron", error="insufficient_scope"' },
  })
}

/** What is sent for nothing would be taken for verified by who sent it. */
const unasked = new Refusal('BadRequest', 'the request brings a proof, and its capability asks for none', {
  explain: { wall: 'auth', rule: 'zk-unasked', fix: 'leave ZK-Proof out' },
})

function outage(thrown: unknown): Refusal {
  const because = thrown instanceof Error ? thrown.message : String(thrown)
  return new Refusal('Unavailable', `the proof cannot be verified: ${because}`, {
    explain: { wall: 'auth', rule: 'zk-outage-denies', fix: 'try again shortly, with a new nonce' },
  })
}

function tooMany({ message, more }: Refusal): Refusal {
  return new Refusal('Busy', message, {
    ...more,
    explain: { wall: 'auth', rule: 'zk-waiting', fix: 'try again shortly, with a new nonce' },
  })
}

function busy(pendingMax: number): Refusal {
  return new Refusal('Busy', `${pendingMax} requests wait for a verdict on their proofs already`, {
    explain: { wall: 'auth', rule: 'zk-pending-max', fix: 'try again shortly; the nonce is still good' },
  })
}
