/** Signs an envelope, or adds a signature to one that others have signed. The operator's side; a node never signs any. */

import { sign } from 'node:crypto'
import { signedBytes, signaturesMax, type Envelope, type Signature } from './dsse.ts'
import { BundleError } from './error.ts'
import { publicOf, type PrivateSigner } from './keys.ts'
import { mlDsaPublic, mlDsaSign } from './ml-dsa.ts'

/** With one signature of each key that the signer has. Throws a `BundleError` when it has too many then. */
export async function signed(envelope: Envelope, signer: PrivateSigner): Promise<Envelope> {
  const fresh = await signaturesBy(signer, signedBytes(envelope))
  const ids = new Set(fresh.map(({ keyid }) => keyid))
  const signatures = [...envelope.signatures.filter(({ keyid }) => !ids.has(keyid)), ...fresh]
  if (signatures.length > signaturesMax) {
    const because = `an envelope has at most ${signaturesMax} signatures, and this would be ${signatures.length}`
    throw new BundleError('bundle.envelope', because, 'leave some out')
  }
  return { ...envelope, signatures }
}

async function signaturesBy(
  { ed25519, mlDsaSeed }: PrivateSigner,
  message: Uint8Array,
): Promise<Signature[]> {
  const classical = { keyid: publicOf(ed25519).id, sig: sign(null, message, ed25519) }
  if (mlDsaSeed === null) return [classical]
  const { id } = await mlDsaPublic(mlDsaSeed)
  return [classical, { keyid: id, sig: await mlDsaSign(message, mlDsaSeed) }]
}
