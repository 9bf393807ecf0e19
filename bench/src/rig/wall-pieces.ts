/** The pieces of the wall by themselves, each with what a call of it may take. */

import { systemClock } from '@ron/kernel/system/clock'
import { Ceilings } from '@ron/services/overlay/ceilings'
import { install } from '@ron/services/policy/installed'
import { mint } from '@ron/transport/macaroon/chain'
import { encodeToken } from '@ron/transport/macaroon/codec'
import { rootSet } from '@ron/transport/macaroon/roots'
import { noTenant } from '@ron/transport/oap/frame'
import { createAuth } from '@ron/transport/wall/auth'
import { nodeHmac } from '@ron/transport/wall/hmac'
import { createQuota } from '@ron/transport/wall/quota'
import { Revocations } from '@ron/transport/wall/revocations'
import { Accounts } from '@ron/transport/wall/tenants/accounts'
import { claim } from '../claim.ts'
import type { Piece } from '../pieces.ts'

export interface LimitedPiece extends Piece {
  /** Of 99 calls in a hundred, in microseconds. */
  readonly microsMax: number
}

const rules = 1_000
const tenants = 16
const facts = { peer: '192.0.2.1', tenant: noTenant, service: 'storage', operation: 'get' }
const limits = {
  inflightMax: 512,
  peerInflightMax: 256,
  tenantInflightMax: 512,
  peerRateMax: 0,
  tarpitAfter: 20,
  tarpitWindowMs: 10_000,
  tarpitBaseMs: 50,
  tarpitDelayMaxMs: 2_000,
  tarpitQuietMs: 30_000,
  delayedMax: 128,
  peersMax: 16_384,
}

export function wallPieces(): readonly LimitedPiece[] {
  return [
    { name: 'auth: a token seen before', microsMax: 20, run: knownToken() },
    {
      name: `policy: ${rules} rules by path, uncached`,
      microsMax: 200,
      run: decides(byPath, '/objects/999/a'),
    },
    {
      name: `policy: ${rules} rules by tag, none matches, uncached`,
      microsMax: 200,
      run: decides(byTag, '/objects/a'),
    },
    { name: 'quota: a capability and its tenant, both known', microsMax: 20, run: knownTenant() },
    { name: 'admission: let in and out again', microsMax: 20, run: admission() },
  ]
}

/** The decision to let a request in, and its end. */
export function admission(): () => void {
  const ceilings = new Ceilings({ limits, flags: [] }, 0)
  return () => {
    const entry = ceilings.enter(facts, systemClock.monotonic())
    if (!entry.admit) throw new Error('a request by itself was not let in')
    entry.release()
  }
}

function knownTenant(): () => void {
  const limits = {
    requestsPerSecond: 1e9,
    bytesPerSecond: 1e9,
    cpuPercent: 100,
    inFlight: 512,
    connections: 0,
    weight: 1,
  }
  const accounts = new Accounts({
    clock: systemClock,
    everybody: limits,
    named: new Map(),
    tenantsMax: 4_096,
    tarpitMs: 250,
  })
  const rate = { perSecond: 1e9, burst: 1e9 }
  const quota = createQuota({ clock: systemClock, rate, subjectsMax: 65_536, accounts })
  const callers = Array.from({ length: tenants }, (_, at) => ({
    subject: 'v1:boot:bench',
    tenant: String(at).padStart(32, '0'),
    traceId: '0'.repeat(32),
  }))
  let turn = 0
  return () => {
    const caller = callers[turn++ % tenants]
    if (caller !== undefined) quota.enter(caller)
  }
}

function knownToken(): () => void {
  const key = new Uint8Array(32).fill(7)
  const auth = createAuth({
    hmac: nodeHmac,
    roots: rootSet(nodeHmac, [{ kind: 'key', kid: 'boot', key }]),
    revocations: new Revocations(systemClock, 1),
    clock: systemClock,
    audience: 'bench',
    cacheBytesMax: 2 ** 20,
    cacheTtlMs: 3_600_000,
  })
  const token = encodeToken(mint(nodeHmac, { key, identifier: 'v1:boot:bench', location: null }))
  const known = { ...claim, presentation: null, token }
  return () => void auth.recognise(known)
}

type When = Readonly<Record<string, unknown>>

/** As a large operator would write them. */
function byPath(nth: number): When {
  return { path: `/objects/${nth}/*`, method: nth % 2 === 0 ? 'GET' : 'PUT' }
}

/** The worst case: the index cannot tell these rules apart, so each is looked at. */
function byTag(nth: number): When {
  return { require_tags_all: ['http', `tag-${nth}`] }
}

function decides(when: (nth: number) => When, path: string): () => void {
  const bundle = {
    version: 1,
    rules: Array.from({ length: rules }, (_, nth) => ({ id: `r${nth}`, action: 'allow', when: when(nth) })),
  }
  const { evaluate } = install(JSON.stringify(bundle))
  let turn = 0
  return () => {
    const tenant = String(turn++ % tenants).padStart(32, '0')
    evaluate({ tenant, method: 'GET', path, region: undefined, bodyBytes: 0, tags: ['http', 'storage'] })
  }
}
