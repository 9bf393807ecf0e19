/**
 * Whom a client's certificate names, as the caveat `client` writes it: `sha256:HEX` of the certificate, `cn:` of its
 * subject, and `dns:`, `uri:`, `email:` and `ip:` of its alternative names.
 */

import type { X509Certificate } from 'node:crypto'
import { fingerprintOf } from './identity.ts'

/** A certificate with more names is known by these. */
const namesMax = 32
const prefixes: Readonly<Record<string, string>> = {
  DNS: 'dns',
  URI: 'uri',
  email: 'email',
  'IP Address': 'ip',
}

export function clientNames(certificate: X509Certificate): readonly string[] {
  const { subjectAltName = '' } = certificate
  const subject = certificate.subject || ''
  const common = subject
    .split('\n')
    .flatMap((line) => (line.startsWith('CN=') ? [`cn:${line.slice(3)}`] : []))
  return [`sha256:${fingerprintOf(certificate)}`, ...common, ...alternativeNames(subjectAltName)].slice(
    0,
    namesMax,
  )
}

/** `DNS:a, URI:b`; a name that the runtime had to quote could be read in two ways, and is left out. */
function alternativeNames(text: string): string[] {
  return text.split(', ').flatMap((entry) => {
    const colon = entry.indexOf(':')
    const [prefix, name] = [prefixes[entry.slice(0, colon)], entry.slice(colon + 1)]
    return prefix === undefined || !/^[\x21\x23-\x7e]+$/.test(name) ? [] : [`${prefix}:${name}`]
  })
}
