/** The keys of one node: which purposes it has any for, and where a further version comes from. */

import { hash } from 'node:crypto'
import type { NodeConfig } from '../config/node-config.ts'
import { Refusal } from '../contract/refusals.ts'
import { Kms, secretBytes, type KeptKey } from '../kms/kms.ts'
import type { Purpose } from '../kms/purposes.ts'
import type { Clock } from '../ports/clock.ts'
import type { Random } from '../ports/random.ts'
import type { FileBytes } from '../system/files.ts'
import { readSeed } from './audit/identity.ts'

/** Throws a sentence for the operator when a key that a setting names cannot be had. */
export function keysOf(
  { node, identity, capabilities, pq }: NodeConfig,
  clock: Clock,
  random: Random,
  readSecret: (path: string) => FileBytes,
  {
    keys: kept,
    keep,
  }: { readonly keys: readonly KeptKey[]; readonly keep: (keys: readonly KeptKey[]) => void },
): Kms {
  const { keyPath, nodeKeyPath } = identity
  const { issuerKeyPath } = capabilities
  const files: Partial<Record<Purpose, () => Uint8Array>> = {
    ...(keyPath === ''
      ? {}
      : {
          'audit-log': keyFile(keyPath, () => readSeed('identity.key_path', keyPath, readSecret(keyPath))),
        }),
    ...(nodeKeyPath === ''
      ? {}
      : {
          'node-identity': keyFile(nodeKeyPath, () =>
            readSeed('identity.node_key_path', nodeKeyPath, readSecret(nodeKeyPath)),
          ),
        }),
    ...(issuerKeyPath === ''
      ? {}
      : {
          'discharge-issuer': keyFile(issuerKeyPath, () =>
            readHexKey('capabilities.issuer_key_path', issuerKeyPath, readSecret(issuerKeyPath)),
          ),
        }),
  }
  const held: readonly Purpose[] = [
    'capability-root',
    'node-identity',
    'zk-keys',
    ...(node.audit ? (['audit-log'] as const) : []),
    ...(pq.mode === 'hybrid' ? (['session'] as const) : []),
    ...(issuerKeyPath === '' ? [] : (['discharge-issuer'] as const)),
  ]
  const draw = (purpose: Purpose) => files[purpose]?.() ?? random.bytes(secretBytes)
  // What a file says counts, whatever was kept.
  const ofNoFile = kept.filter(({ purpose }) => !Object.hasOwn(files, purpose))
  const kms = new Kms({ clock, draw, keep }, held, ofNoFile)
  for (const { secret } of kept) secret.fill(0)
  // However the process ends, if it ends in order.
  process.once('exit', () => kms.destroy())
  return kms
}

/** The 32 bytes that 64 hex digits stand for; what was read is overwritten. Throws a sentence for the operator. */
export function readHexKey(setting: string, path: string, file: FileBytes): Uint8Array {
  if (!file.ok) throw new Error(`${setting}: ${path} ${file.because}`)
  const key = bytesOfHex(file.bytes)
  file.bytes.fill(0)
  if (key !== null) return key
  const fix = 'make them with openssl rand -hex 32'
  throw new Error(`${setting}: ${path} does not hold 64 hex digits; ${fix}`)
}

/** Byte by byte, for a string or a buffer on the way could not be overwritten. White space may stand around the digits. */
function bytesOfHex(text: Uint8Array): Uint8Array | null {
  const digits = text.map(digitOf)
  const [from, to] = [digits.findIndex(isNoSpace), digits.findLastIndex(isNoSpace) + 1]
  const whole = digits.subarray(from, to)
  const key = Uint8Array.from(
    { length: secretBytes },
    (_, at) => 16 * (whole[2 * at] ?? 0) + (whole[2 * at + 1] ?? 0),
  )
  const good = whole.length === 2 * secretBytes && whole.every((digit) => digit < 16)
  digits.fill(0)
  if (good) return key
  key.fill(0)
  return null
}

const space = 0xfe
const isNoSpace = (digit: number) => digit !== space

/** What a character of ASCII stands for; 16 and more is no digit. */
function digitOf(character: number): number {
  if (character >= 0x30 && character <= 0x39) return character - 0x30
  const lower = character | 0x20
  if (lower >= 0x61 && lower <= 0x66) return lower - 0x61 + 10
  return character === 0x20 || (character >= 0x09 && character <= 0x0d) ? space : 0xff
}

/** A key of a file is rotated by putting another into the file. */
function keyFile(path: string, read: () => Uint8Array): () => Uint8Array {
  let last: string | null = null
  return () => {
    const secret = secretFor(read, last === null)
    const digest = hash('sha256', secret, 'hex')
    if (digest === last) {
      secret.fill(0)
      throw new Refusal('Conflict', `${path} holds the key that is in use`, {
        explain: { wall: 'handler', rule: 'key-file', fix: 'put another key into the file, then rotate' },
      })
    }
    last = digest
    return secret
  }
}

/** At the start, what is wrong with the file is a sentence for whoever starts the node; later it is a refusal. */
function secretFor(read: () => Uint8Array, starting: boolean): Uint8Array {
  try {
    return read()
  } catch (cause) {
    if (starting || !(cause instanceof Error)) throw cause
    throw new Refusal('Conflict', cause.message, {}, { cause })
  }
}
