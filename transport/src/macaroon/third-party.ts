/**
 * Caveats that somebody else decides about. Whoever adds one shares a key with its issuer; the issuer looks whether
 * the caveat holds, and says so by a discharge, a macaroon of its own that the holder binds to the token.
 *
 *     caveat id = secretbox(key of the issuer, key of the caveat ‖ what has to hold)
 *     vid       = secretbox(signature so far, derived key of the caveat)
 *
 * The form of the caveat id is an agreement between the node and its issuer; the rest is libmacaroons', and a
 * node accepts the discharges of every issuer.
 */

import { boundTo, deriveKey, link, mint, type Hmac } from './chain.ts'
import { caveatsMax, type Macaroon } from './codec.ts'
import { MacaroonError } from './error.ts'
import { openBox, sealBox } from './secret-box.ts'
import { fromUtf8, utf8 } from './text.ts'

const keyBytes = 32

export interface Issuer {
  /** Where people get discharges. */
  readonly location: string
  /** 32 bytes that the issuer has too. */
  readonly key: Uint8Array
}

/** The macaroon under one more caveat, which this issuer has to discharge. `random` gives bytes that nobody was given before. */
export function addThirdParty(
  hmac: Hmac,
  macaroon: Macaroon,
  { location, key }: Issuer,
  predicate: string,
  random: (length: number) => Uint8Array,
): Macaroon {
  if (macaroon.caveats.length === caveatsMax)
    throw new MacaroonError(
      `the token has ${caveatsMax} caveats already`,
      'attenuate an earlier token instead',
    )
  const caveatKey = random(keyBytes)
  const asked = new Uint8Array([...caveatKey, ...utf8(predicate)])
  const id = sealBox(key, random(24), asked)
  const vid = sealBox(macaroon.signature, random(24), deriveKey(hmac, caveatKey))
  const caveat = { id, location: utf8(location), vid }
  return {
    ...macaroon,
    caveats: [...macaroon.caveats, caveat],
    signature: link(hmac, macaroon.signature, caveat),
  }
}

/** What an issuer is asked by a caveat id of that form. Throws a `MacaroonError` when it was not sealed for its key. */
export function readThirdParty(
  key: Uint8Array,
  id: Uint8Array,
): { predicate: string; caveatKey: Uint8Array } {
  const asked = openBox(key, id)
  if (asked === null || asked.length < keyBytes)
    throw new MacaroonError(
      'the caveat is not for this key',
      'use the key that the node shares with its issuer',
    )
  return { caveatKey: asked.slice(0, keyBytes), predicate: fromUtf8(asked.subarray(keyBytes)) }
}

/** That a caveat holds, as its issuer says it. Attenuate it before handing it out: it is good for as long as its caveats say. */
export function discharge(
  hmac: Hmac,
  caveatKey: Uint8Array,
  id: Uint8Array,
  location: string | null,
): Macaroon {
  return mint(hmac, { key: caveatKey, identifier: id, location })
}

/** Each discharge bound to the token, as they are sent together; the token may not be attenuated afterwards. */
export function bindAll(hmac: Hmac, token: Macaroon, discharges: readonly Macaroon[]): readonly Macaroon[] {
  return [
    token,
    ...discharges.map((each) => ({ ...each, signature: boundTo(hmac, token.signature, each.signature) })),
  ]
}
