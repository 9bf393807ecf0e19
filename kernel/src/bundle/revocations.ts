/** The part `keys.json`: which signers no longer count. `{"revoked_signers": ["<key id>"]}` */

import { BundleError } from './error.ts'
import type { Bundle } from './manifest.ts'

const revokedMax = 64

/** Ids of Ed25519 keys; none where the bundle says nothing of keys. Throws a `BundleError` for what is no such list. */
export function revokedSigners({ parts }: Pick<Bundle, 'parts'>): ReadonlySet<string> {
  const text = parts.get('keys.json')
  if (text === undefined) return new Set()
  const { revoked_signers: revoked, ...others } = objectOf(text)
  const [stranger] = Object.keys(others)
  if (stranger !== undefined) throw malformed(`it has a member ${JSON.stringify(stranger.slice(0, 64))}`)
  if (!Array.isArray(revoked)) throw malformed('revoked_signers is no list')
  if (revoked.length > revokedMax) throw malformed(`it revokes more than ${revokedMax} signers`)
  return new Set(revoked.map(idOf))
}

function idOf(value: unknown): string {
  if (typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)) return value
  throw malformed('an entry of revoked_signers is no key id, 64 hex digits as ronctl config keygen prints')
}

function objectOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    return { ...Object(value) }
  } catch (cause) {
    throw malformed('it is no JSON', { cause })
  }
}

function malformed(because: string, options: ErrorOptions = {}): BundleError {
  const fix = 'write {"revoked_signers": ["…"]} there, or leave the part out'
  return new BundleError('bundle.keys', `the part keys.json: ${because}`, fix, options)
}
