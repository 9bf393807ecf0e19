/**
 * The second wall: does policy allow this request? It asks a `PolicyPort` and keeps the answers for a few
 * seconds under everything that can change them, so a cached decision is the decision. It has no rules of its
 * own, and where it cannot get an answer it refuses: an outage denies.
 */

import type { Method } from '@ron/kernel/contract/contract'
import { Refusal } from '@ron/kernel/contract/refusals'
import type { Clock } from '@ron/kernel/ports/clock'
import { Recent } from '../recent.ts'
import { DecisionCache, type Cached, type PolicyDecision } from './decision-cache.ts'
import { inTime } from './in-time.ts'

/** All a rule may look at. Anything a rule gets to see must be part of the cache key below. */
export interface PolicyInput {
  readonly tenant: string
  readonly method: Method
  readonly path: string
  readonly verb: string
  readonly tags: readonly string[]
  readonly bodyBytes: number
}

export interface PolicySnapshot {
  readonly version: number
  /** Every size at which some rule changes its mind: bodies of up to `b` bytes are one case, longer ones another. */
  readonly bodyBreaks: readonly number[]
}

export interface PolicyPort {
  /** Settles in bounded time; the gate waits no longer than `timeoutMs` in any case. */
  evaluate(input: PolicyInput): Promise<PolicyDecision>
  /** What is in force now; null while there is no policy. */
  snapshot(): PolicySnapshot | null
}

export interface PolicyParts {
  readonly port: PolicyPort
  readonly clock: Clock
  /** Most the cached decisions may take together. */
  readonly cacheBytesMax: number
  /** At most 5 s. */
  readonly cacheTtlMs: number
  /** Requests that may wait for a decision at once. */
  readonly pendingMax: number
  readonly timeoutMs: number
}

export interface PolicyGate {
  /** null when policy allows. Never throws or rejects; answers at once when the decision is cached. */
  enter(input: PolicyInput): Refusal | null | Promise<Refusal | null>
  /** The policy is another one, also where its version is not: a restarted service counts from the beginning. */
  forget(): void
}

/** The last question about a path, whose answer needs no key to be found when it is asked again. */
interface Asked {
  readonly version: number
  readonly bodyCase: number
  readonly input: PolicyInput
  readonly cached: Cached
}

export const policyTtlMsMax = 5_000
/** Paths whose last question is remembered. */
const askedMax = 512
// The policy may change between snapshot and answer. Once is chance, twice is an outage.
const ATTEMPTS = 2

export function createPolicyGate(parts: PolicyParts): PolicyGate {
  const { port, clock, cacheTtlMs, pendingMax, timeoutMs } = parts
  if (cacheTtlMs > policyTtlMsMax) {
    throw new RangeError(
      `policy decisions cached for ${cacheTtlMs} ms; at most ${policyTtlMsMax} keeps changes prompt`,
    )
  }
  const cache = new DecisionCache(parts.cacheBytesMax, cacheTtlMs)
  const asked = new Recent<string, Asked>(askedMax)
  const asking = new Map<string, Promise<PolicyDecision>>()
  let pending = 0
  let generation = 0

  return {
    forget() {
      generation++
      asking.clear()
      asked.clear()
      cache.clear()
    },
    enter(input) {
      try {
        const snapshot = port.snapshot()
        if (snapshot === null) return outage('no policy is loaded')
        const cached = known(snapshot, input)
        if (cached !== null) return answer(cached)
      } catch (error) {
        return outage(messageOf(error))
      }
      return pending < pendingMax ? decide(input) : busy(pendingMax)
    },
  }

  async function decide(input: PolicyInput): Promise<Refusal | null> {
    pending++
    try {
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        const snapshot = port.snapshot()
        if (snapshot === null) return outage('no policy is loaded')
        const { version, bodyBreaks } = snapshot
        const key = keyOf(version, caseOf(bodyBreaks, input.bodyBytes), input)
        const decision = known(snapshot, input) ?? (await ask(key, version, input))
        if (decision.version === version) return answer(decision)
      }
      return outage('the policy is changing')
    } catch (error) {
      return outage(messageOf(error))
    } finally {
      pending--
    }
  }

  function known({ version, bodyBreaks }: PolicySnapshot, input: PolicyInput): PolicyDecision | null {
    const bodyCase = caseOf(bodyBreaks, input.bodyBytes)
    const last = asked.get(input.path)
    if (
      last !== undefined &&
      last.version === version &&
      last.bodyCase === bodyCase &&
      isAlike(last.input, input) &&
      clock.monotonic() < last.cached.freshUntilMs
    )
      return last.cached.decision
    const cached = cache.get(keyOf(version, bodyCase, input), clock.monotonic())
    if (cached === undefined) return null
    asked.set(input.path, { version, bodyCase, input, cached })
    return cached.decision
  }

  /** One question per key however many wait for it; they differ in nothing that version could tell apart. */
  function ask(key: string, version: number, input: PolicyInput): Promise<PolicyDecision> {
    const underWay = asking.get(key)
    if (underWay !== undefined) return underWay
    const askedIn = generation
    const question = inTime(clock, timeoutMs, 'decision', () => port.evaluate(input))
      .then((decision) => {
        if (decision.version === version && generation === askedIn)
          cache.keep(key, decision, clock.monotonic())
        return decision
      })
      .finally(() => {
        if (generation === askedIn) asking.delete(key)
      })
    asking.set(key, question)
    return question
  }
}

/**
 * Two inputs share a key only if no rule of that version can tell them apart. The parts before `tags` hold no
 * spaces, JSON ends where it ends, and the path is last, so no two inputs run together.
 */
function keyOf(version: number, bodyCase: number, { tenant, method, verb, tags, path }: PolicyInput): string {
  return `${version} ${bodyCase} ${tenant} ${method} ${verb} ${JSON.stringify(tags)} ${path}`
}

/** Whether they are the same beside path and size. */
function isAlike(a: PolicyInput, b: PolicyInput): boolean {
  return a.tenant === b.tenant && a.method === b.method && a.verb === b.verb && isSame(a.tags, b.tags)
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((text, at) => text === b[at])
}

/** How many of the sizes at which a rule changes its mind are passed. */
function caseOf(bodyBreaks: readonly number[], bodyBytes: number): number {
  let passed = 0
  for (const size of bodyBreaks) if (bodyBytes > size) passed++
  return passed
}

function answer({ allow, rule, reason, version }: PolicyDecision): Refusal | null {
  if (allow) return null
  return new Refusal('PolicyDenied', reason, {
    explain: {
      wall: 'policy',
      rule,
      fix: `send a request that rule ${rule} of policy ${version} does not deny`,
    },
  })
}

function outage(because: string): Refusal {
  return new Refusal('Unavailable', `policy cannot decide: ${because}`, {
    explain: { wall: 'policy', rule: 'outage-denies', fix: 'try again shortly' },
  })
}

function busy(pendingMax: number): Refusal {
  return new Refusal('Busy', `${pendingMax} requests wait for a policy decision already`, {
    explain: { wall: 'policy', rule: 'pending-max', fix: 'try again shortly' },
  })
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
