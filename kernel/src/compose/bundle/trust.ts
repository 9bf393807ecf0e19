/** Whom this node believes: the signers that its settings name, read once. */

import { BundleError } from '../../bundle/error.ts'
import { parseSigner, type Signer } from '../../bundle/keys.ts'
import type { Trust } from '../../bundle/verify.ts'
import type { NodeConfig } from '../../config/node-config.ts'
import type { FileText } from '../../system/files.ts'

/** Before any bundle has revoked one. Throws a `BundleError` when a file holds no public key, or two hold the same. */
export function trustOf(
  { signers: paths, threshold, hybrid }: NodeConfig['bundle'],
  readFile: (path: string) => FileText,
): Trust {
  const signers = paths.map((path) => readSigner(path, readFile(path)))
  for (const [at, { ed25519, name }] of signers.entries()) {
    const twin = signers.slice(0, at).find((other) => other.ed25519.id === ed25519.id)
    if (twin !== undefined) throw unread(`${twin.name} and ${name} are the same key, which counts once`)
  }
  const classical = signers.filter(({ mlDsa }) => mlDsa === null).map(({ name }) => name)
  if (hybrid && signers.length - classical.length < threshold)
    throw unread(`bundle.hybrid asks for ML-DSA-65 keys, and ${classical.join(', ')} has none`)
  return { signers, threshold, hybrid, revoked: new Set() }
}

function readSigner(path: string, file: FileText): Signer {
  if (!file.ok) throw unread(`${path} ${file.because}`)
  const name =
    path
      .split('/')
      .at(-1)
      ?.replace(/(\.(pem|pub))+$/, '') ?? path
  try {
    return parseSigner(name, file.text)
  } catch (cause) {
    if (!(cause instanceof BundleError)) throw cause
    throw unread(`${path}: ${cause.message}`, { cause })
  }
}

function unread(because: string, options: ErrorOptions = {}): BundleError {
  const fix = 'name the public half of each signer once, a PEM file as ronctl config keygen writes it'
  return new BundleError('bundle.signers', `bundle.signers: ${because}`, fix, options)
}
