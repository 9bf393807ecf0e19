/**
 * A caveat against a request: one pure decision per kind of caveat. It reads no clock and no socket; whoever
 * asks brings the facts.
 */

import { contains, parseAddress } from './cidr.ts'
import { caveatText, isCanonicalPath, type Caveat } from './caveats.ts'
import type { Objection } from './error.ts'
import { printable, utf8 } from './text.ts'

/** What caveats can speak about. */
export interface Facts {
  /** The tenant the request acts in, 32 lower-case hex digits; 32 zeros for none. */
  readonly tenant: string
  /** `noun.verb` of the operation. */
  readonly verb: string
  /** Decoded, without query. */
  readonly path: string
  /** The length of the body, declared or read. */
  readonly bodyBytes: number
  /** The peer's IP address; anything else, such as the empty text, is a peer without one. */
  readonly peer: string
  readonly nowMs: number
  /** The id of the node that decides. */
  readonly audience: string
}

/** null when the caveat holds. */
export function checkCaveat(caveat: Caveat, facts: Facts): Objection | null {
  const failing = objectionOf(caveat, facts)
  return failing === null ? null : { ...failing, caveat: caveatText(caveat) }
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

function objectionOf(caveat: Caveat, facts: Facts): Objection | null {
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
    case 'path':
      if (coversPath(caveat.path, facts.path)) return null
      return {
        reason: `the token does not cover ${printable(utf8(facts.path))}`,
        fix: `ask for a path under ${caveat.path}, or use a token that covers this one`,
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
    case 'bytes_max':
      if (facts.bodyBytes <= caveat.bytesMax) return null
      return {
        reason: `the body has ${facts.bodyBytes} bytes; the token allows ${caveat.bytesMax}`,
        fix: `send at most ${caveat.bytesMax} bytes`,
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
  }
}

function instant(atMs: number): string {
  return new Date(atMs).toISOString()
}
