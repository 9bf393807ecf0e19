/**
 * Whether enough known signers stand behind an envelope. A signer counts once, however often it signed; in a hybrid node
 * it counts only with both of its signatures. Whatever a `keyid` says, only a signature that fits a known key says
 * who signed.
 */

import { verify } from 'node:crypto'
import { signedBytes, type Envelope, type Signature } from './dsse.ts'
import { BundleError } from './error.ts'
import { keyObjectOf, type PublicKey, type Signer } from './keys.ts'
import { mlDsaSignatureBytes, mlDsaVerify } from './ml-dsa.ts'

export interface Trust {
  readonly signers: readonly Signer[]
  /** How many different ones must have signed. */
  readonly threshold: number
  /** Whether each must have signed with ML-DSA-65 as well. */
  readonly hybrid: boolean
  /** Ids of Ed25519 keys that no longer count. */
  readonly revoked: ReadonlySet<string>
}

const ed25519SignatureBytes = 64

/** The names of those who signed, in the order they are known. Throws a `BundleError` when they are too few. */
export async function verifiedSigners(envelope: Envelope, trust: Trust): Promise<readonly string[]> {
  const message = signedBytes(envelope)
  const counted: string[] = []
  const faults: string[] = []
  for (const signer of trust.signers) {
    const fault = await faultOf(signer, envelope.signatures, message, trust)
    if (fault === null) counted.push(signer.name)
    else if (fault !== '') faults.push(`${signer.name} ${fault}`)
  }
  if (counted.length >= trust.threshold && counted.length > 0) return counted
  throw tooFew(counted, [...faults, ...strangers(envelope.signatures, trust)], trust)
}

/** Why a signer does not count: null when it does, empty when it signed nothing. */
async function faultOf(
  { ed25519, mlDsa }: Signer,
  signatures: readonly Signature[],
  message: Uint8Array,
  { hybrid, revoked }: Trust,
): Promise<string | null> {
  const classical = signatures.filter(({ sig }) => sig.length === ed25519SignatureBytes)
  const key = keyObjectOf(ed25519)
  if (!classical.some(({ sig }) => verify(null, message, key, sig)))
    return claims(signatures, ed25519) ? 'has a signature that does not fit' : ''
  if (revoked.has(ed25519.id)) return 'is revoked'
  if (!hybrid) return null
  if (mlDsa === null) return 'has no ML-DSA-65 key, and bundle.hybrid asks for both signatures'
  for (const { sig } of hintedFirst(signatures, mlDsa)) {
    if (await mlDsaVerify(sig, message, mlDsa)) return null
  }
  return claims(signatures, mlDsa)
    ? 'has an ML-DSA-65 signature that does not fit'
    : 'signed with Ed25519 alone, and bundle.hybrid asks for ML-DSA-65 as well'
}

/** Only of the right length, and those first that say they are by this key. */
function hintedFirst(signatures: readonly Signature[], { id }: PublicKey): Signature[] {
  const candidates = signatures.filter(({ sig }) => sig.length === mlDsaSignatureBytes)
  return candidates.toSorted((a, b) => Number(b.keyid === id) - Number(a.keyid === id))
}

function claims(signatures: readonly Signature[], { id }: PublicKey): boolean {
  return signatures.some(({ keyid }) => keyid === id)
}

/** Signatures that name a key nobody here knows. */
function strangers(signatures: readonly Signature[], { signers }: Trust): string[] {
  const known = new Set(signers.flatMap(({ ed25519, mlDsa }) => [ed25519.id, mlDsa?.id ?? '']))
  const ids = signatures.map(({ keyid }) => keyid).filter((id) => id !== '' && !known.has(id))
  return [...new Set(ids)].map((id) => `the key ${JSON.stringify(id.slice(0, 16))} is not known here`)
}

function tooFew(counted: readonly string[], faults: readonly string[], trust: Trust): BundleError {
  const { signers, threshold } = trust
  const have = counted.length === 0 ? 'no known signer' : `only ${counted.join(' and ')}`
  const story = faults.length === 0 ? '' : `: ${faults.join('; ')}`
  const because = `the bundle needs the signatures of ${threshold} different known signers, and ${have} signed it${story}`
  const names = signers.map(({ name }) => name).join(', ')
  const fix = `have it signed by ${threshold} of ${names === '' ? 'bundle.signers, which is empty' : names}`
  return new BundleError('bundle.threshold', because, fix)
}
