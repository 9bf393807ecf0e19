/** The real wall behind ports that a test can turn against it, with everything it does to them written down. */

import type { Refusal } from '@ron/kernel/contract/refusals'
import type { LogFields } from '@ron/kernel/ports/log'
import type { FrontMeter, RejectReason } from '@ron/kernel/ports/meter'
import { ManualClock } from '@ron/kernel/system/manual-clock'
import type { Admission, AdmissionFacts, AdmissionVerdict } from './admission.ts'
import { createAuth } from './auth.ts'
import { nodeHmac } from './hmac.ts'
import type { PolicyDecision } from './decision-cache.ts'
import { createProofGate, type ProofObjection, type ProofQuestion } from './proofs.ts'
import { createPolicyGate, type PolicyInput, type PolicySnapshot } from './policy.ts'
import { createQuota } from './quota.ts'
import { enterWall, noon, roots, type WallRequest } from './request.fixture.ts'
import type { Place, Wall } from './request.ts'
import { Revocations } from './revocations.ts'
import { Accounts } from './tenants/accounts.ts'
import { unlimited } from './tenants/unlimited.fixture.ts'
import { createWall, type WallParts } from './wall.ts'

export class House {
  readonly rejected: RejectReason[] = []
  readonly logged: string[] = []
  readonly denied: string[] = []
  readonly admissionAsked: AdmissionFacts[] = []
  readonly policyAsked: PolicyInput[] = []
  readonly clock = new ManualClock(noon)
  readonly accounts = new Accounts({
    clock: this.clock,
    everybody: unlimited,
    named: new Map(),
    tenantsMax: 16,
    tarpitMs: 250,
  })
  readonly revocations = new Revocations(this.clock, 16)
  readonly meter: FrontMeter = {
    request: () => {},
    exemplar: () => {},
    inflight: () => {},
    rejected: (reason) => this.rejected.push(reason),
    integrityFailure: () => this.integrityFailures++,
  }
  readonly log = {
    debug: () => {},
    info: () => {},
    warn: () => {},
    error: (message: string, fields: LogFields = {}) =>
      this.logged.push(`${message}: ${String(fields['cause'])}`),
  }
  integrityFailures = 0
  released = 0
  holdMs = 0
  policyFails = false
  readonly proofsAsked: ProofQuestion[] = []
  prove: () => Promise<ProofObjection | null> = async () => null
  snapshot: PolicySnapshot | null = { version: 1, bodyBreaks: [] }
  decide: () => Promise<PolicyDecision> = async () => ({
    allow: true,
    rule: 'all',
    reason: 'open',
    version: 1,
  })
  admit: () => AdmissionVerdict = () => ({ admit: true, delayMs: 0, release: () => this.released++ })

  enter(request: WallRequest, change: Partial<WallParts> = {}): Promise<Place | Refusal> {
    return enterWall(this.wallWith(change), request)
  }

  wallWith(change: Partial<WallParts> = {}): Wall {
    const { clock } = this
    const port = {
      evaluate: (input: PolicyInput) => {
        this.policyAsked.push(input)
        return this.decide()
      },
      snapshot: () => this.snapshot,
    }
    const admission: Admission = {
      enter: (facts) => {
        this.admissionAsked.push(facts)
        return this.admit()
      },
      denied: (peer) => {
        this.denied.push(peer)
        return this.holdMs
      },
    }
    const policy = createPolicyGate({
      port,
      clock,
      cacheBytesMax: 65_536,
      cacheTtlMs: 5_000,
      pendingMax: 1,
      timeoutMs: 250,
    })
    return createWall({
      auth: createAuth({
        hmac: nodeHmac,
        roots,
        revocations: this.revocations,
        clock,
        audience: 'node-1',
        cacheBytesMax: 65_536,
        cacheTtlMs: 30_000,
      }),
      proofs: createProofGate({
        port: {
          verify: (question) => {
            this.proofsAsked.push(question)
            return this.prove()
          },
        },
        clock,
        pendingMax: 1,
        timeoutMs: 250,
      }),
      policy: {
        ...policy,
        enter: (input) => (this.policyFails ? Promise.reject(new Error('broken')) : policy.enter(input)),
      },
      quota: createQuota({
        clock,
        rate: { perSecond: 1, burst: 2 },
        subjectsMax: 16,
        accounts: this.accounts,
      }),
      admission,
      clock,
      heldMax: 1,
      meter: this.meter,
      log: this.log,
      ...change,
    })
  }
}
