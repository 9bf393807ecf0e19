/** The key that the node signs its audit log with: from the file that a setting names, or made for this process. */

import { createPrivateKey } from 'node:crypto'
import type { Random } from '../../ports/random.ts'
import type { FileText } from '../../system/files.ts'
import { keyFromSeed, noteSigner, type NoteSigner } from '../../tlog/note.ts'

const seedBytes = 32

export interface IdentitySettings {
  readonly origin: string
  readonly keyPath: string
}

/** Throws a sentence for the operator when the file is missing, open to others or holds no such key. */
export function identityOf(
  { origin, keyPath }: IdentitySettings,
  random: Random,
  readSecret: (path: string) => FileText,
): NoteSigner {
  if (keyPath === '') return noteSigner(origin, keyFromSeed(random.bytes(seedBytes)))
  return readIdentity(origin, keyPath, readSecret(keyPath))
}

/** The same for the file as it was read. */
export function readIdentity(origin: string, path: string, file: FileText): NoteSigner {
  if (!file.ok) throw new Error(`identity.key_path: ${path} ${file.because}`)
  try {
    return noteSigner(origin, createPrivateKey(file.text))
  } catch (cause) {
    const fix = 'make one with openssl genpkey -algorithm ed25519'
    throw new Error(`identity.key_path: ${path} holds no private Ed25519 key in PEM; ${fix}`, { cause })
  }
}
