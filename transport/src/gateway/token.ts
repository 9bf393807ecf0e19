/** The token of an `Authorization` header: `Bearer` as RFC 6750 has it, `Macaroon` as upstream clients send it. */

import { headerValues, type Headers } from '../listener/headers.ts'
import { splitCap } from '../macaroon/presentation.ts'
import type { OapCarrier } from './oap-sender.ts'

const credentials = /^(?:Bearer|Macaroon)\s+(\S+)\s*$/i

/** Null when there is no token, or several headers that might mean different ones. */
export function bearerOf({ headers }: { readonly headers: Headers }): string | null {
  const values = headerValues(headers, 'authorization')
  const [, token] = credentials.exec(values.length === 1 ? (values[0] ?? '') : '') ?? []
  return token ?? null
}

/** Who asks with a `cap` field: its token, or that of the connection where it has none, and the proofs it brings. */
export function credentialsIn(
  cap: Uint8Array,
  { peer, client, token }: Pick<OapCarrier, 'peer' | 'client' | 'token'>,
) {
  const { presentation, token: own } = splitCap(cap)
  return { peer, client, presentation, token: own.length > 0 ? own : token }
}
