/** The shapes that several operations of zk-verify share. */

import { Type } from 'typebox'

export const Fields = { additionalProperties: false }
export const CircuitId = Type.String({ pattern: '^[A-Za-z0-9._:-]+$', maxLength: 64 })
export const Name = Type.String({ maxLength: 128 })
export const Sentence = Type.String({ maxLength: 600 })
/** 32 bytes, big-endian, in hex. */
export const Input = Type.String({ pattern: '^[0-9a-f]{64}$', maxLength: 64 })
export const Count = Type.Integer({ minimum: 0 })
