/**
 * Whom a client's certificate names, as the caveat `client` writes it: `sha256:HEX` of the certificate, `cn:` of its
 * subject, and `dns:`, `uri:`, `email:` and `ip:` of its alternative names.
 */

import type { X509Certificate } from 'node:crypto'
import { fingerprintOf } from './identity.ts'
import { alternativeNames } from './names.ts'

/** A certificate with more names is known by these. */
const namesMax = 32

export function clientNames(certificate: X509Certificate): readonly string[] {
  const subject = certificate.subject || ''
  const common = subject
    .split('\n')
    .flatMap((line) => (line.startsWith('CN=') ? [`cn:${line.slice(3)}`] : []))
  return [`sha256:${fingerprintOf(certificate)}`, ...common, ...alternativeNames(certificate)].slice(
    0,
    namesMax,
  )
}
