/** The shapes that several operations of storage take or give. */

import { Type } from 'typebox'

export const Fields = { additionalProperties: false }
export const Address = Type.String({
  pattern: '^b3:[0-9a-f]{64}$',
  maxLength: 67,
  description: '`b3:` and the BLAKE3 hash of the content in 64 lower-case hex digits',
})
export const Name = Type.String({
  minLength: 1,
  maxLength: 512,
  description: 'A path of segments, at most 512 bytes',
})
/** Printable ASCII only: it is sent back as a header. */
export const MediaType = Type.String({ pattern: '^[\\x20-\\x7e]+$', maxLength: 255 })
export const Size = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
export const Header = Type.Optional(Type.String({ maxLength: 4096 }))
export const HeaderOut = Type.String({ maxLength: 300 })

/** What a reader may ask beside which content: RFC 9110 §13.1 and §14.2. */
export const conditions = { range: Header, if_range: Header, if_match: Header, if_none_match: Header }
export const conditionHeaders = {
  range: 'range',
  if_range: 'if-range',
  if_match: 'if-match',
  if_none_match: 'if-none-match',
}
