/** Whom a node trusts, put together: its keys, its capabilities and what was revoked of them, and the wall's first part. */

import { keyRoutes } from '@ron/admin/keys'
import { tokenRoutes } from '@ron/admin/tokens'
import type { Guard } from '@ron/admin/answers'
import type { PlainRoute } from '@ron/transport/gateway/http-gateway'
import { createAuth, type Auth } from '@ron/transport/wall/auth'
import { nodeHmac } from '@ron/transport/wall/hmac'
import { Revocations, type KeptRevocation as RestoredRevocation } from '@ron/transport/wall/revocations'
import { byKernel, type Audit } from '../audit/audit.ts'
import type { NodeConfig } from '../config/node-config.ts'
import type { Contract } from '../contract/contract.ts'
import type { KeptRevocation } from '../kms/kept.ts'
import type { Kms } from '../kms/kms.ts'
import { readTextFile } from '../system/files.ts'
import { capabilities } from './capabilities.ts'
import type { Ground } from './ground.ts'
import { keyReadings, keyView } from './key-view.ts'
import { tokenView, verbsOf } from './token-view.ts'

const authCache = { cacheBytesMax: 16 * 2 ** 20, cacheTtlMs: 30_000 }

export interface Trust {
  readonly auth: Auth
  /** A token that may do everything for a day. */
  demoToken(nowMs: number): string
  readonly revocations: Pick<Revocations, 'kept' | 'onChange'>
  /** Takes over what was revoked before or elsewhere. Throws when there is no room, or it says what nobody says. */
  restore(revocations: readonly KeptRevocation[]): void
  /** What the admin surface has for it. `strict` asks for a capability wherever that listens. */
  routes(guard: Guard, strict: Guard): readonly PlainRoute[]
  /** Overwrites keys and what was derived of them. */
  wipe(): void
}

/** Throws a sentence for the operator when a macaroon that a setting names cannot be had. */
export function trustOf(
  config: NodeConfig,
  { clock, random, metrics }: Ground,
  kms: Kms,
  audit: Audit,
  contracts: readonly Contract[],
): Trust {
  const { name: audience } = config.profile
  const trusted = capabilities({
    hmac: nodeHmac,
    random,
    kms,
    macaroonPath: config.capabilities.macaroonPath,
    issuerLocation: config.capabilities.issuerLocation,
    readFile: readTextFile,
    minted: (target) => audit.note({ ...byKernel, kind: 'capability.mint', outcome: 'done', target }),
  })
  const { roots } = trusted
  const revocations = new Revocations(clock, config.capabilities.revocationsMax)
  const auth = createAuth({ hmac: nodeHmac, roots, revocations, clock, audience, ...authCache })
  kms.onChange(({ gone }) => {
    if (gone.length > 0) auth.forget((identifier) => trusted.isGone(identifier))
  })
  metrics.readKeys({ keys: () => keyReadings(kms, clock), revocations: () => revocations.size })
  const verbs = verbsOf(contracts)
  const tokens = tokenView({
    hmac: nodeHmac,
    capabilities: trusted,
    revocations,
    clock,
    audit,
    audience,
    verbs,
  })
  return {
    auth,
    revocations,
    restore: (kept) => revocations.restore(kept.map(revocationOf)),
    demoToken: (nowMs) => trusted.demoToken(nowMs),
    routes: (guard, strict) => [
      ...tokenRoutes(tokens, guard, strict),
      ...keyRoutes(keyView(kms, audit, config.keys.graceMs), guard, strict),
    ],
    wipe() {
      trusted.wipe()
      kms.destroy()
    },
  }
}

/** An entry whose kind this node knows. */
function revocationOf({ by, ...entry }: KeptRevocation): RestoredRevocation {
  if (by === 'signature' || by === 'identifier' || by === 'tenant') return { by, ...entry }
  throw new Error(`a revocation by ${JSON.stringify(by)} was kept, which this node does not know`)
}
