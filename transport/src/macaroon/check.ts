/**
 * A caveat against a request: one pure decision per kind of caveat. It reads no clock and no socket; whoever
 * asks brings the facts. Caveats about the claim can be held against a request of which nothing has been read
 * but its head; those about its reach need the path, which may lie inside the message, and the length of the body.
 * Those that ask for a proof are for whoever verifies proofs; here they hold only when that was done.
 */

import { contains, parseAddress } from './cidr.ts'
import { caveatText, isCanonicalPath, type Caveat } from './caveats.ts'
import type { Objection } from './error.ts'
import { printable, utf8 } from './text.ts'
import { statementText } from './zk-caveat.ts'

export type ReachCaveat = Extract<Caveat, { readonly name: 'path' | 'bytes_max' }>
export type ProofCaveat = Extract<Caveat, { readonly name: 'zk' }>
export type ClaimCaveat = Exclude<Caveat, ReachCaveat | ProofCaveat>

/** Who asks, when and where, and to do what. */
export interface ClaimFacts {
  /** The tenant the request acts in, 32 lower-case hex digits; 32 zeros for none. */
  readonly tenant: string
  /** `noun.verb` of the operation. */
  readonly verb: string
  /** The peer's IP address; anything else, such as the empty text, is a peer without one. */
  readonly peer: string
  readonly nowMs: number
  /** The id of the node that decides. */
  readonly audience: string
  /** Names of the certificate that the peer showed; absent when it showed none. */
  readonly client?: readonly string[]
}

/** How far a request reaches. */
export interface Reach {
  /** Canonical and decoded, without query. */
  readonly path: string
  /** The length of the body, declared or read. */
  readonly bodyBytes: number
}

export function isAboutReach(caveat: Caveat): caveat is ReachCaveat {
  return caveat.name === 'path' || caveat.name === 'bytes_max'
}

export function isAboutClaim(caveat: Caveat): caveat is ClaimCaveat {
  return !isAboutReach(caveat) && !asksForProof(caveat)
}

export function asksForProof(caveat: Caveat): caveat is ProofCaveat {
  return caveat.name === 'zk'
}

/**
 * The verb of the operation that gives nonces out and does nothing else. No proof is asked for under it: there would
 * be none without a nonce.
 */
const nonceVerb = 'zk.nonce'

/** null when the caveat holds. `proven` says that the request brought its proofs, and that they were verified. */
export function checkProof(caveat: ProofCaveat, verb: string, proven: boolean): Objection | null {
  if (proven || verb === nonceVerb) return null
  return named(caveat, {
    reason: `the capability asks for a proof of ${statementText(caveat.statement)}, and there is none`,
    fix: 'get a nonce from POST /zk/nonces, prove the statement for it, and send both in ZK-Proof',
  })
}

/** null when the caveat holds. */
export function checkClaim(caveat: ClaimCaveat, facts: ClaimFacts): Objection | null {
  return named(caveat, toClaim(caveat, facts))
}

/** null when the caveat holds. */
export function checkReach(caveat: ReachCaveat, reach: Reach): Objection | null {
  return named(caveat, toReach(caveat, reach))
}

function named(caveat: Caveat, objection: Objection | null): Objection | null {
  return objection === null ? null : { ...objection, caveat: caveatText(caveat) }
}

/** Whether a list such as `objects.read,mailbox.*` names the verb. */
function coversVerb(verbs: readonly string[], verb: string): boolean {
  return verbs.some((pattern) =>
    pattern.endsWith('*') ? verb.startsWith(pattern.slice(0, -1)) : pattern === verb,
  )
}

/** Whether `/objects/*` or one exact path covers this path. A path that is not canonical is covered by nothing. */
function coversPath(pattern: string, path: string): boolean {
  if (!isCanonicalPath(path)) return false
  return pattern.endsWith('*') ? path.startsWith(pattern.slice(0, -1)) : pattern === path
}

function toClaim(caveat: ClaimCaveat, facts: ClaimFacts): Objection | null {
  switch (caveat.name) {
    case 'tenant':
      if (caveat.tenant === facts.tenant) return null
      return {
        reason: `the token is for tenant ${caveat.tenant}, the request for ${facts.tenant}`,
        fix: `send the request for tenant ${caveat.tenant}`,
      }
    case 'verbs':
      if (coversVerb(caveat.verbs, facts.verb)) return null
      return {
        reason: `the token does not allow ${facts.verb}`,
        fix: `use a token whose verbs include ${facts.verb}`,
      }
    case 'expires':
      if (facts.nowMs < caveat.atMs) return null
      return { reason: `the token expired at ${instant(caveat.atMs)}`, fix: 'fetch a fresh token' }
    case 'not_before':
      if (facts.nowMs >= caveat.atMs) return null
      return {
        reason: `the token is not good before ${instant(caveat.atMs)}`,
        fix: `wait until ${instant(caveat.atMs)}`,
      }
    case 'ip': {
      const address = parseAddress(facts.peer)
      if (address !== null && contains(caveat.block, address)) return null
      return {
        reason: `the token is not good from ${facts.peer === '' ? 'a peer without an address' : facts.peer}`,
        fix: 'send the request from an address in the block of the caveat',
      }
    }
    case 'audience':
      if (caveat.audience === facts.audience) return null
      return {
        reason: `the token is for node ${caveat.audience}, this is ${facts.audience}`,
        fix: `send the request to ${caveat.audience}`,
      }
    case 'client':
      if (facts.client?.includes(caveat.client) === true) return null
      return {
        reason: `the token is for a client whose certificate names ${caveat.client}`,
        fix: 'connect with TLS and show that certificate',
      }
  }
}

function toReach(caveat: ReachCaveat, { path, bodyBytes }: Reach): Objection | null {
  switch (caveat.name) {
    case 'path':
      if (coversPath(caveat.path, path)) return null
      return {
        reason: `the token does not cover ${printable(utf8(path))}`,
        fix: `ask for a path under ${caveat.path}, or use a token that covers this one`,
      }
    case 'bytes_max':
      if (bodyBytes <= caveat.bytesMax) return null
      return {
        reason: `the body has ${bodyBytes} bytes; the token allows ${caveat.bytesMax}`,
        fix: `send at most ${caveat.bytesMax} bytes`,
      }
  }
}

function instant(atMs: number): string {
  return new Date(atMs).toISOString()
}
