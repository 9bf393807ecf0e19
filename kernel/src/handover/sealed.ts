/**
 * Records under a seal, for two processes that have a key of 32 bytes in common: X25519 (RFC 7748) and that key give
 * one key a direction by HKDF-SHA256, and each record is AES-256-GCM under a counter. So who listens learns nothing,
 * later neither, and nothing can be changed, left out or said again. It knows no socket.
 *
 *     │ length: 4, big-endian │ ciphertext │ tag: 16 │
 */

import {
  createCipheriv,
  createDecipheriv,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
} from 'node:crypto'

/** The longest record, before it is sealed. */
export const recordBytesMax = 1024 * 1024
export const lengthBytes = 4
export const shareBytes = 32
const tagBytes = 16
const keyBytes = 32
const nonceBytes = 12
const cipher = 'aes-256-gcm'
/** What comes before an X25519 key in its encoding (RFC 8410). */
const prefix = Buffer.from('302a300506032b656e032100', 'hex')

/** What is wrong with the other side, as the end of a sentence. */
export class SealError extends Error {}

export interface Seals {
  readonly own: Sealer
  readonly theirs: Opener
}

/** One side's half of the agreement. It is good for one session. */
export interface Share {
  /** 32 bytes to be sent in the clear. */
  readonly bytes: Uint8Array
  /** `asks` is true on exactly one side. Throws a `SealError` for a share that no honest side sends. */
  agree(theirs: Uint8Array, shared: Uint8Array, asks: boolean): Seals
}

export function newShare(): Share {
  const { privateKey, publicKey } = generateKeyPairSync('x25519')
  const own = publicKey.export({ format: 'der', type: 'spki' }).subarray(prefix.length)
  return {
    bytes: own,
    agree(theirs, shared, asks) {
      const secret = agreed(() => {
        const key = createPublicKey({ key: Buffer.concat([prefix, theirs]), format: 'der', type: 'spki' })
        return diffieHellman({ privateKey, publicKey: key })
      })
      const [first, second] = asks ? [own, theirs] : [theirs, own]
      const info = Buffer.concat([Buffer.from('ron/1 hand-over '), first, second])
      const keys = new Uint8Array(hkdfSync('sha256', secret, shared, info, 2 * keyBytes))
      secret.fill(0)
      const [asking, giving] = [keys.subarray(0, keyBytes), keys.subarray(keyBytes)]
      return asks
        ? { own: new Sealer(asking), theirs: new Opener(giving) }
        : { own: new Sealer(giving), theirs: new Opener(asking) }
    },
  }
}

export class Sealer {
  readonly #key: Uint8Array
  #count = 0n

  constructor(key: Uint8Array) {
    this.#key = key
  }

  /** The record with its length and tag. Throws a RangeError for one that is too long. */
  seal(record: Uint8Array): Buffer {
    if (record.length > recordBytesMax) throw new RangeError(`a record has at most ${recordBytesMax} bytes`)
    const sealing = createCipheriv(cipher, this.#key, nonceOf(this.#count++))
    const length = Buffer.alloc(lengthBytes)
    length.writeUInt32BE(record.length + tagBytes)
    return Buffer.concat([length, sealing.update(record), sealing.final(), sealing.getAuthTag()])
  }
}

export class Opener {
  readonly #key: Uint8Array
  #count = 0n

  constructor(key: Uint8Array) {
    this.#key = key
  }

  /** What the length in front of a record says. Throws a `SealError` for one that no record has. */
  lengthOf(head: Buffer): number {
    const length = head.readUInt32BE(0)
    if (length >= tagBytes && length <= recordBytesMax + tagBytes) return length
    throw new SealError('sends what is no record')
  }

  /** Throws a `SealError` when it was not sealed as the next one, under the same key. */
  open(sealed: Uint8Array): Buffer {
    const opening = createDecipheriv(cipher, this.#key, nonceOf(this.#count++))
    const at = sealed.length - tagBytes
    opening.setAuthTag(sealed.subarray(at))
    try {
      return Buffer.concat([opening.update(sealed.subarray(0, at)), opening.final()])
    } catch (cause) {
      throw new SealError('has another hand-over key, or somebody is between the two', { cause })
    }
  }
}

function agreed(agree: () => Buffer): Buffer {
  try {
    return agree()
  } catch (cause) {
    throw new SealError('sends no share of a key', { cause })
  }
}

function nonceOf(count: bigint): Buffer {
  const nonce = Buffer.alloc(nonceBytes)
  nonce.writeBigUInt64BE(count, nonceBytes - 8)
  return nonce
}
