/** The front end's parts, made from the configuration: wall, caps, inflation. */

import type { Admission } from '@ron/transport/wall/admission'
import type { Auth } from '@ron/transport/wall/auth'
import type { Front } from '@ron/transport/gateway/front'
import { TraceIds } from '@ron/transport/http/correlation'
import { Inflater } from '@ron/transport/inflate/inflate'
import { createPolicyGate } from '@ron/transport/wall/policy'
import { createQuota } from '@ron/transport/wall/quota'
import type { Accounts } from '@ron/transport/wall/tenants/accounts'
import { createWall } from '@ron/transport/wall/wall'
import type { NodeConfig } from '../config/node-config.ts'
import { nextTurn } from '../system/turn.ts'
import type { FollowedPolicy } from './policy-port.ts'

const policyCache = { cacheBytesMax: 16 * 2 ** 20, cacheTtlMs: 5_000, pendingMax: 1_024, timeoutMs: 1_000 }
/** Refusals held back for peers in the tarpit. */
const heldMax = 1_024

export interface FrontParts extends Omit<Front, 'wall' | 'inflater' | 'limits' | 'traceIds'> {
  readonly auth: Auth
  readonly policy: FollowedPolicy
  readonly admission: Admission
  readonly accounts: Accounts
}

export function frontOf(
  config: NodeConfig,
  { auth, policy, admission, accounts, ...ports }: FrontParts,
): Front {
  const { clock, meter, log } = ports
  const { limits, quota } = config
  const rate = { perSecond: quota.requestsPerSecond, burst: quota.burst }
  const gate = createPolicyGate({ port: policy.port, clock, ...policyCache })
  policy.onChange(() => gate.forget())
  return {
    ...ports,
    traceIds: new TraceIds(ports.random),
    wall: createWall({
      auth,
      policy: gate,
      clock,
      heldMax,
      quota: createQuota({ clock, rate, subjectsMax: quota.subjectsMax, accounts }),
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
