/** What a TLS connection may be made of: versions, suites and groups, and what the runtime has of them. */

import { constants } from 'node:crypto'
import { createSecureContext, type SecureContextOptions } from 'node:tls'
import type { TlsIdentity } from './identity.ts'
import type { Staple } from './ocsp.ts'

export interface TlsOptions {
  /** For clients that ask for no server, or for one that nobody else is. */
  readonly identity: TlsIdentity
  /** By the names of their servers. */
  readonly others: ReadonlyMap<string, TlsIdentity>
  /** What is stapled, by the fingerprint of the certificate. */
  readonly staples: ReadonlyMap<string, Staple>
  readonly minVersion: 'TLSv1.2' | 'TLSv1.3'
  /** PEM. A client must show a certificate that one of these issued; null asks for none. */
  readonly clientAuthorities: string | null
}

/** AEADs with forward secrecy, those of TLS 1.3 first (RFC 9325 §4.2). */
const suites = [
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'TLS_AES_128_GCM_SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
] as const

/** A session that is resumed has its client's certificate from the first one, however long that has been good no more. */
const shownAnew = constants.SSL_OP_NO_RENEGOTIATION | constants.SSL_OP_NO_TICKET

const hybrid = 'X25519MLKEM768'
const classic = ['X25519', 'P-256', 'P-384'] as const

let known: readonly string[] | null = null

/** Key exchange groups in the order of preference; the hybrid one where the runtime's OpenSSL has it (3.5 and newer). */
export function tlsGroups(): readonly string[] {
  known ??= has(hybrid) ? [hybrid, ...classic] : classic
  return known
}

/** For the identity that is for everybody, or another of them. */
export function secureContext(
  { minVersion, clientAuthorities, ...rest }: TlsOptions,
  identity: TlsIdentity = rest.identity,
): SecureContextOptions {
  const { certificate, key } = identity
  return {
    cert: certificate,
    key: Buffer.from(key.buffer, key.byteOffset, key.byteLength),
    minVersion,
    ciphers: suites.join(':'),
    ecdhCurve: tlsGroups().join(':'),
    honorCipherOrder: true,
    secureOptions: clientAuthorities === null ? constants.SSL_OP_NO_RENEGOTIATION : shownAnew,
    ...(clientAuthorities === null ? {} : { ca: clientAuthorities }),
  }
}

function has(group: string): boolean {
  try {
    createSecureContext({ ecdhCurve: group })
    return true
  } catch {
    return false
  }
}
