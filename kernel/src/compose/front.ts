/** The front end's parts, made from the configuration: wall, caps, inflation. */

import type { Admission } from '@ron/transport/wall/admission'
import type { Auth } from '@ron/transport/wall/auth'
import type { Front } from '@ron/transport/gateway/front'
import { TraceIds } from '@ron/transport/http/correlation'
import { Inflater } from '@ron/transport/inflate/inflate'
import type { Rate } from '@ron/transport/wall/gcra'
import { createProofGate, type ProofPort } from '@ron/transport/wall/proofs'
import { createPolicyGate } from '@ron/transport/wall/policy'
import { createQuota } from '@ron/transport/wall/quota'
import type { Accounts } from '@ron/transport/wall/tenants/accounts'
import { createWall } from '@ron/transport/wall/wall'
import type { NodeConfig } from '../config/node-config.ts'
import { nextTurn } from '../system/turn.ts'
import type { FollowedPolicy } from './policy-port.ts'

const policyCache = { cacheBytesMax: 16 * 2 ** 20, cacheTtlMs: 5_000, pendingMax: 1_024, timeoutMs: 1_000 }
const proofLimits = { pendingMax: 1_024, timeoutMs: 5_000 }
/** Refusals held back for peers in the tarpit. */
const heldMax = 1_024

export interface FrontParts extends Omit<Front, 'wall' | 'inflater' | 'limits' | 'traceIds'> {
  readonly auth: Auth
  readonly policy: FollowedPolicy
  readonly proofs: ProofPort
  readonly admission: Admission
  readonly accounts: Accounts
  readonly rate: LiveRate
}

/** How fast one capability may send requests; it may change at any time. */
export class LiveRate implements Rate {
  #rate: Rate
  #observer = () => {}

  constructor({ requestsPerSecond, burst }: NodeConfig['quota']) {
    this.#rate = { perSecond: requestsPerSecond, burst }
  }

  get perSecond(): number {
    return this.#rate.perSecond
  }

  get burst(): number {
    return this.#rate.burst
  }

  set(rate: Rate): void {
    this.#rate = rate
    this.#observer()
  }

  /** Registers the one observer of every change. */
  onChange(observer: () => void): void {
    this.#observer = observer
  }
}

export function frontOf(
  config: NodeConfig,
  { auth, policy, proofs, admission, accounts, rate, ...ports }: FrontParts,
): Front {
  const { clock, meter, log } = ports
  const { limits, quota } = config
  const gate = createPolicyGate({ port: policy.port, clock, ...policyCache })
  policy.onChange(() => gate.forget())
  const perSubject = createQuota({ clock, rate, subjectsMax: quota.subjectsMax, accounts })
  rate.onChange(() => perSubject.forget())
  return {
    ...ports,
    traceIds: new TraceIds(ports.random),
    wall: createWall({
      auth,
      proofs: createProofGate({ port: proofs, clock, ...proofLimits }),
      policy: gate,
      clock,
      heldMax,
      quota: perSubject,
      admission,
      meter,
      log,
    }),
    inflater: new Inflater(nextTurn, {
      ratioMax: limits.decompressRatioCap,
      bytesMax: limits.maxInflatedBytes,
    }),
    limits: {
      bodyBytesMax: limits.maxBodyBytes,
      chunkBytesMax: limits.maxChunkBytes,
      inflatedBytesMax: limits.maxInflatedBytes,
      decompressRatioMax: limits.decompressRatioCap,
      inFlightMax: limits.maxInflight,
    },
  }
}
