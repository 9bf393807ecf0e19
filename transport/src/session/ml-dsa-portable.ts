/** ML-DSA-65 in plain code, for browsers and older versions of Node. It is what the other is held against. */

import { ml_dsa65 } from '@noble/post-quantum/ml-dsa.js'
import type { MlDsa } from '@ron/kernel/ports/ml-dsa'

export const portableMlDsa: MlDsa = {
  by: 'noble',
  keyFrom(seed) {
    const { publicKey, secretKey } = ml_dsa65.keygen(seed)
    let held: Uint8Array | null = secretKey
    return {
      publicKey,
      sign(message) {
        if (held === null) throw new Error('the key was given up')
        return ml_dsa65.sign(message, held)
      },
      destroy() {
        secretKey.fill(0)
        held = null
      },
    }
  },
  verify(publicKey, message, signature) {
    try {
      return ml_dsa65.verify(signature, message, publicKey)
    } catch {
      return false
    }
  },
}
