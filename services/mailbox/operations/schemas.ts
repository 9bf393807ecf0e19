/** Fields that several operations of the mailbox share, each with its limit. */

import { Type } from 'typebox'
import { payloadBytesMax } from '../payload.ts'

const strict = { additionalProperties: false } as const

export const none = { requestHeaders: {}, responseHeaders: {} } as const

/** An object that denies what it does not name. */
export function fields<Properties extends Record<string, Parameters<typeof Type.Optional>[0]>>(
  properties: Properties,
) {
  return Type.Object(properties, strict)
}

/** Segments of letters, digits and `_ - . : @ ~`, joined by `/`; none begins with a dot. */
const topicPattern = '^[A-Za-z0-9_:@~-][A-Za-z0-9_.:@~-]*(/[A-Za-z0-9_:@~-][A-Za-z0-9_.:@~-]*)*$'
export const Topic = Type.String({ minLength: 1, maxLength: 256, pattern: topicPattern })
/** Also `dlq/` and a topic. */
export const AnyTopic = Type.String({ minLength: 1, maxLength: 260, pattern: topicPattern })

export const Ulid = Type.String({ minLength: 26, maxLength: 26, pattern: '^[0-7][0-9A-HJKMNP-TV-Z]{25}$' })
export const Address = Type.String({ minLength: 67, maxLength: 67, pattern: '^b3:[0-9a-f]{64}$' })
/** RFC 3339, UTC, milliseconds. */
export const Timestamp = Type.String({ maxLength: 32 })
/** Printable ASCII without spaces, so that it is the same in a header. */
export const IdemKey = Type.String({ minLength: 1, maxLength: 128, pattern: '^[!-~]+$' })
export const Lease = Type.String({ minLength: 16, maxLength: 16, pattern: '^[0-9a-f]{16}$' })
/** Base64 with padding. */
export const PayloadB64 = Type.String({ maxLength: Math.ceil(payloadBytesMax / 3) * 4 })
export const Attrs = Type.Record(
  Type.String({ pattern: '^[A-Za-z0-9_.-]{1,64}$' }),
  Type.String({ maxLength: 256 }),
  { ...strict, maxProperties: 16 },
)
/** Most messages that one call sends, receives or acknowledges. */
export const batchMax = 256
export const patience = {
  visibility_ms: Type.Optional(Type.Integer({ minimum: 250, maximum: 43_200_000 })),
  wait_ms: Type.Optional(Type.Integer({ minimum: 0, maximum: 20_000 })),
}
/** A user or an author: anything without control characters. */
export const Person = Type.String({ minLength: 1, maxLength: 128, pattern: '^[^\\u0000-\\u001f\\u007f]+$' })
export const Count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
