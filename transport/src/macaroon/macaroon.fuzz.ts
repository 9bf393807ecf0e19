/** Fuzz target for the token parser and the caveat parser. It fails only when a property of theirs does. */

import assert from 'node:assert/strict'
import { orDeclared } from '@ron/kernel/system/declared.fixture'
import { caveatText, parseCaveat } from './caveats.ts'
import { asksForProof, checkClaim, checkProof, checkReach, isAboutReach } from './check.ts'
import { equalBytes } from './chain.ts'
import { caveatsMax, decode, decodeToken, encode, encodeToken, tokenBytesMax } from './codec.ts'
import { MacaroonError } from './error.ts'
import { utf8 } from './text.ts'
import { allCaveats, thirdParty, vectors } from './vectors.ts'

const tokens = [allCaveats.token, thirdParty.token, ...vectors.map((vector) => vector.token)]

export const seeds: readonly Uint8Array[] = [
  ...tokens.map((token) => encode(decodeToken(token))),
  ...tokens.map(utf8),
  ...allCaveats.predicates.map(utf8),
  utf8('ip = ::ffff:10.0.0.0/104'),
  utf8('path = /a/../b'),
]

const isDeclared = (thrown: unknown) => thrown instanceof MacaroonError

export function run(input: Uint8Array): void {
  fuzzToken(input)
  fuzzCaveat(input)
}

function fuzzToken(input: Uint8Array): void {
  const macaroon = orDeclared(() => decodeToken(input), isDeclared)
  if (macaroon === null) return
  const bytes = encode(macaroon)
  assert.ok(
    bytes.length <= tokenBytesMax && macaroon.caveats.length <= caveatsMax,
    'a token is past its limits',
  )
  assert.ok(equalBytes(encode(decode(bytes)), bytes), 'a token has two encodings')
  if (input[0] === 2) assert.ok(equalBytes(bytes, input), 'a raw token does not encode back to itself')
  assert.ok(
    equalBytes(encode(decodeToken(encodeToken(macaroon))), bytes),
    'a token does not survive its text',
  )
}

function fuzzCaveat(input: Uint8Array): void {
  const caveat = orDeclared(() => parseCaveat(input), isDeclared)
  if (caveat === null) return
  const text = caveatText(caveat)
  assert.ok(caveatText(parseCaveat(text)) === text, 'a caveat does not survive its text')
  // Whatever the caveat, deciding must not throw.
  if (asksForProof(caveat)) checkProof(caveat, '', false)
  else if (isAboutReach(caveat)) checkReach(caveat, { path: '', bodyBytes: 0 })
  else checkClaim(caveat, { tenant: '', verb: '', peer: '', nowMs: 0, audience: '' })
}
