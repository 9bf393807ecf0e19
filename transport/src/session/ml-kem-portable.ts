/** ML-KEM-768 in plain code, for browsers. It is what the others are held against. */

import { ml_kem768 } from '@noble/post-quantum/ml-kem.js'
import type { MlKem } from './ml-kem.ts'

export const portableMlKem: MlKem = {
  by: 'noble',
  keyFrom(seed) {
    const { publicKey, secretKey } = ml_kem768.keygen(seed)
    return {
      publicKey,
      decapsulate: (ciphertext) => ml_kem768.decapsulate(ciphertext, secretKey),
      destroy: () => void secretKey.fill(0),
    }
  },
  peer: (publicKey) => ({
    encapsulate(drawn) {
      const { cipherText, sharedSecret } = ml_kem768.encapsulate(publicKey, drawn)
      return { ciphertext: cipherText, shared: sharedSecret }
    },
  }),
}
