/** ML-DSA-65 (FIPS 204). Its code is loaded when it is first needed: a node that asks for no hybrid never does. */

import { mlDsaKey, seedBytes, type PublicKey } from './keys.ts'

export const mlDsaSignatureBytes = 3309

const load = async () => (await import('@noble/post-quantum/ml-dsa.js')).ml_dsa65

export async function mlDsaPublic(seed: Uint8Array): Promise<PublicKey> {
  const mlDsa = await load()
  return mlDsaKey(mlDsa.keygen(seed).publicKey)
}

export async function mlDsaSign(message: Uint8Array, seed: Uint8Array): Promise<Uint8Array> {
  const mlDsa = await load()
  return mlDsa.sign(message, mlDsa.keygen(seed).secretKey)
}

/** Loads it and uses it once, so that the first bundle takes no longer than any other. */
export async function warmMlDsa(): Promise<void> {
  const seed = new Uint8Array(seedBytes)
  await mlDsaVerify(await mlDsaSign(seed, seed), seed, await mlDsaPublic(seed))
}

/** Takes some milliseconds. */
export async function mlDsaVerify(
  sig: Uint8Array,
  message: Uint8Array,
  { bytes }: PublicKey,
): Promise<boolean> {
  const mlDsa = await load()
  try {
    return mlDsa.verify(sig, message, bytes)
  } catch {
    // What is not even shaped like a key or a signature fits nothing.
    return false
  }
}
