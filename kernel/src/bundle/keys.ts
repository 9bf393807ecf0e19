/**
 * The keys of signers as PEM files hold them: Ed25519 (RFC 8410), and ML-DSA-65 (RFC 9881) beside it for those who sign
 * in both. A file of a public signer holds one or two PUBLIC KEY blocks, a private one as many PRIVATE KEY blocks.
 */

import { createPrivateKey, createPublicKey, hash, type KeyObject } from 'node:crypto'
import { BundleError } from './error.ts'

/** Who may sign, by what a verifier needs. */
export interface Signer {
  /** For people: what the file is called. */
  readonly name: string
  readonly ed25519: PublicKey
  /** Null for a signer who signs with Ed25519 alone. */
  readonly mlDsa: PublicKey | null
}

export interface PublicKey {
  /** SHA-256 of its SubjectPublicKeyInfo in hex: the `keyid` of its signatures. */
  readonly id: string
  /** 32 bytes of Ed25519, 1952 of ML-DSA-65. */
  readonly bytes: Uint8Array
}

/** What signs. */
export interface PrivateSigner {
  readonly ed25519: KeyObject
  /** The 32 bytes that an ML-DSA-65 key is made from; null for who has none. */
  readonly mlDsaSeed: Uint8Array | null
}

export const seedBytes = 32
const ed25519Bytes = 32
export const mlDsaBytes = 1952
const filesBlocksMax = 2

/** What comes before the key itself in its encoding. */
const prefixes = {
  ed25519: Buffer.from('302a300506032b6570032100', 'hex'),
  mlDsa: Buffer.from('308207b2300b0609608648016503040312038207a100', 'hex'),
  ed25519Private: Buffer.from('302e020100300506032b657004220420', 'hex'),
  mlDsaSeed: Buffer.from('3034020100300b060960864801650304031204228020', 'hex'),
  /** The seed, and after it the key it makes, which is not read. */
  mlDsaBoth: Buffer.from('30820ffe020100300b060960864801650304031204820fea30820fe60420', 'hex'),
}
const mlDsaBothBytes = 4098

/** Throws a `BundleError` when the text holds no public Ed25519 key, or anything but those two. */
export function parseSigner(name: string, pem: string): Signer {
  const found = blocksOf(pem, 'PUBLIC KEY').map(publicKey)
  const [ed25519, ...more] = found.filter(({ bytes }) => bytes.length === ed25519Bytes)
  const [mlDsa = null, ...others] = found.filter(({ bytes }) => bytes.length === mlDsaBytes)
  if (ed25519 === undefined || more.length + others.length > 0)
    throw unread(`the keys of ${name} are one PUBLIC KEY of Ed25519 and perhaps one of ML-DSA-65`)
  return { name, ed25519, mlDsa }
}

/** Throws a `BundleError` when the text holds no private Ed25519 key, or anything but those two. */
export function parsePrivateSigner(pem: string): PrivateSigner {
  const blocks = blocksOf(pem, 'PRIVATE KEY')
  const seeds = blocks.flatMap((der) => mlDsaSeedOf(der) ?? [])
  const [ed25519, ...more] = blocks.filter(
    (der) =>
      begins(der, prefixes.ed25519Private) && der.length === prefixes.ed25519Private.length + ed25519Bytes,
  )
  if (ed25519 === undefined || more.length > 0 || seeds.length > 1 || 1 + seeds.length !== blocks.length)
    throw unread('a private signer is one PRIVATE KEY of Ed25519 and perhaps one of ML-DSA-65')
  const key = createPrivateKey({ key: ed25519, format: 'der', type: 'pkcs8' })
  return { ed25519: key, mlDsaSeed: seeds[0] ?? null }
}

/** The public half of an Ed25519 key. */
export function publicOf(key: KeyObject): PublicKey {
  return publicKey(createPublicKey(key).export({ format: 'der', type: 'spki' }))
}

/** An ML-DSA-65 key from its bytes. */
export function mlDsaKey(bytes: Uint8Array): PublicKey {
  return publicKey(Buffer.concat([prefixes.mlDsa, bytes]))
}

export function keyObjectOf({ bytes }: PublicKey): KeyObject {
  return createPublicKey({ key: Buffer.concat([prefixes.ed25519, bytes]), format: 'der', type: 'spki' })
}

/** The file of a public signer. */
export function signerPem({ ed25519, mlDsa }: Pick<Signer, 'ed25519' | 'mlDsa'>): string {
  const blocks = [pemOf('PUBLIC KEY', Buffer.concat([prefixes.ed25519, ed25519.bytes]))]
  if (mlDsa !== null) blocks.push(pemOf('PUBLIC KEY', Buffer.concat([prefixes.mlDsa, mlDsa.bytes])))
  return blocks.join('')
}

/** The file of a private one. */
export function privateSignerPem({ ed25519, mlDsaSeed }: PrivateSigner): string {
  const own = ed25519.export({ format: 'pem', type: 'pkcs8' }).toString()
  return mlDsaSeed === null ? own : own + pemOf('PRIVATE KEY', Buffer.concat([prefixes.mlDsaSeed, mlDsaSeed]))
}

function publicKey(der: Buffer): PublicKey {
  const id = hash('sha256', der, 'hex')
  for (const [prefix, length] of [
    [prefixes.ed25519, ed25519Bytes],
    [prefixes.mlDsa, mlDsaBytes],
  ] as const) {
    if (begins(der, prefix) && der.length === prefix.length + length)
      return { id, bytes: der.subarray(prefix.length) }
  }
  throw unread('a PUBLIC KEY is neither of Ed25519 nor of ML-DSA-65')
}

function mlDsaSeedOf(der: Buffer): Uint8Array | null {
  const { mlDsaSeed: alone, mlDsaBoth: both } = prefixes
  if (begins(der, alone) && der.length === alone.length + seedBytes) return der.subarray(alone.length)
  if (begins(der, both) && der.length === mlDsaBothBytes)
    return der.subarray(both.length, both.length + seedBytes)
  return null
}

function blocksOf(pem: string, label: string): Buffer[] {
  const block = new RegExp(`-----BEGIN ${label}-----([A-Za-z0-9+/=\\s]+)-----END ${label}-----`, 'g')
  const found = [...pem.matchAll(block)].map(([, base64 = '']) => Buffer.from(base64, 'base64'))
  if (found.length > filesBlocksMax) throw unread(`it has more than ${filesBlocksMax} blocks ${label}`)
  return found
}

function pemOf(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n')
}

function begins(der: Uint8Array, prefix: Uint8Array): boolean {
  return Buffer.compare(der.subarray(0, prefix.length), prefix) === 0
}

function unread(because: string): BundleError {
  const fix = 'make a pair with ronctl config keygen, or with openssl genpkey -algorithm ed25519'
  return new BundleError('bundle.keys', because, fix)
}
