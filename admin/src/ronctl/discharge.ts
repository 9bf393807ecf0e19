/** `ronctl token discharge` and `bind`: both sides of a third-party caveat, without a node. */

import { formatCaveat, parseCaveat } from '@ron/transport/macaroon/caveats'
import { attenuate } from '@ron/transport/macaroon/chain'
import { decodeToken, encodeBundle, encodeToken } from '@ron/transport/macaroon/codec'
import { bindAll, discharge, readThirdParty } from '@ron/transport/macaroon/third-party'
import { nodeHmac } from '@ron/transport/wall/hmac'
import { withBundle } from './capability.ts'
import { answered, exitCodes, failed, type Outcome } from './outcome.ts'

const keyForm = /^[0-9a-f]{64}$/i

/** Prints the discharge of the caveat that asks for `holds`, and nothing else. */
export function dischargeOutcome(
  token: string,
  keyFile: Uint8Array,
  holds: string,
  caveats: readonly string[],
): Outcome {
  const text = new TextDecoder().decode(keyFile).trim()
  if (!keyForm.test(text)) return failed('the key file does not hold 64 hex digits', exitCodes.usage)
  const key = Uint8Array.from(Buffer.from(text, 'hex'))
  return withBundle(token, ([macaroon]) => {
    const asked = macaroon.caveats
      .filter(({ vid }) => vid !== null)
      .map(({ id }) => ({ id, ...readThirdParty(key, id) }))
    const found = asked.find(({ predicate }) => predicate === holds)
    if (found === undefined) {
      const wanted = asked.map(({ predicate }) => JSON.stringify(predicate)).join(', ')
      return failed(`the token does not ask for ${JSON.stringify(holds)}; it asks for ${wanted || 'nothing'}`)
    }
    const narrow = caveats
      .map((caveat) => formatCaveat(parseCaveat(caveat)))
      .reduce(
        (from, caveat) => attenuate(nodeHmac, from, caveat),
        discharge(nodeHmac, found.caveatKey, found.id, null),
      )
    const written = encodeToken(narrow)
    return answered(written, { discharge: written, holds })
  })
}

/** Prints the token with its discharges, and nothing else. */
export function bindOutcome(token: string, discharges: readonly string[]): Outcome {
  return withBundle(token, () => {
    const others = discharges.map((each) => decodeToken(each.trim()))
    const bundle = encodeBundle(bindAll(nodeHmac, decodeToken(token), others))
    return answered(bundle, { token: bundle })
  })
}
