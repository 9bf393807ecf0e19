/** The names in a certificate beside that of its subject, and which certificate is for a name that a client asks for. */

import type { X509Certificate } from 'node:crypto'

const prefixes: Readonly<Record<string, string>> = {
  DNS: 'dns',
  URI: 'uri',
  email: 'email',
  'IP Address': 'ip',
}

/** `dns:`, `uri:`, `email:` and `ip:` with the name, in the order of the certificate. */
export function alternativeNames(certificate: X509Certificate): string[] {
  // Absent without the extension, and null where it cannot be read: neither names anything.
  const subjectAltName = certificate.subjectAltName ?? ''
  // `DNS:a, URI:b`; a name that the runtime had to quote could be read in two ways, and is left out.
  return subjectAltName.split(', ').flatMap((entry) => {
    const colon = entry.indexOf(':')
    const [prefix, name] = [prefixes[entry.slice(0, colon)], entry.slice(colon + 1)]
    return prefix === undefined || !/^[\x21\x23-\x7e]+$/.test(name) ? [] : [`${prefix}:${name}`]
  })
}

/** The names of servers that a certificate is for, in lower case; `*.example` stands for one label before the dot. */
export function serverNames(certificate: X509Certificate): readonly string[] {
  return alternativeNames(certificate).flatMap((name) =>
    name.startsWith('dns:') ? [name.slice(4).toLowerCase()] : [],
  )
}

/** What is for a server's name (RFC 6066 §3): by the name itself, else by the wildcard one label up (RFC 9525 §6.3). */
export function forServer<Value>(byName: ReadonlyMap<string, Value>, serverName: string): Value | undefined {
  const name = serverName.toLowerCase()
  return byName.get(name) ?? byName.get(`*${name.slice(name.indexOf('.'))}`)
}
