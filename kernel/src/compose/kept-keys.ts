/**
 * The file in which a node keeps its keys and revocations sealed, and what unseals it. It is written anew at every
 * change, before the change counts; under amnesia there is none.
 */

import type { NodeConfig } from '../config/node-config.ts'
import { parseKeySource, type KeySource } from '../config/key-source.ts'
import { Refusal } from '../contract/refusals.ts'
import type { KeptKey } from '../kms/kms.ts'
import type { KeptRevocation } from '../kms/kept.ts'
import { openKeys, SealedKeysError, sealKeys, type KeptTrust } from '../kms/sealed-keys.ts'
import type { Random } from '../ports/random.ts'
import { replaceFile } from '../system/durable.ts'
import { readDescriptor, readSecretFile, type FileBytes } from '../system/files.ts'
import { readHexKey } from './keys.ts'

export interface KeptKeys {
  /** What was kept before this process; nothing where nothing was. */
  readonly found: KeptTrust
  /** Throws a `Refusal` when it cannot be kept. */
  keep(keys: readonly KeptKey[]): void
  /** From now on these are kept beside the keys, and again whenever they change. */
  follow(
    revocations: {
      readonly kept: () => readonly KeptRevocation[]
      readonly onChange: (listener: () => void) => void
    },
    keys: () => readonly KeptKey[],
  ): void
}

const nothing: KeptTrust = { keys: [], revocations: [] }

/** Throws a sentence for the operator when file or key cannot be had, or do not fit. */
export function keptKeysOf({ keys }: NodeConfig, random: Random): KeptKeys {
  const { file: path, unseal } = keys
  const source = parseKeySource(unseal)
  if (path === '' || source === null) return { found: nothing, keep: () => {}, follow: () => {} }
  const unsealing = readHexKey('keys.unseal', unseal, secretFrom(source))
  const found = foundAt(path, unsealing)
  let revoked = (): readonly KeptRevocation[] => found.revocations
  const keep = (keys: readonly KeptKey[]) => {
    const sealed = sealKeys(unsealing, { keys, revocations: revoked() }, (length) => random.bytes(length))
    try {
      replaceFile(path, sealed)
    } catch (cause) {
      const because = cause instanceof Error ? cause.message : String(cause)
      throw new Refusal(
        'Unavailable',
        `keys.file: ${path} cannot be written: ${because}`,
        {
          explain: {
            wall: 'handler',
            rule: 'keys-file',
            fix: 'make room on that disk or mend its permissions, then try again',
          },
        },
        { cause },
      )
    }
  }
  // However the process ends, if it ends in order.
  process.once('exit', () => unsealing.fill(0))
  return {
    found,
    keep,
    follow(revocations, keys) {
      revoked = () => revocations.kept()
      const keepAll = () => {
        const all = keys()
        try {
          keep(all)
        } finally {
          for (const { secret } of all) secret.fill(0)
        }
      }
      revocations.onChange(keepAll)
      keepAll()
    },
  }
}

function foundAt(path: string, unsealing: Uint8Array): KeptTrust {
  const file = readSecretFile(path)
  if (!file.ok && file.because === 'does not exist') return nothing
  if (!file.ok) throw new Error(`keys.file: ${path} ${file.because}`)
  try {
    return openKeys(unsealing, file.bytes)
  } catch (cause) {
    if (!(cause instanceof SealedKeysError)) throw cause
    throw new Error(`keys.file: ${path} ${cause.message}`, { cause })
  }
}

/** It is there once: what the environment had is taken out of it. */
function secretFrom(source: KeySource): FileBytes {
  if (source.kind === 'file') return readSecretFile(source.path)
  if (source.kind === 'fd') return readDescriptor(source.descriptor)
  const value = process.env[source.name]
  delete process.env[source.name]
  return value === undefined
    ? { ok: false, because: 'is not in the environment' }
    : { ok: true, bytes: Uint8Array.from(Buffer.from(value)) }
}
