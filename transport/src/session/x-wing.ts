/**
 * X-Wing (draft-connolly-cfrg-xwing-kem): X25519 and ML-KEM-768 (FIPS 203) as one KEM. What it agrees on stays secret
 * as long as one of the two does.
 *
 *     secret key     32 bytes: SHAKE-256 of them makes the seed of ML-KEM (64 bytes) and the secret of X25519 (32)
 *     public key     ML-KEM 1184 ‖ X25519 32
 *     ciphertext     ML-KEM 1088 ‖ X25519 32
 *     shared secret  SHA3-256(ML-KEM's ‖ X25519's ‖ X25519 part of the ciphertext ‖ X25519 public key ‖ label)
 *
 * Every function here takes the better part of a millisecond.
 */

import { sha3_256, shake256 } from '@noble/hashes/sha3.js'
import { ml_kem768 } from '@noble/post-quantum/ml-kem.js'
import { concatBytes } from '../oap/bytes.ts'
import type { Primitives } from './primitives.ts'
import { ciphertextBytes, drawnBytes, publicKeyBytes, seedBytes } from './sizes.ts'

type X25519 = Pick<Primitives, 'x25519' | 'x25519Public'>

const mlKemBytes = { publicKey: 1184, ciphertext: 1088, seed: 64, drawn: 32 } as const
/** `\.//^\`, an X-Wing in flight (§5.3). */
const label = Uint8Array.of(0x5c, 0x2e, 0x2f, 0x2f, 0x5e, 0x5c)

export interface XWingKey {
  readonly publicKey: Uint8Array
  /** The secrets that the seed stands for; whoever has the key overwrites them. */
  readonly mlKem: Uint8Array
  readonly x25519: Uint8Array
}

export interface Encapsulated {
  readonly ciphertext: Uint8Array
  /** 32 bytes. */
  readonly shared: Uint8Array
}

export function keyFrom(seed: Uint8Array, primitives: X25519): XWingKey {
  if (seed.length !== seedBytes) throw new RangeError(`a seed has ${seedBytes} bytes, not ${seed.length}`)
  const expanded = shake256(seed, { dkLen: mlKemBytes.seed + 32 })
  const { publicKey, secretKey } = ml_kem768.keygen(expanded.subarray(0, mlKemBytes.seed))
  const x25519 = expanded.slice(mlKemBytes.seed)
  expanded.fill(0)
  return {
    publicKey: concatBytes([publicKey, primitives.x25519Public(x25519)]),
    mlKem: secretKey,
    x25519,
  }
}

/** `drawn` are 64 random bytes. Throws an Error for what is no public key. */
export function encapsulate(publicKey: Uint8Array, drawn: Uint8Array, primitives: X25519): Encapsulated {
  if (publicKey.length !== publicKeyBytes)
    throw new RangeError(`a public key has ${publicKeyBytes} bytes, not ${publicKey.length}`)
  if (drawn.length !== drawnBytes)
    throw new RangeError(`an encapsulation draws ${drawnBytes} bytes, not ${drawn.length}`)
  const ours = drawn.subarray(mlKemBytes.drawn)
  const theirs = publicKey.subarray(mlKemBytes.publicKey)
  const { cipherText, sharedSecret } = ml_kem768.encapsulate(
    publicKey.subarray(0, mlKemBytes.publicKey),
    drawn.subarray(0, mlKemBytes.drawn),
  )
  const ephemeral = primitives.x25519Public(ours)
  const shared = combined(sharedSecret, primitives.x25519(ours, theirs), ephemeral, theirs)
  return { ciphertext: concatBytes([cipherText, ephemeral]), shared }
}

/**
 * The shared secret of 32 bytes. A ciphertext that was made for another key gives another secret, not an error
 * (FIPS 203 §6.3). Throws an Error for what cannot be one.
 */
export function decapsulate(key: XWingKey, ciphertext: Uint8Array, primitives: X25519): Uint8Array {
  if (ciphertext.length !== ciphertextBytes)
    throw new RangeError(`a ciphertext has ${ciphertextBytes} bytes, not ${ciphertext.length}`)
  const ephemeral = ciphertext.subarray(mlKemBytes.ciphertext)
  const agreed = primitives.x25519(key.x25519, ephemeral)
  const sharedSecret = ml_kem768.decapsulate(ciphertext.subarray(0, mlKemBytes.ciphertext), key.mlKem)
  return combined(sharedSecret, agreed, ephemeral, key.publicKey.subarray(mlKemBytes.publicKey))
}

/** The two secrets are overwritten. */
function combined(
  mlKem: Uint8Array,
  agreed: Uint8Array,
  ephemeral: Uint8Array,
  publicKey: Uint8Array,
): Uint8Array {
  const all = concatBytes([mlKem, agreed, ephemeral, publicKey, label])
  try {
    return sha3_256(all)
  } finally {
    for (const secret of [mlKem, agreed, all]) secret.fill(0)
  }
}
