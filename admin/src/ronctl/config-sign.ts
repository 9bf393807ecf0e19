/** What `ronctl config` does without a node: it makes the keys of a signer, and signs a bundle with them. */

import { generateKeyPairSync } from 'node:crypto'
import { envelopeText, parseEnvelope, type Envelope } from '@ron/kernel/bundle/dsse'
import { BundleError } from '@ron/kernel/bundle/error'
import {
  parsePrivateSigner,
  privateSignerPem,
  publicOf,
  seedBytes,
  signerPem,
  type PrivateSigner,
} from '@ron/kernel/bundle/keys'
import {
  bundleHash,
  openBundle,
  parseManifest,
  partNames,
  payloadOf,
  payloadType,
} from '@ron/kernel/bundle/manifest'
import { mlDsaPublic } from '@ron/kernel/bundle/ml-dsa'
import { signed } from '@ron/kernel/bundle/sign'
import type { Files } from './audit.ts'
import { answered, failed, type Outcome } from './outcome.ts'
import { visible } from './plain.ts'

export async function keygenOutcome(path: string, hybrid: boolean, files: SigningFiles): Promise<Outcome> {
  return outcomeOf(async () => {
    if ((await files.read(path)) !== null) throw new Error(`${path} is there already; it is not overwritten`)
    const ed25519 = newKey()
    // The seed of a fresh Ed25519 key is 32 random bytes, which is what an ML-DSA key is made from.
    const mlDsaSeed = hybrid ? seedOf(newKey()) : null
    const mlDsa = mlDsaSeed === null ? null : await mlDsaPublic(mlDsaSeed)
    const { id } = publicOf(ed25519)
    await files.writeSecret(path, Buffer.from(privateSignerPem({ ed25519, mlDsaSeed })))
    await files.write(`${path}.pub`, Buffer.from(signerPem({ ed25519: publicOf(ed25519), mlDsa })))
    const told = visible(`${path} is the private key, to be kept; ${path}.pub goes into bundle.signers`)
    const names = { private: path, public: `${path}.pub` }
    return answered(`${told}\nkey id ${id}`, { ok: true, ...names, id })
  })
}

/** The files of a signer and of a bundle. */
export interface SigningFiles extends Files {
  /** Only its owner may read it. */
  writeSecret(path: string, bytes: Uint8Array): Promise<void>
}

/** `source` is the folder of a bundle, or a bundle that others have signed already. */
export async function signOutcome(
  source: string,
  keys: readonly string[],
  out: string,
  nowMs: number,
  files: SigningFiles,
): Promise<Outcome> {
  return outcomeOf(async () => {
    const found = await files.read(source.endsWith('.dsse.json') ? source : `${source}/manifest.json`)
    if (found === null) throw new Error(`${source} is no folder with a manifest.json, and no .dsse.json file`)
    let envelope = source.endsWith('.dsse.json')
      ? parseEnvelope(textOf(found))
      : await unsigned(source, textOf(found), nowMs, files)
    const { version } = openBundle(envelope)
    for (const path of keys) envelope = await signed(envelope, await keyAt(path, files))
    await files.write(out, Buffer.from(envelopeText(envelope)))
    const hash = bundleHash(envelope)
    const many = envelope.signatures.length
    const text = `${out} is version ${version} with ${many} signatures, sha256:${hash}`
    return answered(visible(text), { ok: true, out, version, hash, signatures: many })
  })
}

async function unsigned(
  folder: string,
  manifest: string,
  nowMs: number,
  files: SigningFiles,
): Promise<Envelope> {
  const parts: Record<string, string> = {}
  for (const name of partNames) {
    const bytes = await files.read(`${folder}/${name}`)
    if (bytes !== null) parts[name] = textOf(bytes)
  }
  const value: unknown = JSON.parse(manifest)
  // What the folder leaves out is said here, so that what is signed says all of it.
  const whole = { created: new Date(nowMs).toISOString(), min_node: '0.0.0', ...Object(value), parts }
  return { payloadType, payload: payloadOf(parseManifest(whole)), signatures: [] }
}

async function keyAt(path: string, files: SigningFiles): Promise<PrivateSigner> {
  const pem = await files.read(path)
  if (pem === null) throw new Error(`${path} is missing`)
  return parsePrivateSigner(textOf(pem))
}

function newKey() {
  return generateKeyPairSync('ed25519').privateKey
}

function seedOf(key: ReturnType<typeof newKey>): Uint8Array {
  return key.export({ format: 'der', type: 'pkcs8' }).subarray(-seedBytes)
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
}

async function outcomeOf(work: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await work()
  } catch (thrown) {
    const fix = thrown instanceof BundleError ? `; ${thrown.fix}` : ''
    return failed(visible(`${thrown instanceof Error ? thrown.message : String(thrown)}${fix}`))
  }
}
