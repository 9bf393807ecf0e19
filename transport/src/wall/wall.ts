/**
 * The wall: auth → policy → quota → admission, in this order, for every request of every surface. Nothing is
 * admitted that all four did not admit, and a part that throws has not admitted. What the parts decide is
 * theirs; this file only walks through them, counts refusals and hands out places exactly once.
 */

import type { Caller } from '@ron/kernel/contract/contract'
import { Refusal } from '@ron/kernel/contract/refusals'
import type { Clock } from '@ron/kernel/ports/clock'
import type { Log } from '@ron/kernel/ports/log'
import type { FrontMeter, RejectReason } from '@ron/kernel/ports/meter'
import type { Admission, AdmissionVerdict } from './admission.ts'
import type { Auth } from './auth.ts'
import type { PolicyGate } from './policy.ts'
import type { Quota } from './quota.ts'
import type { Verdict, Wall, WallRequest } from './request.ts'

export interface WallParts {
  readonly auth: Auth
  readonly policy: PolicyGate
  readonly quota: Quota
  readonly admission: Admission
  readonly clock: Clock
  /** Refusals held back at once for peers in the tarpit; further ones are answered at once. */
  readonly heldMax: number
  readonly meter: FrontMeter
  readonly log: Log
}

type Layer = 'auth' | 'policy' | 'quota' | 'admission'

export function createWall({ auth, policy, quota, admission, clock, heldMax, meter, log }: WallParts): Wall {
  let held = 0
  return { enter: (request) => guarded('auth', () => enterAuth(request)) }

  function enterAuth(request: WallRequest): Verdict | Promise<Verdict> {
    const caller = auth.enter(request)
    if (caller instanceof Refusal) return deny('auth', caller, request.peer)
    return guarded('policy', () => enterPolicy(request, caller))
  }

  function enterPolicy(request: WallRequest, caller: Caller): Verdict | Promise<Verdict> {
    const { method, path, verb, tags, bodyBytes } = request
    const refusal = policy.enter({ tenant: caller.tenant, method, path, verb, tags, bodyBytes })
    const goOn = (refusal: Refusal | null) =>
      refusal === null
        ? guarded('quota', () => enterQuota(request, caller))
        : deny('policy', refusal, request.peer)
    return refusal instanceof Promise ? refusal.then(goOn) : goOn(refusal)
  }

  function enterQuota(request: WallRequest, caller: Caller): Verdict | Promise<Verdict> {
    const refusal = quota.enter(caller)
    if (refusal !== null) return deny('quota', refusal, request.peer)
    return guarded('admission', () => enterAdmission(request, caller))
  }

  function enterAdmission(
    { peer, service, operation }: WallRequest,
    caller: Caller,
  ): Verdict | Promise<Verdict> {
    const verdict = admission.enter({ peer, tenant: caller.tenant, service, operation })
    if (!verdict.admit) return deny('admission', noRoom(verdict), peer)
    let held = true
    const release = () => {
      if (!held) return
      held = false
      quietly(() => verdict.release())
    }
    return { admitted: true, caller, release, delayMs: verdict.delayMs }
  }

  /** Runs one layer; if it throws or rejects, the layer has refused. */
  function guarded(layer: Layer, run: () => Verdict | Promise<Verdict>): Verdict | Promise<Verdict> {
    try {
      const verdict = run()
      return verdict instanceof Promise ? verdict.catch((cause: unknown) => fault(layer, cause)) : verdict
    } catch (cause) {
      return fault(layer, cause)
    }
  }

  function deny(layer: Layer, refusal: Refusal, peer: string): Verdict | Promise<Verdict> {
    quietly(() => meter.rejected(reasonOf(layer, refusal)))
    let delayMs = 0
    if (isEvidence(layer, refusal)) {
      quietly(() => {
        delayMs = admission.denied(peer)
      })
    }
    const verdict: Verdict = { admitted: false, refusal }
    return delayMs > 0 && held < heldMax ? hold(verdict, delayMs) : verdict
  }

  async function hold(verdict: Verdict, delayMs: number): Promise<Verdict> {
    held++
    await new Promise<void>((resolve) => clock.after(delayMs, resolve))
    held--
    return verdict
  }

  function fault(layer: Layer, cause: unknown): Verdict {
    log.error('a wall faulted', {
      wall: layer,
      cause: cause instanceof Error ? cause.message : String(cause),
    })
    const refusal = new Refusal('Fault', `the ${layer} wall failed`, {
      explain: { wall: layer, rule: 'fault-denies', fix: 'report it with the trace id' },
    })
    quietly(() => meter.rejected(reasonOf(layer, refusal)))
    return { admitted: false, refusal }
  }

  /** For what must not change a verdict: counting, evidence, giving a place back. */
  function quietly(effect: () => void): void {
    try {
      effect()
    } catch (cause) {
      log.error('a side effect of the wall faulted', {
        cause: cause instanceof Error ? cause.message : String(cause),
      })
    }
  }
}

function noRoom(verdict: AdmissionVerdict & { readonly admit: false }): Refusal {
  const { message, rule, retryAfterMs } = verdict
  return new Refusal('Busy', message, {
    retryAfterMs,
    explain: { wall: 'admission', rule, fix: `wait ${retryAfterMs} ms` },
  })
}

/** Refusing is no fault of the peer's when policy is down or the queue for it is full. */
function isEvidence(layer: Layer, { code }: Refusal): boolean {
  return layer === 'auth' || code === 'PolicyDenied'
}

function reasonOf(layer: Layer, { code }: Refusal): RejectReason {
  if (layer === 'auth') return code === 'CapabilityScope' ? 'scope' : 'unauth'
  return layer === 'policy' && code === 'Busy' ? 'backpressure' : layer
}
