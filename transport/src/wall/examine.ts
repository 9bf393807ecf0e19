/**
 * Everything about a token that no request can change: whether it is genuine and not revoked, by what it is known,
 * and what its caveats say. It spends HMACs and caches nothing; `auth.ts` does.
 */

import { trace, type Hmac } from '../macaroon/chain.ts'
import { decodeBundle } from '../macaroon/codec.ts'
import { MacaroonError, type Objection } from '../macaroon/error.ts'
import type { RootSet } from '../macaroon/roots.ts'
import { termsOf, type Terms } from '../macaroon/terms.ts'
import { printable } from '../macaroon/text.ts'
import { keyOf, type Revocation, type Revocations } from './revocations.ts'
import type { Standing } from './watchers.ts'

export interface Examined {
  /** The identifier as it is fit for logs, cut at its length there. */
  readonly subject: string
  readonly standing: Standing
  readonly terms: Terms
}

/** A token that will do for no request: unreadable, not ours, revoked, or with a caveat nobody can check. */
export interface Unusable {
  readonly objection: Objection
  readonly rule?: string
}

export interface ExamineParts {
  readonly hmac: Hmac
  readonly roots: RootSet
  readonly revocations: Revocations
}

export function examine(
  { hmac, roots, revocations }: ExamineParts,
  token: string | Uint8Array,
): Examined | Unusable {
  try {
    const [macaroon, ...discharges] = decodeBundle(token)
    const traced = trace(hmac, macaroon, roots, discharges)
    if ('reason' in traced) return { objection: traced }
    const terms = termsOf(traced.caveats)
    if ('reason' in terms) return { objection: terms }
    const marks = {
      identifier: wholeIdentifier(macaroon.identifier),
      lineage: traced.lineage.map(keyOf),
      tenant: terms.tenant,
    }
    const revoked = revocations.find(marks)
    if (revoked !== null) return revokedBecause(revoked)
    const { expiresMs } = terms
    return { subject: printable(macaroon.identifier), standing: { marks, expiresMs }, terms }
  } catch (error) {
    if (error instanceof MacaroonError) return { objection: { reason: error.message, fix: error.fix } }
    throw error
  }
}

/** Two identifiers never look alike so. */
export function wholeIdentifier(identifier: Uint8Array): string {
  return printable(identifier, Number.POSITIVE_INFINITY)
}

export function revokedBecause({ by, what }: Revocation): Unusable {
  const reasons = {
    signature: 'the token, or one it was made from, was revoked',
    identifier: 'every token of this minting was revoked',
    tenant: `the tokens of tenant ${what} that are as old as this one were revoked`,
  }
  return { objection: { reason: reasons[by], fix: 'fetch a fresh token' }, rule: 'revoked' }
}
