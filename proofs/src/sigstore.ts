/**
 * DSSE as the packages of sigstore have it: their encoding of what is signed, their envelopes, their verifier. They
 * have read the standard and nothing of this project.
 */

import { sign, type KeyObject } from 'node:crypto'
import { BUNDLE_V03_MEDIA_TYPE, bundleFromJSON, envelopeToJSON, toDSSEBundle } from '@sigstore/bundle'
import { dsse } from '@sigstore/core'
import { toSignedEntity, Verifier } from '@sigstore/verify'
import type { TestSigner } from './dsse-signer.ts'

/** The JSON envelope with a signature of each. */
export function sigstoreEnvelope(
  artifactType: string,
  payload: string,
  signers: readonly TestSigner[],
): string {
  const artifact = Buffer.from(payload)
  const signed = dsse.preAuthEncoding(artifactType, artifact)
  // One of sigstore's bundles has one signature.
  const envelopes = signers.map(({ key, id }) => {
    const signature = sign(null, signed, key)
    const { content } = toDSSEBundle({ artifact, artifactType, signature, keyHint: id })
    return envelopeToJSON(content.dsseEnvelope)
  })
  const signatures = envelopes.flatMap((each) => each.signatures)
  return JSON.stringify({ ...envelopes[0], signatures })
}

/** Verifies the one signature of an envelope that names the key with this id. Throws what sigstore throws. */
export function sigstoreVerifies(envelope: string, id: string, publicKey: KeyObject): void {
  const { signatures, ...rest }: { signatures: readonly { keyid: string }[] } = JSON.parse(envelope)
  const bundle = bundleFromJSON({
    mediaType: BUNDLE_V03_MEDIA_TYPE,
    verificationMaterial: {
      publicKey: { hint: id },
      tlogEntries: [],
      timestampVerificationData: { rfc3161Timestamps: [] },
    },
    dsseEnvelope: { ...rest, signatures: signatures.filter(({ keyid }) => keyid === id) },
  })
  const none = { certificateAuthorities: [], timestampAuthorities: [], tlogs: [], ctlogs: [] }
  const known = { ...none, publicKey: () => ({ publicKey, validFor: () => true }) }
  // A key of one's own is in no public log, and nobody stamps what it signs.
  const verifier = new Verifier(known, { tlogThreshold: 0, ctlogThreshold: 0, timestampThreshold: 0 })
  verifier.verify(toSignedEntity(bundle))
}
