/** What a token of six caveats costs a request at the wall: verified before, and seen for the first time. */

import { systemClock } from '@ron/kernel/system/clock'
import { attenuate, mint } from '@ron/transport/macaroon/chain'
import { encodeToken } from '@ron/transport/macaroon/codec'
import { rootSet } from '@ron/transport/macaroon/roots'
import { createAuth } from '@ron/transport/wall/auth'
import { nodeHmac } from '@ron/transport/wall/hmac'
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

/** Microseconds a request, each of as many batches of so many requests. */
export interface WallTimes {
  readonly cached: readonly number[]
  readonly cold: readonly number[]
}

/** Each token comes as a new text with every request, as it does from a socket. */
export function wallTimes(batches: number, perBatch: number): WallTimes {
  const known = Array.from({ length: perBatch }, () => Buffer.from(tokenOf(0), 'latin1'))
  const warm = wall()
  timed(warm, known)
  const cached = Array.from({ length: batches }, () => timed(warm, known))
  const cold = Array.from({ length: batches }, (_, batch) => {
    const fresh = Array.from({ length: perBatch }, (_, nth) =>
      Buffer.from(tokenOf(1 + batch * perBatch + nth), 'latin1'),
    )
    return timed(warm, fresh)
  })
  return { cached, cold }
}

function timed(auth: ReturnType<typeof wall>, tokens: readonly Buffer[]): number {
  const from = performance.now()
  for (const bytes of tokens) {
    const recognised = auth.recognise({ ...claim, presentation: null, token: bytes.toString('latin1') })
    if (recognised instanceof Error) throw recognised
    const refusal = auth.enter(recognised, reach)
    if (refusal !== null) throw refusal
  }
  return ((performance.now() - from) * 1_000) / tokens.length
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
