/** A request that a test changes in one place, and tokens to go with it. */

import { attenuate, mint } from '../macaroon/chain.ts'
import { encodeToken } from '../macaroon/codec.ts'
import { rootSet } from '../macaroon/roots.ts'
import { nodeHmac } from './hmac.ts'
import { noTenant } from '../oap/frame.ts'
import { Refusal } from '@ron/kernel/contract/refusals'
import type { Reach } from '../macaroon/check.ts'
import type { Claim, Place, Wall } from './request.ts'

export const key = Uint8Array.from({ length: 32 }, (_, at) => at)
export const roots = rootSet(nodeHmac, [{ kind: 'key', kid: 'main', key }])
export const noon = Date.UTC(2026, 0, 1, 12)
export const tenantA = 'a'.repeat(32)
export const tenantB = 'b'.repeat(32)

/** A request as a whole: both of the wall's questions about it. */
export type WallRequest = Claim & Reach

/** A genuine token under these caveats. */
export function tokenWith(...predicates: string[]): string {
  return tokenNamed('v1:main:test', ...predicates)
}

export function tokenNamed(identifier: string, ...predicates: string[]): string {
  const root = mint(nodeHmac, { key, identifier, location: null })
  return encodeToken(predicates.reduce((token, predicate) => attenuate(nodeHmac, token, predicate), root))
}

export function requestWith(change: Partial<WallRequest> = {}): WallRequest {
  return {
    service: 'storage',
    operation: 'get',
    verb: 'objects.read',
    method: 'GET',
    path: '/objects/a',
    bodyBytes: 0,
    surface: 'http',
    token: tokenWith('verbs = objects.read'),
    presentation: null,
    tenant: noTenant,
    peer: '127.0.0.1',
    traceId: '1'.repeat(32),
    tags: [],
    ...change,
  }
}

/** Asks the wall both questions one after the other, as a surface does. */
export async function enterWall(wall: Wall, request: WallRequest): Promise<Place | Refusal> {
  const recognised = await wall.recognise(request)
  return recognised instanceof Refusal ? recognised : wall.enter(recognised, request)
}
