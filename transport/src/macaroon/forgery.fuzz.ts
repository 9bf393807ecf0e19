/**
 * Forgery: of all that can be made from good tokens without a key, nothing is good but the tokens themselves. Whoever drops
 * a caveat, moves one, or takes the discharge of another token along, has no token.
 */

import { orDeclared } from '@ron/kernel/system/declared.fixture'
import { nodeHmac } from '../wall/hmac.ts'
import { attenuate, mint, verify } from './chain.ts'
import { decodeBundle, encodeBundle, type Macaroon } from './codec.ts'
import { MacaroonError } from './error.ts'
import { rootSet } from './roots.ts'
import { addThirdParty, bindAll, discharge, readThirdParty } from './third-party.ts'

const key = new Uint8Array(32).fill(1)
const roots = rootSet(nodeHmac, [{ kind: 'key', kid: 'k', key }])
const issuer = { location: 'https://auth.example', key: new Uint8Array(32).fill(2) }
let drawn = 0
const random = (length: number) => new Uint8Array(length).fill(++drawn)

const whole = mint(nodeHmac, { key, identifier: 'v1:k:n', location: null })
const narrow = attenuate(nodeHmac, attenuate(nodeHmac, whole, 'path = /a/*'), 'tenant = 0')
const asking = addThirdParty(nodeHmac, narrow, issuer, 'user = ann', random)
const id = asking.caveats.at(-1)?.id ?? new Uint8Array(0)
const said = discharge(nodeHmac, readThirdParty(issuer.key, id).caveatKey, id, issuer.location)
const stranger = mint(nodeHmac, { key: new Uint8Array(32).fill(3), identifier: 'v1:k:n', location: null })

const good = [[narrow], bindAll(nodeHmac, asking, [said])].map(bundleOf)

export const seeds: readonly Uint8Array[] = [
  ...good,
  bundleOf([asking, said]),
  bundleOf([asking]),
  bundleOf([stranger]),
]

const isDeclared = (thrown: unknown) => thrown instanceof MacaroonError

export const stepsPerByte = 400

export function run(input: Uint8Array): void {
  const [token, ...discharges] = orDeclared(() => decodeBundle(input), isDeclared) ?? []
  if (token === undefined || verify(nodeHmac, token, roots, discharges) !== null) return
  const signed = signedOf([token, ...discharges])
  if (!good.some((one) => signedOf(decodeBundle(one)) === signed)) throw new Error('a token was forged')
}

/** All that decides anything: locations are hints for people, which no signature covers. */
function signedOf(macaroons: readonly Macaroon[]): string {
  const hex = (bytes: Uint8Array | null) => (bytes === null ? '-' : Buffer.from(bytes).toString('hex'))
  return macaroons
    .map(({ identifier, caveats, signature }) =>
      [identifier, ...caveats.flatMap(({ id, vid }) => [id, vid]), signature].map(hex).join(' '),
    )
    .join('\n')
}

function bundleOf(macaroons: readonly Macaroon[]): Uint8Array {
  const [token, ...discharges] = macaroons
  if (token === undefined) throw new RangeError('a bundle has a token')
  return Buffer.from(encodeBundle([token, ...discharges]))
}
