/**
 * Where the circuits of a governed node may come from: from a signed bundle and from nowhere else. Their keys decide what
 * counts as proven, so whoever names them has to be whom the node believes. One that is not named by the live bundle is
 * refused with the configuration that names it.
 */

import type { Effective, NodeConfig } from './node-config.ts'
import type { Breach } from './rules.ts'

const key = 'zk-verify.circuits'

export function circuitsComeFromBundles(
  { signers }: Pick<NodeConfig['bundle'], 'signers'>,
  effective: ReadonlyMap<string, Pick<Effective, 'value' | 'source'>>,
): Breach[] {
  const circuits = effective.get(key)
  if (signers.length === 0 || circuits === undefined) return []
  const { value, source } = circuits
  if (source.kind === 'default' || source.kind === 'bundle' || !Array.isArray(value) || value.length === 0)
    return []
  const message =
    `${key} names circuits, and on a node that takes signed bundles only those may; ` +
    'leave it out here and put it into circuits.toml of a bundle'
  return [{ kind: 'conflict', key, message }]
}
