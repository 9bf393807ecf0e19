/** What a token of six caveats costs a request at the wall: verified before, and seen for the first time. */

import { systemClock } from '@ron/kernel/system/clock'
import { attenuate, mint } from '@ron/transport/macaroon/chain'
import { encodeToken } from '@ron/transport/macaroon/codec'
import { rootSet } from '@ron/transport/macaroon/roots'
import { createAuth } from '@ron/transport/wall/auth'
import { nodeHmac } from '@ron/transport/wall/hmac'
import type { Claim } from '@ron/transport/wall/request'
import { Revocations } from '@ron/transport/wall/revocations'
import { claim } from '../claim.ts'

const key = new Uint8Array(32).fill(7)
const tenant = 'a0'.repeat(16)
const caveats = [
  `tenant = ${tenant}`,
  'verbs = objects.read,mailbox.*',
  'path = /objects/*',
  'expires = 2100-01-01T00:00:00Z',
  'bytes_max = 64KiB',
  'ip = 192.0.2.0/24',
]
/** Revocations in force meanwhile, none of which is about these tokens. */
const revoked = 1_000

/** Batches before it counts: V8 compiles what it runs for good after some ten thousand requests. */
const warmUps = 200

/** Microseconds a request, each of as many batches of so many requests. */
export interface WallTimes {
  readonly cached: readonly number[]
  readonly cold: readonly number[]
}

export function wallTimes(batches: number, perBatch: number): WallTimes {
  const known = Buffer.from(tokenOf(0), 'latin1')
  const warm = wall()
  const again = () => timed(warm, claimsOf(Array.from({ length: perBatch }, () => known)))
  for (let batch = 0; batch < warmUps; batch++) again()
  const cached = Array.from({ length: batches }, again)
  const cold = Array.from({ length: batches }, (_, batch) => {
    const fresh = Array.from({ length: perBatch }, (_, nth) =>
      Buffer.from(tokenOf(1 + batch * perBatch + nth), 'latin1'),
    )
    return timed(warm, claimsOf(fresh))
  })
  return { cached, cold }
}

/** Each token is a new text, as it is from a socket: nothing is known of it, not even the hash that V8 keeps of a text. */
function claimsOf(tokens: readonly Buffer[]): readonly Claim[] {
  return tokens.map((bytes) => ({ ...claim, presentation: null, token: bytes.toString('latin1') }))
}

/** What comes before the wall, the reading of a request, is not part of it. */
function timed(auth: ReturnType<typeof wall>, claims: readonly Claim[]): number {
  const from = performance.now()
  for (const claim of claims) {
    const recognised = auth.recognise(claim)
    if (recognised instanceof Error) throw recognised
    const refusal = auth.enter(recognised, reach)
    if (refusal !== null) throw refusal
  }
  return ((performance.now() - from) * 1_000) / claims.length
}

const reach = { path: '/objects/a/b/c', bodyBytes: 0 }
function wall() {
  const revocations = new Revocations(systemClock, revoked)
  for (let nth = 0; nth < revoked; nth++)
    revocations.add({ by: 'identifier', identifier: `v1:boot-1:other-${nth}` }, Infinity)
  return createAuth({
    hmac: nodeHmac,
    roots: rootSet(nodeHmac, [{ kind: 'key', kid: 'boot-1', key }]),
    revocations,
    clock: systemClock,
    audience: 'bench',
    cacheBytesMax: 16 * 2 ** 20,
    cacheTtlMs: 3_600_000,
  })
}

function tokenOf(nth: number): string {
  const whole = mint(nodeHmac, { key, identifier: `v1:boot-1:bench-${nth}`, location: null })
  return encodeToken(caveats.reduce((from, caveat) => attenuate(nodeHmac, from, caveat), whole))
}
