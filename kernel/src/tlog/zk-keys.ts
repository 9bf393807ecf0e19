/**
 * Which verifying keys a node verifies proofs with, as it signs them: the name of the key that signs, the name that proofs
 * are made for, and each circuit with the BLAKE3 hash of its key. The keys themselves are public, and go with a build.
 *
 *     localhost/audit/zk
 *     verifier micro
 *     quota-compliance@b3:5863…
 */

import { TlogError } from './error.ts'

export interface ZkKeys {
  readonly origin: string
  readonly verifier: string
  /** `NAME@b3:HASH`, as the settings pin them. */
  readonly pins: readonly string[]
}

const pinPattern = /^[A-Za-z0-9._:-]{1,64}@b3:[0-9a-f]{64}$/

export function zkKeysText({ origin, verifier, pins }: ZkKeys): string {
  return [origin, `verifier ${JSON.stringify(verifier)}`, ...pins, ''].join('\n')
}

/** Of the text of a note. Throws a `TlogError` for any other. */
export function parseZkKeys(text: string): ZkKeys {
  const [origin = '', second = '', ...pins] = text.split('\n').slice(0, -1)
  const verifier = verifierOf(/^verifier (".*")$/.exec(second)?.[1] ?? '')
  if (origin === '' || verifier === null || !pins.every((pin) => pinPattern.test(pin)))
    throw new TlogError('the statement does not say which keys proofs are verified with')
  return { origin, verifier, pins }
}

function verifierOf(written: string): string | null {
  try {
    const verifier: unknown = JSON.parse(written)
    return typeof verifier === 'string' ? verifier : null
  } catch {
    return null
  }
}
