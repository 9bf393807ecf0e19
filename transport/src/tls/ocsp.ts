/**
 * What an authority says about a certificate (OCSP, RFC 6960 §4.2), as a file that the node staples to its handshakes:
 * whether it is about this certificate, good, and of now. Its signature is for clients to check, who know the
 * authority. It reads no file.
 */

import { createHash, type X509Certificate } from 'node:crypto'
import { contentOf, derNode, inside, instantOf, tag, type DerNode } from './der.ts'

export interface Staple {
  readonly der: Uint8Array
  /** Who gets it after this cannot use it; milliseconds since the epoch. */
  readonly untilMs: number
}

/** id-pkix-ocsp-basic, 1.3.6.1.5.5.7.48.1.1 */
const basic = '2b0601050507300101'
/** What issuers are hashed with in a CertID: SHA-1, as RFC 6960 has it, or SHA-256. */
const hashes: Readonly<Record<string, string>> = { '2b0e03021a': 'sha1', '608648016503040201': 'sha256' }

/** An authority may ask the clock of its clients to be this much off. */
const clockSkewMs = 300_000

/**
 * The answer for `own`, whose chain begins with it. Throws a sentence for the operator that names the file, the fault
 * and what to do.
 */
export function stapleOf(
  path: string,
  der: Uint8Array,
  chain: readonly X509Certificate[],
  nowMs: number,
): Staple {
  const refuse = (fault: string) => new Error(`the OCSP answer in ${path} ${fault}`)
  const said = parsed(path, () => saidOf(der, chain))
  if (said === null) throw refuse('is about another certificate; fetch the one for the first of the chain')
  const { good, fromMs, untilMs } = said
  if (!good) throw refuse('does not say that the certificate is good; fetch a new one, or renew it')
  if (untilMs === null) throw refuse('does not say until when it holds; fetch one that does')
  if (nowMs >= untilMs) throw refuse(`ended at ${new Date(untilMs).toISOString()}; fetch a new one`)
  if (nowMs < fromMs - clockSkewMs)
    throw refuse(`holds only from ${new Date(fromMs).toISOString()}; look at the clock, or wait`)
  return { der, untilMs }
}

interface Said {
  readonly good: boolean
  readonly fromMs: number
  readonly untilMs: number | null
}

/** What is said about the first of the chain; null when nothing is. */
function saidOf(der: Uint8Array, chain: readonly X509Certificate[]): Said | null {
  const [, status, from, until] = singlesOf(der).find((single) => concerns(single[0], chain)) ?? []
  if (status === undefined) return null
  return {
    good: status.tag === tag.plain(0),
    fromMs: instantOf(from),
    untilMs: until?.tag === tag.context(0) ? instantOf(derNode(until.content)) : null,
  }
}

/** Each: certID, status, thisUpdate, and more. */
function singlesOf(der: Uint8Array): readonly (readonly DerNode[])[] {
  const [status, wrapped] = inside(derNode(der), tag.sequence)
  if (contentOf(status, tag.enumerated)[0] !== 0) throw new Error('the authority refused to answer')
  const [type, octets] = inside(derNode(contentOf(wrapped, tag.context(0))), tag.sequence)
  if (hex(contentOf(type, tag.oid)) !== basic) throw new Error('a kind of answer that is not known')
  const [data] = inside(derNode(contentOf(octets, tag.octets)), tag.sequence)
  // version [0], who answers [1] or [2], when, and then what.
  const singles = inside(data, tag.sequence).find((part) => part.tag === tag.sequence)
  return inside(singles, tag.sequence).map((single) => inside(single, tag.sequence))
}

/** RFC 6960 §4.1.1: by serial number and issuer's name, and by the issuer's key where the chain has it. */
function concerns(certId: DerNode | undefined, [own, issuer]: readonly X509Certificate[]): boolean {
  if (own === undefined) return false
  const [algorithm, nameHash, keyHash, serial] = inside(certId, tag.sequence)
  const hash = hashes[hex(contentOf(inside(algorithm, tag.sequence)[0], tag.oid))]
  if (hash === undefined) return false
  const of = (bytes: Uint8Array) => createHash(hash).update(bytes).digest('hex')
  const { issuerName, serialNumber } = namesOf(own)
  if (hex(contentOf(serial, tag.integer)) !== serialNumber) return false
  if (hex(contentOf(nameHash, tag.octets)) !== of(issuerName)) return false
  if (issuer === undefined || !own.checkIssued(issuer)) return true
  return hex(contentOf(keyHash, tag.octets)) === of(keyBits(issuer))
}

/** RFC 5280 §4.1: version [0], serial number, algorithm, issuer. */
function namesOf({ raw }: X509Certificate): { issuerName: Uint8Array; serialNumber: string } {
  const [body] = inside(derNode(raw), tag.sequence)
  const parts = inside(body, tag.sequence).filter((part) => part.tag !== tag.context(0))
  const [serial, , issuer] = parts
  if (issuer === undefined) throw new Error('a certificate without an issuer')
  return { issuerName: issuer.whole, serialNumber: hex(contentOf(serial, tag.integer)) }
}

/** The bits of the public key, without how many of the last byte are unused. */
function keyBits({ publicKey }: X509Certificate): Uint8Array {
  const [, bits] = inside(derNode(publicKey.export({ type: 'spki', format: 'der' })), tag.sequence)
  return contentOf(bits, 3).subarray(1)
}

function parsed<Result>(path: string, read: () => Result): Result {
  try {
    return read()
  } catch (cause) {
    const because = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`${path} holds no OCSP answer in DER (${because}); fetch one`, { cause })
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')
}
