/**
 * The signed bundle that governs: it has the last word on the settings it names, and no word on whom the node believes.
 * Each of its TOML parts has settings of its own to speak about.
 */

import type { PartName } from '../bundle/manifest.ts'
import type { Catalogue, Setting } from './catalogue.ts'
import { tomlLayer } from './file-layer.ts'
import { shownName, type Problem, type Source } from './problems.ts'
import type { Layer, Sources } from './sources.ts'

/** The parts that assign settings, and the sections that each may assign in; null for all. */
const tomlParts: readonly { readonly part: PartName; readonly sections: readonly string[] | null }[] = [
  { part: 'node.toml', sections: null },
  { part: 'quotas.toml', sections: ['quota', 'overlay'] },
  { part: 'circuits.toml', sections: ['zk-verify'] },
]

/** What `policy.bundle_path` says while the policy comes from a bundle. */
export const policyPart: PartName = 'policy.json'

export function* bundleLayer(known: Catalogue, bundle: NonNullable<Sources['bundle']> | null): Layer {
  if (bundle === null) return
  const { version, parts } = bundle
  for (const { part, sections } of tomlParts) {
    const source: Source = { kind: 'bundle', version, part }
    for (const found of tomlLayer(known, part, source, parts.get(part) ?? '')) {
      if ('kind' in found) yield found
      else yield refusedFor(found.setting, source, part, sections) ?? found
    }
  }
  const setting = known.byKey.get('policy.bundle_path')
  if (setting === undefined || !parts.has(policyPart)) return
  const source: Source = { kind: 'bundle', version, part: policyPart }
  yield { setting, source, value: { ok: true, value: policyPart } }
}

/** Null when the part may assign it. */
function refusedFor(
  setting: Setting,
  source: Source,
  part: PartName,
  sections: readonly string[] | null,
): Problem | null {
  const { key, section, change } = setting
  if (change === 'fixed') {
    const message = `${key} in ${part} says whom this node believes, which no bundle may; set it on the node itself`
    return { kind: 'misplaced', key, source, message }
  }
  if (sections === null || sections.includes(section)) return null
  const message = `${shownName(key)} in ${part} is not for that part; put it into node.toml`
  return { kind: 'misplaced', key, source, message }
}
