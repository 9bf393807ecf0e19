/**
 * The wall: auth → proofs → policy → quota → admission, in this order, for every request of every surface. Nothing is
 * admitted that all of them did not admit, and a part that throws has not admitted. What the parts decide is
 * theirs; this file only walks through them, counts refusals and hands out places exactly once.
 *
 *     recognise   auth: the claim
 *     enter       auth: the reach → proofs → policy → quota → admission
 *     grow        auth: the reach → policy
 */

import { Refusal } from '@ron/kernel/contract/refusals'
import type { Clock } from '@ron/kernel/ports/clock'
import type { Log } from '@ron/kernel/ports/log'
import type { FrontMeter, RejectReason } from '@ron/kernel/ports/meter'
import type { Reach } from '../macaroon/check.ts'
import { Recent } from '../recent.ts'
import type { Admission, AdmissionVerdict } from './admission.ts'
import type { Auth } from './auth.ts'
import type { PolicyGate } from './policy.ts'
import type { ProofGate } from './proofs.ts'
import type { Quota } from './quota.ts'
import type { Place, Recognised, Wall } from './request.ts'
import { Overdrawn, type Account } from './tenants/account.ts'
import type { Joined } from './tenants/joined.ts'

export interface WallParts {
  readonly auth: Pick<Auth, 'recognise' | 'reach' | 'watch'>
  readonly proofs: ProofGate
  readonly policy: PolicyGate
  readonly quota: Quota
  readonly admission: Admission
  readonly clock: Clock
  /** Refusals held back at once for peers in the tarpit; further ones are answered at once. */
  readonly heldMax: number
  readonly meter: FrontMeter
  readonly log: Log
}

/** Messages of admission that are kept as refusals. */
const refusalsKept = 256

type Room = Extract<AdmissionVerdict, { readonly admit: true }>
type Layer = 'auth' | 'proofs' | 'policy' | 'quota' | 'admission'

/** A refusal and the layer it comes from, before anybody has heard of it. */
class Denial {
  readonly layer: Layer
  readonly refusal: Refusal
  /** The tenant that asks for more than it may have; null when that is not why. */
  readonly overdrawn: Overdrawn | null

  constructor(layer: Layer, refusal: Refusal, overdrawn: Overdrawn | null = null) {
    this.layer = layer
    this.refusal = refusal
    this.overdrawn = overdrawn
  }
}

export function createWall(parts: WallParts): Wall {
  const { auth, proofs, policy, quota, admission, clock, heldMax, meter, log } = parts
  /** Of admission, by what they say: a node without room says little else, and often the same. */
  const refusals = new Recent<string, Refusal>(refusalsKept)
  let held = 0

  return {
    recognise: (claim) =>
      told(
        asked('auth', () => auth.recognise(claim)),
        claim.peer,
      ),
    enter(recognised, reach) {
      const goOn = (denial: Denial | null) =>
        told(denial ?? takePlace(recognised, reach), recognised.claim.peer)
      const denial = askOnce(recognised, reach)
      return denial instanceof Promise ? denial.then(goOn) : goOn(denial)
    },
  }

  /** What comes before a place: a proof is good for one entry, so it is asked for here and never again. */
  function askOnce(recognised: Recognised, reach: Reach): Denial | null | Promise<Denial | null> {
    const denial = asked('auth', () => auth.reach(recognised, reach))
    if (denial !== null) return denial
    const proven = asked('proofs', () => proofs.enter(recognised))
    if (!(proven instanceof Promise)) return proven ?? askPolicy(recognised, reach)
    return promised('proofs', proven).then((denial) => denial ?? askPolicy(recognised, reach))
  }

  /** Everything that depends on path and size. */
  function askReach(recognised: Recognised, reach: Reach): Denial | null | Promise<Denial | null> {
    return asked('auth', () => auth.reach(recognised, reach)) ?? askPolicy(recognised, reach)
  }

  function askPolicy(recognised: Recognised, reach: Reach): Denial | null | Promise<Denial | null> {
    const { method, verb, tags } = recognised.claim
    const { tenant } = recognised.caller
    const { path, bodyBytes } = reach
    const answer = asked('policy', () => policy.enter({ tenant, method, path, verb, tags, bodyBytes }))
    return answer instanceof Promise ? promised('policy', answer) : answer
  }

  /** Everything that a request pays for once. */
  function takePlace(recognised: Recognised, reach: Reach): Place | Denial {
    const { claim, caller } = recognised
    const account = asked('quota', () => quota.enter(caller))
    if (account instanceof Denial) return account
    if (account instanceof Overdrawn) return new Denial('quota', account.refusal, account)
    const room = asked('admission', () => {
      const { peer, service, operation } = claim
      const verdict = admission.enter({ peer, tenant: caller.tenant, service, operation })
      return verdict.admit ? verdict : refusals.of(verdict.message, () => noRoom(verdict))
    })
    if (!(room instanceof Denial)) return placeIn(room, account, recognised, reach)
    account.refused++
    return room
  }

  function placeIn(
    room: Room,
    account: Account,
    recognised: Recognised,
    { path, bodyBytes: bytesMax }: Reach,
  ): Place {
    let taken = true
    account.requests++
    account.inFlight++
    const release = () => {
      if (!taken) return
      taken = false
      account.inFlight--
      quietly(() => room.release())
    }
    const moved = (bytesIn: number, bytesOut: number) => account.moved(bytesIn, bytesOut, clock.monotonic())
    const join = (connection: Joined) => {
      const overdrawn = connection.join(account, clock.monotonic())
      if (overdrawn === null) return null
      if (overdrawn.holdMs > 0) account.letGo()
      quietly(() => meter.rejected('quota'))
      return overdrawn.refusal
    }
    const grow = (bodyBytes: number) => {
      if (bodyBytes <= bytesMax) return null
      const goOn = (denial: Denial | null) => {
        // A tarpit may hold the refusal back; meanwhile somebody else can have the place.
        if (denial !== null) release()
        return told(denial, recognised.claim.peer)
      }
      const denial = askReach(recognised, { path, bodyBytes })
      return denial instanceof Promise ? denial.then(goOn) : goOn(denial)
    }
    const watch = (ended: (refusal: Refusal) => void) => auth.watch(recognised, ended)
    return { caller: recognised.caller, delayMs: room.delayMs, grow, join, moved, watch, release }
  }

  /** The answer of one layer; if it throws, the layer has refused. */
  function asked<Answer>(layer: Layer, ask: () => Answer | Refusal): Answer | Denial {
    try {
      const answer = ask()
      return answer instanceof Refusal ? new Denial(layer, answer) : answer
    } catch (cause) {
      return fault(layer, cause)
    }
  }

  /** The same for an answer that is on its way. */
  async function promised<Answer>(layer: Layer, coming: Promise<Answer | Refusal>): Promise<Answer | Denial> {
    try {
      const answer = await coming
      return asked(layer, () => answer)
    } catch (cause) {
      return fault(layer, cause)
    }
  }

  /** What the surface gets to hear. A denial is counted here and nowhere else, so once. */
  function told<Answer>(answer: Answer | Denial, peer: string): Answer | Refusal | Promise<Refusal> {
    if (!(answer instanceof Denial)) return answer
    const { layer, refusal, overdrawn } = answer
    quietly(() => meter.rejected(reasonOf(layer, refusal)))
    if (overdrawn !== null) return overdrawn.holdMs > 0 ? holdBack(overdrawn) : refusal
    let delayMs = 0
    if (isEvidence(layer, refusal)) {
      quietly(() => {
        delayMs = admission.denied(peer)
      })
    }
    return delayMs > 0 && held < heldMax ? hold(refusal, delayMs) : refusal
  }

  /** For the tenant that does not wait by itself: whoever is held back asks less often. */
  function holdBack({ refusal, holdMs, account }: Overdrawn): Refusal | Promise<Refusal> {
    if (held >= heldMax) {
      account.letGo()
      return refusal
    }
    return hold(refusal, holdMs).finally(() => account.letGo())
  }

  async function hold(refusal: Refusal, delayMs: number): Promise<Refusal> {
    held++
    await new Promise<void>((resolve) => clock.after(delayMs, resolve))
    held--
    return refusal
  }

  function fault(layer: Layer, cause: unknown): Denial {
    log.error('a wall faulted', {
      wall: layer,
      cause: cause instanceof Error ? cause.message : String(cause),
    })
    const refusal = new Refusal('Fault', `the ${layer} wall failed`, {
      explain: { wall: layer, rule: 'fault-denies', fix: 'report it with the trace id' },
    })
    return new Denial(layer, refusal)
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

function noRoom(verdict: Exclude<AdmissionVerdict, Room>): Refusal {
  const { message, rule, retryAfterMs } = verdict
  return new Refusal('Busy', message, {
    retryAfterMs,
    lasting: true,
    explain: { wall: 'admission', rule, fix: `wait ${retryAfterMs} ms` },
  })
}

/** Refusing is no fault of the peer's when a layer failed, is down or its queue is full. */
function isEvidence(layer: Layer, { code }: Refusal): boolean {
  return code === 'PolicyDenied' || code === 'ProofRequired' || (layer === 'auth' && code !== 'Fault')
}

function reasonOf(layer: Layer, { code }: Refusal): RejectReason {
  if (layer === 'auth') return code === 'CapabilityScope' ? 'scope' : 'unauth'
  if (layer !== 'quota' && layer !== 'admission' && code === 'Busy') return 'backpressure'
  return layer === 'proofs' ? 'proof' : layer
}
