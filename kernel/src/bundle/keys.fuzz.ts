/** Keys of signers in PEM: what is read is written back to the same keys, and all else is refused by rule. */

import assert from 'node:assert/strict'
import { orDeclared } from '../system/declared.fixture.ts'
import { BundleError } from './error.ts'
import {
  mlDsaBytes,
  mlDsaKey,
  parsePrivateSigner,
  parseSigner,
  privateSignerPem,
  publicOf,
  signerPem,
} from './keys.ts'

const pem = (label: string, hex: string) =>
  `-----BEGIN ${label}-----\n${Buffer.from(hex, 'hex').toString('base64')}\n-----END ${label}-----\n`
const ownKey = pem('PRIVATE KEY', `302e020100300506032b657004220420${'07'.repeat(32)}`)
const { ed25519 } = parsePrivateSigner(ownKey)
const mlDsaSeed = Buffer.alloc(32, 9)

const isDeclared = (thrown: unknown) => thrown instanceof BundleError

export const seeds: readonly Uint8Array[] = [
  ownKey,
  signerPem({ ed25519: publicOf(ed25519), mlDsa: null }),
  signerPem({ ed25519: publicOf(ed25519), mlDsa: mlDsaKey(new Uint8Array(mlDsaBytes)) }),
  privateSignerPem({ ed25519, mlDsaSeed }),
  ownKey + ownKey,
].map((text) => Buffer.from(text))

export function run(input: Uint8Array): void {
  const text = Buffer.from(input).toString('latin1')
  const signer = orDeclared(() => parseSigner('someone', text), isDeclared)
  if (signer !== null) {
    assert.deepEqual(parseSigner('someone', signerPem(signer)), signer)
    assert.match(signer.ed25519.id, /^[0-9a-f]{64}$/)
  }
  const own = orDeclared(() => parsePrivateSigner(text), isDeclared)
  if (own === null) return
  const again = parsePrivateSigner(privateSignerPem(own))
  assert.ok(again.ed25519.equals(own.ed25519))
  assert.equal(Buffer.compare(again.mlDsaSeed ?? Buffer.alloc(0), own.mlDsaSeed ?? Buffer.alloc(0)), 0)
}
