/** Fields of the registry, each with its limit. */

import { Type } from 'typebox'

export const Fields = { additionalProperties: false }
export const NodeId = Type.String({ minLength: 64, maxLength: 64, pattern: '^[0-9a-f]{64}$' })
/** As people write it; its normal form has at most 253 bytes. */
export const Name = Type.String({ minLength: 1, maxLength: 1_012 })
/** The base64 of 64 bytes. */
export const Signature = Type.String({ minLength: 88, maxLength: 88, pattern: '^[A-Za-z0-9+/]{86}==$' })
/** Milliseconds since the Unix epoch. */
export const Time = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
export const Seq = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
export const Kind = Type.Enum(['node', 'service'])
const Word = Type.String({ minLength: 1, maxLength: 64, pattern: '^[A-Za-z0-9_.-]+$' })

const service = Type.Object(
  {
    name: Word,
    /** Its OAP/1 protocol number. */
    protocol: Type.Integer({ minimum: 1, maximum: 65_535 }),
    operations: Type.Array(Word, { maxItems: 128 }),
  },
  Fields,
)

export const Descriptor = Type.Object(
  {
    /** Of this format. */
    v: Type.Integer({ minimum: 1, maximum: 1 }),
    kind: Kind,
    /** The base64 of the 32 bytes of its public Ed25519 key. */
    key: Type.String({ minLength: 44, maxLength: 44, pattern: '^[A-Za-z0-9+/]{43}=$' }),
    name: Name,
    addresses: Type.Array(
      Type.String({ minLength: 1, maxLength: 256, pattern: '^(https?|wss?)://[\\x21-\\x7e]+$' }),
      { maxItems: 8 },
    ),
    services: Type.Array(service, { maxItems: 32 }),
    profile: Word,
    version: Word,
    issued_ms: Time,
    expires_ms: Time,
    /** Each descriptor of a key has a greater one than those before it. */
    seq: Seq,
  },
  Fields,
)
