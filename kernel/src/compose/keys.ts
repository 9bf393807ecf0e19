/** The keys of one node: which purposes it has any for, and where a further version comes from. */

import { hash } from 'node:crypto'
import type { NodeConfig } from '../config/node-config.ts'
import { Refusal } from '../contract/refusals.ts'
import { Kms, secretBytes } from '../kms/kms.ts'
import type { Purpose } from '../kms/purposes.ts'
import type { Clock } from '../ports/clock.ts'
import type { Random } from '../ports/random.ts'
import type { FileBytes } from '../system/files.ts'
import { readSeed } from './audit/identity.ts'

/** Throws a sentence for the operator when a key that a setting names cannot be had. */
export function keysOf(
  { node, identity }: NodeConfig,
  clock: Clock,
  random: Random,
  readSecret: (path: string) => FileBytes,
): Kms {
  const fromFile = keyFile(identity.origin, identity.keyPath, readSecret)
  const draw = (purpose: Purpose) =>
    purpose === 'audit-log' && identity.keyPath !== '' ? fromFile() : random.bytes(secretBytes)
  const kms = new Kms({ clock, draw }, node.audit ? ['capability-root', 'audit-log'] : ['capability-root'])
  // However the process ends, if it ends in order.
  process.once('exit', () => kms.destroy())
  return kms
}

/** A key of a file is rotated by putting another into the file. */
function keyFile(origin: string, path: string, readSecret: (path: string) => FileBytes): () => Uint8Array {
  let last: string | null = null
  return () => {
    const seed = seedFor(() => readSeed(origin, path, readSecret(path)), last === null)
    const digest = hash('sha256', seed, 'hex')
    if (digest === last) {
      seed.fill(0)
      throw new Refusal('Conflict', `${path} holds the key that is in use`, {
        explain: { wall: 'handler', rule: 'key-file', fix: 'put another key into the file, then rotate' },
      })
    }
    last = digest
    return seed
  }
}

/** At the start, what is wrong with the file is a sentence for whoever starts the node; later it is a refusal. */
function seedFor(read: () => Uint8Array, starting: boolean): Uint8Array {
  try {
    return read()
  } catch (cause) {
    if (starting || !(cause instanceof Error)) throw cause
    throw new Refusal('Conflict', cause.message, {}, { cause })
  }
}
