/** How a change of configuration is told: who asked, what the audit log says of it, and why it cannot be now. */

import { BundleError } from '../../bundle/error.ts'
import { byKernel } from '../../audit/audit.ts'
import type { Standing } from './standing.ts'

/** Who offers a bundle, and how. */
export interface Asking {
  readonly source: 'folder' | 'admin'
  readonly subject: string
  readonly traceId: string
  /** Whether the operator may lock himself out, and go back to a bundle that has expired. */
  readonly force: boolean
}

export function actorOf({ subject, traceId }: Asking) {
  return { subject, tenant: byKernel.tenant, traceId }
}

/** Version, hash and signers. */
export function described({ version, offer }: Pick<Standing, 'version' | 'offer'>): string {
  if (offer === null) return 'version 0, without a bundle'
  return `version ${version} sha256:${offer.hash} signed by ${offer.signers.join(', ')}`
}

/** `leftMs` is what is left of a probation; null when there is none. */
export function busy(version: number, leftMs: number | null): BundleError {
  const because =
    leftMs === null
      ? 'another change of the configuration is under way'
      : `version ${version} is on probation for ${Math.ceil(leftMs / 1_000)} s more`
  return new BundleError('bundle.busy', because, 'try again after it, or roll back first')
}

export function nowhere(version: number | null, current: number, versions: readonly number[]): BundleError {
  const known = versions.filter((each) => each !== current)
  const because =
    version === null ? 'there is nothing to go back to' : `there is no version ${version} to go back to`
  const fix = known.length === 0 ? 'apply a bundle first' : `the versions are ${known.join(', ')}`
  return new BundleError('bundle.history', because, fix)
}
