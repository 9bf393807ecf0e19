/**
 * Whether a bundle that is genuine may follow the one in force: a higher version, within its time, for this node. Pure,
 * with the time as an argument; a wall clock that jumped is told from a bundle that is old.
 */

import { BundleError } from './error.ts'
import { releaseOf, type Bundle } from './manifest.ts'

export interface Present {
  readonly nowMs: number
  /** Of the node. */
  readonly nodeVersion: string
  /** The bundle in force; null for none. */
  readonly current: Pick<Bundle, 'version' | 'createdMs'> | null
  /** No lower version is ever taken. */
  readonly versionMin: number
}

/** Two clocks may differ by so much. */
export const skewMs = 5 * 60_000

/** Throws a `BundleError` when it may not. */
export function insistAcceptable(bundle: Bundle, present: Present): void {
  insistTime(bundle, present)
  insistNode(bundle, present)
  const { current, versionMin } = present
  if (current !== null && bundle.version <= current.version) {
    const because = `version ${bundle.version} does not follow version ${current.version}, which is in force`
    const fix = `sign it as version ${current.version + 1} or higher; to go back, use ronctl config rollback`
    throw new BundleError('bundle.version', because, fix)
  }
  if (bundle.version < versionMin) {
    const because = `version ${bundle.version} is below ${versionMin}, the lowest that bundle.version_min lets in`
    throw new BundleError('bundle.version', because, `sign it as version ${versionMin} or higher`)
  }
}

function insistTime(
  { version, createdMs, expiresMs }: Bundle,
  { nowMs, current }: Pick<Present, 'nowMs' | 'current'>,
): void {
  const newestMs = Math.max(createdMs, current?.createdMs ?? 0)
  if (nowMs + skewMs < newestMs) {
    const because =
      current !== null && newestMs > createdMs
        ? `the clock of this node says ${iso(nowMs)}, before the bundle in force was made (${iso(newestMs)})`
        : `version ${version} was made at ${iso(createdMs)}, and the clock of this node says ${iso(nowMs)}`
    throw new BundleError('bundle.clock', because, 'set the clock of the node, or of who signed it')
  }
  if (nowMs >= expiresMs) {
    const because = `version ${version} expired at ${iso(expiresMs)}, and the clock of this node says ${iso(nowMs)}`
    throw new BundleError(
      'bundle.expired',
      because,
      'sign it anew as a higher version; if the clock is wrong, set it',
    )
  }
}

function insistNode({ version, minNode }: Bundle, { nodeVersion }: Present): void {
  const [asked, own] = [releaseOf(minNode) ?? [0, 0, 0], releaseOf(nodeVersion) ?? [0, 0, 0]]
  const at = asked.findIndex((number, place) => number !== own[place])
  if (at < 0 || (asked[at] ?? 0) < (own[at] ?? 0)) return
  const because = `version ${version} needs a node of ${minNode} or newer, and this one is ${nodeVersion}`
  throw new BundleError('bundle.min_node', because, 'update the node first')
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
