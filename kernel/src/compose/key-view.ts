/** The keys of a node for its operator: versions and times, rotation on record, and their ages for a scrape. */

import type { KeysView, PurposeView } from '@ron/admin/keys'
import { byKernel, type Audit } from '../audit/audit.ts'
import { Refusal } from '../contract/refusals.ts'
import { docOf, graceMsMax, type Kms } from '../kms/kms.ts'
import { isPurpose, type Purpose } from '../kms/purposes.ts'
import type { KeyReadings } from '../metrics/metrics.ts'
import type { Clock } from '../ports/clock.ts'

export function keyView(kms: Kms, audit: Audit, graceMs: number): KeysView {
  return {
    graceMs,
    graceMsMax,
    list: () => kms.held.map((purpose) => purposeView(kms, purpose)),
    rotate(purpose, graceMs, { subject, traceId }) {
      const act = { subject, traceId, tenant: byKernel.tenant, verb: 'admin.keys', target: `key ${purpose}` }
      return audit.around(act, () => {
        if (!isPurpose(purpose)) throw new Refusal('NotFound', 'there is no such purpose')
        kms.rotate(purpose, graceMs)
        return purposeView(kms, purpose)
      })
    },
  }
}

/** For a scrape. */
export function keyReadings(kms: Kms, clock: Clock): ReturnType<KeyReadings['keys']> {
  return kms.held.map((purpose) => {
    const versions = kms.versions(purpose)
    const active = versions.at(-1)
    const ageSeconds = (clock.now() - (active?.madeAtMs ?? clock.now())) / 1_000
    return { purpose, version: active?.version ?? 0, good: versions.length, ageSeconds }
  })
}

function purposeView(kms: Kms, purpose: Purpose): PurposeView {
  return {
    purpose,
    doc: docOf(purpose),
    versions: kms.versions(purpose).map(({ version, madeAtMs, goneAtMs }) => ({
      version,
      state: goneAtMs === null ? 'active' : 'retiring',
      made: new Date(madeAtMs).toISOString(),
      gone: goneAtMs === null ? null : new Date(goneAtMs).toISOString(),
    })),
  }
}
