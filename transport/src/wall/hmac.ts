/** HMAC-SHA256 from node:crypto, for the macaroon chain. The one file of the wall that touches cryptography. */

import { createHmac } from 'node:crypto'
import type { Hmac } from '../macaroon/chain.ts'

export const nodeHmac: Hmac = (key, data) => new Uint8Array(createHmac('sha256', key).update(data).digest())
