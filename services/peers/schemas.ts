/** Fields of the peers, each with its limit. */

import { Type } from 'typebox'

export const Fields = { additionalProperties: false }
/** What this node calls a peer. */
export const Peer = Type.String({ minLength: 1, maxLength: 63, pattern: '^[a-z0-9][a-z0-9-]*$' })
export const NodeId = Type.String({ minLength: 64, maxLength: 64, pattern: '^[0-9a-f]{64}$' })
export const Nonce = Type.String({ minLength: 32, maxLength: 32, pattern: '^[0-9a-f]{32}$' })
/** The base64 of an Ed25519 signature. */
export const Signature = Type.String({ minLength: 88, maxLength: 88, pattern: '^[A-Za-z0-9+/]{86}==$' })
export const Address = Type.String({ minLength: 67, maxLength: 67, pattern: '^b3:[0-9a-f]{64}$' })
/** As the mailbox has them. */
export const Topic = Type.String({
  minLength: 1,
  maxLength: 256,
  pattern: '^[A-Za-z0-9_:@~-][A-Za-z0-9_.:@~-]*(/[A-Za-z0-9_:@~-][A-Za-z0-9_.:@~-]*)*$',
})
export const Count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
export const Side = Type.Enum(['dials', 'answers'])
/** Why something is as it is, for people. */
export const Because = Type.String({ maxLength: 512 })
