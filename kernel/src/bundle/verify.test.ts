import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import type { Envelope, Signature } from './dsse.ts'
import { BundleError } from './error.ts'
import {
  parsePrivateSigner,
  parseSigner,
  privateSignerPem,
  publicOf,
  signerPem,
  type PrivateSigner,
  type Signer,
} from './keys.ts'
import { mlDsaPublic } from './ml-dsa.ts'
import { signed } from './sign.ts'
import { verifiedSigners, type Trust } from './verify.ts'

interface Pair {
  readonly secret: PrivateSigner
  readonly signer: Signer
}

const unsigned: Envelope = { payloadType: 'a/b', payload: Buffer.from('what is signed'), signatures: [] }

async function pair(name: string, seed: number | null): Promise<Pair> {
  const ed25519 = generateKeyPairSync('ed25519').privateKey
  const mlDsaSeed = seed === null ? null : new Uint8Array(32).fill(seed)
  const mlDsa = mlDsaSeed === null ? null : await mlDsaPublic(mlDsaSeed)
  return { secret: { ed25519, mlDsaSeed }, signer: { name, ed25519: publicOf(ed25519), mlDsa } }
}

const [alice, bob, carol] = await Promise.all([pair('alice', 1), pair('bob', 2), pair('carol', null)])
const trust = (more: Partial<Trust> = {}): Trust => ({
  signers: [alice.signer, bob.signer, carol.signer],
  threshold: 2,
  hybrid: false,
  revoked: new Set(),
  ...more,
})
async function by(...signers: Pair[]): Promise<Envelope> {
  let envelope = unsigned
  for (const { secret } of signers) envelope = await signed(envelope, secret)
  return envelope
}
/** With another one at this place. */
function changedAt(
  envelope: Envelope,
  place: number,
  change: (signature: Signature) => Uint8Array,
): Envelope {
  const signatures = envelope.signatures.map((each, at) =>
    at === place ? { ...each, sig: change(each) } : each,
  )
  return { ...envelope, signatures }
}
const flipped = (bytes: Uint8Array) => bytes.map((byte, at) => (at === 5 ? byte ^ 1 : byte))
const tooFew = (because: RegExp) => (thrown: unknown) =>
  thrown instanceof BundleError && thrown.rule === 'bundle.threshold' && because.test(thrown.message)

test('as many different known signers as are asked for are enough, whatever the hints say', async () => {
  const envelope = await by(alice, carol)
  assert.deepEqual(await verifiedSigners(envelope, trust()), ['alice', 'carol'])
  for (const keyid of ['', bob.signer.ed25519.id]) {
    const signatures = envelope.signatures.map(({ sig }) => ({ keyid, sig }))
    assert.deepEqual(await verifiedSigners({ ...envelope, signatures }, trust()), ['alice', 'carol'])
  }
})

test('a signer counts once, however often it signed', async () => {
  const once = await by(alice)
  const often = { ...once, signatures: [...once.signatures, ...once.signatures] }
  await assert.rejects(verifiedSigners(often, trust()), tooFew(/only alice signed it/))
})

test('nobody, strangers and the revoked do not count, and the refusal says which it was', async () => {
  await assert.rejects(verifiedSigners(unsigned, trust()), tooFew(/no known signer signed it$/))
  await assert.rejects(verifiedSigners(unsigned, trust({ threshold: 0 })), tooFew(/no known signer/))
  const stranger = await pair('stranger', null)
  await assert.rejects(verifiedSigners(await by(alice, stranger), trust()), tooFew(/is not known here/))
  const revoked = new Set([bob.signer.ed25519.id])
  await assert.rejects(verifiedSigners(await by(alice, bob), trust({ revoked })), tooFew(/bob is revoked/))
})

test('a change of one bit of payload, type or signature takes the signature away', async () => {
  const envelope = await by(alice, carol)
  for (const changed of [
    { ...envelope, payload: flipped(envelope.payload) },
    { ...envelope, payloadType: 'a/c' },
    changedAt(envelope, 0, ({ sig }) => flipped(sig)),
  ]) {
    const complaint = tooFew(/alice has a signature that does not fit/)
    await assert.rejects(verifiedSigners(changed, trust()), complaint)
  }
})

test('a hybrid node asks each signer for both signatures', async () => {
  const hybrid = trust({ hybrid: true })
  const both = await by(alice, bob)
  assert.deepEqual(await verifiedSigners(both, hybrid), ['alice', 'bob'])
  await assert.rejects(verifiedSigners(await by(alice, carol), hybrid), tooFew(/carol has no ML-DSA-65 key/))
  const downgraded = { ...both, signatures: both.signatures.slice(0, 3) }
  await assert.rejects(verifiedSigners(downgraded, hybrid), tooFew(/bob signed with Ed25519 alone/))
  for (const broken of [
    changedAt(both, 3, ({ sig }) => flipped(sig)),
    changedAt(both, 3, ({ sig }) => both.signatures[1]?.sig ?? sig),
  ]) {
    const complaint = tooFew(/bob has an ML-DSA-65 signature that does not fit/)
    await assert.rejects(verifiedSigners(broken, hybrid), complaint)
  }
})

test('signing again replaces a signature, and there is a most of them', async () => {
  const twice = await signed(await by(alice), alice.secret)
  assert.equal(twice.signatures.length, 2)
  const signatures = Array.from({ length: 16 }, () => ({ keyid: 'x', sig: new Uint8Array(1) }))
  await assert.rejects(signed({ ...unsigned, signatures }, carol.secret), /at most 16/)
})

test('keys are read as they were written, and as openssl writes them', async () => {
  assert.deepEqual(parseSigner('alice', signerPem(alice.signer)), alice.signer)
  const read = parsePrivateSigner(privateSignerPem(alice.secret))
  assert.deepEqual(publicOf(read.ed25519), alice.signer.ed25519)
  assert.deepEqual(Buffer.from(read.mlDsaSeed ?? []), Buffer.alloc(32, 1))
  // As OpenSSL 3.5 writes it: the seed, and the whole key after it.
  const der = Buffer.concat([
    Buffer.from('30820ffe020100300b060960864801650304031204820fea30820fe60420', 'hex'),
    Buffer.alloc(32, 7),
    Buffer.from('04820fc0', 'hex'),
    Buffer.alloc(4032),
  ])
  const pem = `-----BEGIN PRIVATE KEY-----\n${der.toString('base64')}\n-----END PRIVATE KEY-----\n`
  assert.deepEqual(parsePrivateSigner(privateSignerPem(carol.secret) + pem).mlDsaSeed, Buffer.alloc(32, 7))
})

test('files that hold no such keys are refused', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const [one, other] = [signerPem(alice.signer), signerPem(carol.signer)]
  const strangers = ['', 'nothing', rsa.publicKey.export({ format: 'pem', type: 'spki' }).toString()]
  for (const pem of [...strangers, one + other, other + other])
    assert.throws(() => parseSigner('x', pem), BundleError, pem)
  const secret = privateSignerPem(carol.secret)
  const cut = '-----BEGIN PRIVATE KEY-----MC4CAQAwBQYDK2VwBCIEIA==-----END PRIVATE KEY-----'
  for (const pem of [
    '',
    cut,
    rsa.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    secret + secret,
  ])
    assert.throws(() => parsePrivateSigner(pem), BundleError, pem)
})
