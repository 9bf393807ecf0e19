/**
 * A certificate chain and its key as files hold them, judged before anything is served with them: whoever made a
 * mistake hears the file and the fault. It reads no file and knows no socket.
 */

import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto'
import { serverNames } from './names.ts'

export interface TlsIdentity {
  /** PEM: the certificate of the node, then those that lead to its authority. */
  readonly certificate: string
  /** PEM. */
  readonly key: Uint8Array
  /** Of the node's own certificate, 64 lower-case hex digits of SHA-256. */
  readonly fingerprint: string
  /** Of servers, as `tls/names.ts` has them. */
  readonly names: readonly string[]
  /** The certificates, the node's own first. */
  readonly chain: readonly X509Certificate[]
  /** When the first of the chain is no longer good, in milliseconds since the epoch. */
  readonly untilMs: number
}

export interface IdentityFiles {
  readonly certPath: string
  readonly certificate: string
  readonly keyPath: string
  readonly key: Uint8Array
}

/** More is no chain; every one is parsed. */
const chainMax = 10
const authoritiesMax = 100

const rsaBitsMin = 2_048
const curves: ReadonlySet<string> = new Set(['prime256v1', 'secp384r1', 'secp521r1'])

/** Throws a sentence for the operator that names the file, the fault and what to do. */
export function tlsIdentity(files: IdentityFiles, nowMs: number): TlsIdentity {
  const { certPath, keyPath } = files
  const chain = certificatesOf(certPath, files.certificate, chainMax)
  const [own] = chain
  if (own === undefined)
    throw new Error(`${certPath} holds no PEM certificate; give it the chain of the node`)
  for (const one of chain) inItsTime(certPath, one, nowMs)
  const key = keyOf(keyPath, files.key)
  if (!own.checkPrivateKey(key)) {
    throw new Error(
      `the key in ${keyPath} is not that of the first certificate in ${certPath} (${subjectOf(own)}); ` +
        'put the certificate of the node first, or give the key it was made for',
    )
  }
  approved(keyPath, key)
  return {
    certificate: files.certificate,
    key: files.key,
    fingerprint: fingerprintOf(own),
    names: serverNames(own),
    chain,
    untilMs: Math.min(...chain.map(({ validTo }) => Date.parse(validTo))),
  }
}

/** PKCS #8 (RFC 5958), and the headers of RFC 1421 that older files have. */
const lockedMarks = ['BEGIN ENCRYPTED PRIVATE KEY', 'Proc-Type: 4,ENCRYPTED']

/** The authorities whose clients are let in, as they are written. Throws a sentence for the operator. */
export function clientAuthorities(path: string, text: string, nowMs: number): string {
  const authorities = certificatesOf(path, text, authoritiesMax)
  if (authorities.length === 0)
    throw new Error(`${path} holds no PEM certificate; give it those of client authorities`)
  for (const one of authorities) {
    if (!one.ca)
      throw new Error(`${path} holds a certificate that may issue none (${subjectOf(one)}); take it out`)
    inItsTime(path, one, nowMs)
  }
  return text
}

/** 64 lower-case hex digits of SHA-256. */
export function fingerprintOf({ fingerprint256 }: X509Certificate): string {
  return fingerprint256.replaceAll(':', '').toLowerCase()
}

function certificatesOf(path: string, text: string, max: number): X509Certificate[] {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? []
  if (blocks.length > max)
    throw new Error(`${path} holds ${blocks.length} certificates; at most ${max} are taken`)
  return blocks.map((block, at) => {
    try {
      return new X509Certificate(block)
    } catch (cause) {
      throw new Error(`certificate ${at + 1} in ${path} cannot be read; write it as PEM anew`, { cause })
    }
  })
}

function inItsTime(path: string, one: X509Certificate, nowMs: number): void {
  const [fromMs, untilMs] = [Date.parse(one.validFrom), Date.parse(one.validTo)]
  const whose = `the certificate in ${path} (${subjectOf(one)})`
  if (Number.isNaN(fromMs) || Number.isNaN(untilMs))
    throw new Error(`${whose} has no dates that can be read; have it issued anew`)
  if (nowMs >= untilMs) throw new Error(`${whose} expired at ${new Date(untilMs).toISOString()}; renew it`)
  if (nowMs < fromMs) {
    throw new Error(
      `${whose} is not good before ${new Date(fromMs).toISOString()}; look at the clock, or wait`,
    )
  }
}

function keyOf(path: string, key: Uint8Array): KeyObject {
  const pem = Buffer.from(key.buffer, key.byteOffset, key.byteLength)
  try {
    return createPrivateKey({ key: pem, format: 'pem' })
  } catch (cause) {
    // By what stands in the file: the code of the error depends on what OpenSSL failed at before.
    const fault = lockedMarks.some((mark) => pem.includes(mark))
      ? 'is locked with a passphrase, which nobody could enter; store it without, open to its owner alone'
      : 'holds no PEM private key'
    throw new Error(`${path} ${fault}`, { cause })
  }
}

function approved(path: string, { asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject): void {
  const { namedCurve = '', modulusLength = 0 } = details ?? {}
  if (type === 'ed25519') return
  if (type === 'ec' && curves.has(namedCurve)) return
  if (type === 'rsa' && modulusLength >= rsaBitsMin) return
  const what = type === 'rsa' ? `RSA of ${modulusLength} bits` : namedCurve || (type ?? 'of an unknown kind')
  throw new Error(
    `the key in ${path} is ${what}; use Ed25519, P-256, P-384, P-521, or RSA of ${rsaBitsMin} bits`,
  )
}

/** On one line. */
function subjectOf({ subject }: X509Certificate): string {
  return (subject || 'without a subject').replaceAll('\n', ', ')
}
