/**
 * Certificates for tests, made when they are wanted, so that no key lies in the project and none expires in it: X.509 v3
 * (RFC 5280 §4.1) with P-256 keys, written by hand in DER.
 */

import { createHash, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto'

export interface Issued {
  /** PEM. */
  readonly certificate: string
  /** PEM, PKCS #8. */
  readonly key: string
  readonly name: string
  readonly privateKey: KeyObject
  /** As it stands in the certificate. */
  readonly serialNumber: Buffer
}

export interface Wanted {
  /** Common name. */
  readonly name: string
  /** In the subject, before its common name. */
  readonly organization?: string
  /** Null signs itself. */
  readonly issuer?: Issued | null
  /** May issue others. */
  readonly authority?: boolean
  readonly dns?: readonly string[]
  /** IPv4, in dots. */
  readonly ips?: readonly string[]
  readonly uris?: readonly string[]
  /** What it may be used for; anything where it does not say. */
  readonly usage?: keyof typeof usages
  readonly fromMs?: number
  readonly untilMs?: number
  /** Of P-256 where it does not say. Others need an issuer. */
  readonly keys?: { readonly publicKey: KeyObject; readonly privateKey: KeyObject }
}

const usages = { server: '2b06010505070301', client: '2b06010505070302' } as const
const dayMs = 86_400_000
const ecdsaWithSha256 = '2a8648ce3d040302'
const commonName = '550403'
const organizationName = '55040a'
const basicConstraints = '551d13'
const subjectAltName = '551d11'
const extendedKeyUsage = '551d25'
const sha1 = '2b0e03021a'
const basicOcsp = '2b0601050507300101'

export function issued(wanted: Wanted, nowMs = Date.now()): Issued {
  const { name, issuer = null, authority = false, usage = null } = wanted
  const { publicKey, privateKey } = wanted.keys ?? generateKeyPairSync('ec', { namedCurve: 'P-256' })
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
    ...(usage === null ? [] : [sequence(oid(extendedKeyUsage), octets(sequence(oid(usages[usage]))))]),
    ...(names.length === 0 ? [] : [sequence(oid(subjectAltName), octets(sequence(...names)))]),
  ]
  const serialNumber = Buffer.from(`01${serial()}`, 'hex')
  const body = sequence(
    der(0xa0, der(2, Buffer.of(2))),
    der(2, serialNumber),
    algorithm,
    nameOf(issuer?.name ?? name),
    sequence(instant(wanted.fromMs ?? nowMs - dayMs), instant(wanted.untilMs ?? nowMs + dayMs)),
    nameOf(name, wanted.organization),
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
    serialNumber,
  }
}

export interface WantedAnswer {
  readonly status?: 'good' | 'revoked' | 'unknown'
  readonly fromMs?: number
  /** Null leaves it open. */
  readonly untilMs?: number | null
}

/** What the issuer of a certificate says of it (RFC 6960 §4.2.1), in DER. */
export function answered(
  { serialNumber }: Issued,
  issuer: Issued,
  { status = 'good', ...wanted }: WantedAnswer = {},
  nowMs = Date.now(),
): Buffer {
  const { fromMs = nowMs - 60_000, untilMs = nowMs + dayMs } = wanted
  const hash = (bytes: Uint8Array) => octets(createHash('sha1').update(bytes).digest())
  const spki = createPublicKey(issuer.privateKey).export({ type: 'spki', format: 'der' })
  // The last 65 bytes of a P-256 key are its point.
  const certId = sequence(
    sequence(oid(sha1), der(5)),
    hash(nameOf(issuer.name)),
    hash(spki.subarray(-65)),
    der(2, serialNumber),
  )
  const said = {
    good: der(0x80),
    revoked: der(0xa1, generalized(nowMs)),
    unknown: der(0x82),
  }[status]
  const until = untilMs === null ? [] : [der(0xa0, generalized(untilMs))]
  const single = sequence(certId, said, generalized(fromMs), ...until)
  const data = sequence(der(0xa1, nameOf(issuer.name)), generalized(nowMs), sequence(single))
  const signature = der(3, Buffer.of(0), sign('sha256', data, issuer.privateKey))
  const basic = sequence(data, sequence(oid(ecdsaWithSha256)), signature)
  const bytes = der(0xa0, sequence(oid(basicOcsp), octets(basic)))
  return sequence(der(10, Buffer.of(0)), bytes)
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

function nameOf(name: string, organization?: string): Buffer {
  const part = (kind: string, text: string) => der(0x31, sequence(oid(kind), der(12, Buffer.from(text))))
  const first = organization === undefined ? [] : [part(organizationName, organization)]
  return sequence(...first, part(commonName, name))
}

/** UTCTime: `YYMMDDHHMMSSZ`. */
function instant(atMs: number): Buffer {
  return der(0x17, Buffer.from(digits(atMs).slice(2)))
}

/** GeneralizedTime: `YYYYMMDDHHMMSSZ`. */
function generalized(atMs: number): Buffer {
  return der(0x18, Buffer.from(digits(atMs)))
}

function digits(atMs: number): string {
  return new Date(atMs)
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replace(/[-:T]/g, '')
}

function pem(label: string, content: Uint8Array): string {
  const lines =
    Buffer.from(content)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n')
}
