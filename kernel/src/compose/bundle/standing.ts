/**
 * A whole configuration that a node can be in: its settings, its policy and who is revoked, with the signed bundle they
 * come from or without one. It is made and checked before anything changes, so what can be wrong with it is known first.
 */

import { policy } from '@ron/services/policy/contract'
import { defaultBundle } from '@ron/services/policy/default-bundle'
import { install } from '@ron/services/policy/installed'
import { noTenant } from '@ron/transport/oap/frame'
import { parseEnvelope, type Envelope } from '../../bundle/dsse.ts'
import { BundleError } from '../../bundle/error.ts'
import { bundleHash, openBundle, type Bundle } from '../../bundle/manifest.ts'
import { revokedSigners } from '../../bundle/revocations.ts'
import { verifiedSigners, type Trust } from '../../bundle/verify.ts'
import { policyPart } from '../../config/bundle-layer.ts'
import type { Loaded } from '../../config/load.ts'
import type { FileText } from '../../system/files.ts'
import { readBundle } from '../policy-port.ts'

export type Sound = Loaded & { readonly ok: true }

/** A bundle that enough known signers have signed. */
export interface Offer {
  readonly envelope: Envelope
  readonly bundle: Bundle
  /** SHA-256 of what was signed, in hex. */
  readonly hash: string
  readonly signers: readonly string[]
}

export interface Standing {
  /** 0 without a bundle. */
  readonly version: number
  readonly offer: Offer | null
  readonly loaded: Sound
  readonly policyText: string
  /** Ids of keys that no longer count. */
  readonly revoked: ReadonlySet<string>
}

/** What a standing is made with. */
export interface Making {
  /** The configuration under a bundle, or without one. */
  readonly load: (bundle: Bundle | null) => Loaded
  readonly readFile: (path: string) => FileText
}

/** Throws a `BundleError` for what is no bundle, or not signed by enough. */
export async function readOffer(text: string, trust: Trust): Promise<Offer> {
  const envelope = parseEnvelope(text)
  const signers = await verifiedSigners(envelope, trust)
  return { envelope, bundle: openBundle(envelope), hash: bundleHash(envelope), signers }
}

/** Throws a `BundleError` when the bundle holds what the node cannot be. */
export function standingOf(offer: Offer | null, { load, readFile }: Making): Standing {
  const bundle = offer?.bundle ?? null
  const loaded = load(bundle)
  if (!loaded.ok) {
    const because = loaded.problems.map(({ message }) => message).join('; ')
    throw new BundleError('bundle.settings', because, 'mend the part and sign the bundle as a higher version')
  }
  return {
    version: bundle?.version ?? 0,
    offer,
    loaded,
    policyText: policyTextOf(bundle, loaded, readFile),
    revoked: bundle === null ? new Set() : revokedSigners(bundle),
  }
}

/** Of the bundle, else of the file that the settings name, else the built-in one. */
function policyTextOf(
  bundle: Bundle | null,
  { effective }: Sound,
  readFile: (path: string) => FileText,
): string {
  const text = bundle?.parts.get(policyPart)
  if (text !== undefined) {
    insistPolicy(text)
    return text
  }
  const path = String(effective.get('policy.bundle_path')?.value ?? '')
  return path === '' ? JSON.stringify(defaultBundle, null, 2) : readBundle(path, readFile)
}

function insistPolicy(text: string): void {
  try {
    install(text)
  } catch (cause) {
    const because = (cause instanceof Error ? cause.message : String(cause)).replaceAll(/\s+/g, ' ')
    const fix = 'mend the policy and sign the bundle as a higher version'
    throw new BundleError('bundle.policy', `the part ${policyPart}: ${because}`, fix, { cause })
  }
}

/** Why an operator could not mend this configuration once it is in force; null when nothing stands in the way. */
export function lockout({ policyText, offer, revoked }: Standing, trust: Trust): BundleError | null {
  const left = trust.signers.filter(({ ed25519 }) => !revoked.has(ed25519.id))
  if (offer !== null && left.length < trust.threshold) {
    const because = `${left.length} signers would be left of ${trust.threshold} that a bundle needs, so none could follow`
    return new BundleError('bundle.operator', because, 'revoke fewer, or use --force')
  }
  const [method = '', path = ''] = policy.operations.putBundle.door?.http.route.split(' ') ?? []
  const verb = policy.operations.putBundle.door?.verb ?? ''
  const asked = { tenant: noTenant, method, path, region: undefined, bodyBytes: 0, tags: [`verb:${verb}`] }
  const { allow, rule } = install(policyText).evaluate(asked)
  if (allow) return null
  const because = `the policy denies its own operator: ${method} ${path} under ${verb}, by ${rule}`
  return new BundleError('bundle.operator', because, `allow ${path} before that rule, or use --force`)
}
