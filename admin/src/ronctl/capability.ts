/** `ronctl cap`: what a token may do, and a narrower token made from it. Needs no node and no key. */

import { caveatText, parseCaveat } from '@ron/transport/macaroon/caveats'
import { attenuate } from '@ron/transport/macaroon/chain'
import {
  decodeBundle,
  decodeToken,
  encodeToken,
  type Macaroon,
  type RawCaveat,
} from '@ron/transport/macaroon/codec'
import { MacaroonError } from '@ron/transport/macaroon/error'
import { printable } from '@ron/transport/macaroon/text'
import { nodeHmac } from '@ron/transport/wall/hmac'
import { answered, exitCodes, failed, type Outcome } from './outcome.ts'
import { columns } from './plain.ts'

/** Prints the token under the further caveats, and nothing else. */
export function attenuateOutcome(token: string, caveats: readonly string[]): Outcome {
  for (const caveat of caveats) {
    const wrong = objection(caveat)
    if (wrong !== null) return failed(wrong, exitCodes.usage)
  }
  return withToken(token, (macaroon) => {
    const narrow = encodeToken(caveats.reduce((from, caveat) => attenuate(nodeHmac, from, caveat), macaroon))
    return answered(narrow, { token: narrow, ...facts(decodeToken(narrow)) })
  })
}

export function inspectOutcome(token: string): Outcome {
  return withBundle(token, ([macaroon, ...discharges]) => {
    const { identifier, location, caveats } = facts(macaroon)
    const rows = [
      ['identifier', identifier],
      ...(location === null ? [] : [['location', location]]),
      ...caveats.map((caveat, at) => [`caveat ${at + 1}`, caveat]),
      ...discharges.flatMap((each) => facts(each).caveats.map((caveat) => ['of a discharge', caveat])),
    ]
    const unlimited = caveats.length === 0 ? '\nIt has no caveats: it may do everything its key allows.' : ''
    const text = `${columns(rows)}\n${unlimited}\nWhether it is genuine only the node can tell.`
    return answered(text, { identifier, location, caveats })
  })
}

function facts({ identifier, location, caveats }: Macaroon) {
  return {
    identifier: printable(identifier),
    location: location === null ? null : printable(location),
    caveats: caveats.map(shown),
  }
}

/** A caveat that a node would not understand is shown as it is, and said to be so. */
function shown({ id, vid }: RawCaveat): string {
  if (vid !== null) return `${printable(id)} (of a third party: it takes a discharge)`
  return objection(id) === null ? caveatText(parseCaveat(id)) : `${printable(id)} (no node understands it)`
}

function withToken(token: string, act: (macaroon: Macaroon) => Outcome): Outcome {
  return withBundle(token, () => act(decodeToken(token)))
}

export function withBundle(
  token: string,
  act: (bundle: readonly [Macaroon, ...Macaroon[]]) => Outcome,
): Outcome {
  try {
    return act(decodeBundle(token))
  } catch (error) {
    if (error instanceof MacaroonError) return failed(complaintText(error))
    throw error
  }
}

/** Why a caveat is none; null when it is one. */
function objection(predicate: string | Uint8Array): string | null {
  try {
    parseCaveat(predicate)
    return null
  } catch (error) {
    if (error instanceof MacaroonError) return complaintText(error)
    throw error
  }
}

function complaintText({ message, fix }: MacaroonError): string {
  return `${message}; ${fix}`
}
