/** What either side says of a session: read or refused, of the lengths that it must have, and the same when it is written. */

import assert from 'node:assert/strict'
import { Refusal } from '@ron/kernel/contract/refusals'
import { orDeclared } from '@ron/kernel/system/declared.fixture'
import {
  acceptedMember,
  offerMember,
  readAccepted,
  readOffer,
  readSignedKey,
  signedKeyMember,
  type Offer,
} from './offer.ts'
import { ciphertextBytes, publicKeyBytes } from './sizes.ts'
import { signedWith, suites } from './suites.ts'

const id = '0123456789abcdef'
const filled = (length: number) => new Uint8Array(length).fill(0xa5)
const offers: readonly Offer[] = [
  { suites, encapsulated: null },
  { suites: ['other/1'], encapsulated: { key: id, ciphertext: filled(ciphertextBytes) } },
]
const keys = suites.map((suite) => ({
  suite,
  id,
  publicKey: filled(publicKeyBytes),
  issuedMs: 1,
  expiresMs: 2,
  identity: filled(signedWith[suite].identity),
  signature: filled(signedWith[suite].signature),
}))

export const seeds: readonly Uint8Array[] = [
  ...offers.map(offerMember),
  ...keys.map(signedKeyMember),
  ...suites.map((suite) => acceptedMember({ suite, key: id, nonce: filled(32) })),
].map((member) => Buffer.from(JSON.stringify(member)))

export const stepsPerByte = 50

const isDeclared = (thrown: unknown) => thrown instanceof Refusal && thrown.code === 'BadRequest'

export function run(input: Uint8Array): void {
  let value: unknown
  try {
    value = JSON.parse(Buffer.from(input).toString())
  } catch {
    return
  }
  const offer = again(value, readOffer, offerMember)
  const ciphertext = offer?.encapsulated?.ciphertext
  assert.equal(ciphertext?.length ?? ciphertextBytes, ciphertextBytes)
  const key = again(value, readSignedKey, signedKeyMember)
  if (key !== null) {
    assert.equal(key.publicKey.length, publicKeyBytes)
    const { identity, signature } = key
    assert.deepEqual(
      { identity: identity.length, signature: signature.length },
      signedWith[key.suite],
      'a key of another suite was taken',
    )
  }
  const accepted = again(value, readAccepted, acceptedMember)
  if (accepted !== null) assert.equal(accepted.nonce.length, 32)
}

/** What was read, when writing and reading it changes nothing of it. */
function again<Read>(
  value: unknown,
  read: (value: unknown) => Read,
  written: (read: Read) => object,
): Read | null {
  const first = orDeclared(() => read(value), isDeclared)
  if (first !== null) assert.deepEqual(read(JSON.parse(JSON.stringify(written(first)))), first)
  return first
}
