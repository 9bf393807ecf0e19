/**
 * Certificates for tests, made when they are wanted, so that no key lies in the project and none expires in it: X.509 v3
 * (RFC 5280 §4.1) with P-256 keys, written by hand in DER.
 */

import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto'

export interface Issued {
  /** PEM. */
  readonly certificate: string
  /** PEM, PKCS #8. */
  readonly key: string
  readonly name: string
  readonly privateKey: KeyObject
}

export interface Wanted {
  /** Common name. */
  readonly name: string
  /** Null signs itself. */
  readonly issuer?: Issued | null
  /** May issue others. */
  readonly authority?: boolean
  readonly dns?: readonly string[]
  /** IPv4, in dots. */
  readonly ips?: readonly string[]
  readonly uris?: readonly string[]
  readonly fromMs?: number
  readonly untilMs?: number
}

const dayMs = 86_400_000
const ecdsaWithSha256 = '2a8648ce3d040302'
const commonName = '550403'
const basicConstraints = '551d13'
const subjectAltName = '551d11'

export function issued(wanted: Wanted, nowMs = Date.now()): Issued {
  const { name, issuer = null, authority = false } = wanted
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const algorithm = sequence(oid(ecdsaWithSha256))
  const names = [
    ...(wanted.dns ?? []).map((dns) => der(0x82, Buffer.from(dns))),
    ...(wanted.uris ?? []).map((uri) => der(0x86, Buffer.from(uri))),
    ...(wanted.ips ?? []).map((ip) => der(0x87, Buffer.from(ip.split('.').map(Number)))),
  ]
  const extensions = [
    sequence(
      oid(basicConstraints),
      der(1, Buffer.of(0xff)),
      octets(sequence(...(authority ? [der(1, Buffer.of(0xff))] : []))),
    ),
    ...(names.length === 0 ? [] : [sequence(oid(subjectAltName), octets(sequence(...names)))]),
  ]
  const body = sequence(
    der(0xa0, der(2, Buffer.of(2))),
    der(2, Buffer.from(`01${serial()}`, 'hex')),
    algorithm,
    nameOf(issuer?.name ?? name),
    sequence(instant(wanted.fromMs ?? nowMs - dayMs), instant(wanted.untilMs ?? nowMs + dayMs)),
    nameOf(name),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions)),
  )
  const signature = sign('sha256', body, issuer?.privateKey ?? privateKey)
  const whole = sequence(body, algorithm, der(3, Buffer.of(0), signature))
  return {
    certificate: pem('CERTIFICATE', whole),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    name,
    privateKey,
  }
}

let serials = 0

/** Eight bytes, none twice in a process. */
function serial(): string {
  return (++serials).toString(16).padStart(16, '0')
}

function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}

function sequence(...parts: readonly Uint8Array[]): Buffer {
  return der(0x30, ...parts)
}

function octets(content: Uint8Array): Buffer {
  return der(4, content)
}

function oid(hex: string): Buffer {
  return der(6, Buffer.from(hex, 'hex'))
}

function nameOf(name: string): Buffer {
  return sequence(der(0x31, sequence(oid(commonName), der(12, Buffer.from(name)))))
}

/** UTCTime: `YYMMDDHHMMSSZ`. */
function instant(atMs: number): Buffer {
  const digits = new Date(atMs)
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replace(/[-:T]/g, '')
  return der(0x17, Buffer.from(digits.slice(2)))
}

function pem(label: string, content: Uint8Array): string {
  const lines =
    Buffer.from(content)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n')
}
