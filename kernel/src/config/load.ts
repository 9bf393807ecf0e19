/**
 * Reads a node's configuration: defaults, then the file, then the environment, then flags, then the signed bundle
 * where one governs, the later one winning. Reports everything that is wrong together, and remembers where each value came from. Files
 * and environment arrive as arguments.
 */

import { bundleLayer } from './bundle-layer.ts'
import { catalogue, type Catalogue, type Sections } from './catalogue.ts'
import { envLayer } from './env-layer.ts'
import { configFile, fileLayer } from './file-layer.ts'
import { flagLayer } from './flag-layer.ts'
import { circuitsComeFromBundles } from './circuits-rule.ts'
import { nodeConfig, type Effective, type NodeConfig } from './node-config.ts'
import { nodeSections } from './node-sections.ts'
import { problemsMax, type Problem } from './problems.ts'
import type { Profile } from './profiles.ts'
import { breaches } from './rules.ts'
import type { Layer, Sources } from './sources.ts'
import { valueProblem } from './value-problem.ts'

interface Reading {
  readonly catalogue: Catalogue
  /** By key, also when there are problems: a value that could not be read leaves the one below it. */
  readonly effective: ReadonlyMap<string, Effective>
  /** The file that was read, or null. */
  readonly filePath: string | null
}

export type Loaded = Reading &
  (
    | { readonly ok: true; readonly config: NodeConfig }
    | { readonly ok: false; readonly problems: readonly Problem[] }
  )

export interface LoadOptions {
  readonly profile: Profile
  /** The sections of the services, by service name. */
  readonly sections: Sections
  readonly sources: Sources
}

export function loadConfig({ profile, sections, sources }: LoadOptions): Loaded {
  for (const name of Object.keys(sections)) {
    if (Object.hasOwn(nodeSections, name))
      throw new TypeError(`a service may not be called ${name}: the node's own section is`)
  }
  const known = catalogue(profile, { ...nodeSections, ...sections })
  const file = configFile(known, sources)
  const layers: Layer[] = [
    file === null ? [] : fileLayer(known, file.path, file.namedBy, sources.readFile(file.path)),
    envLayer(known, sources.env),
    flagLayer(known, sources.overrides),
    bundleLayer(known, sources.bundle ?? null),
  ]
  const { effective, problems } = merge(known, layers)
  const config = nodeConfig(known, effective)
  for (const breach of [...breaches(known, config), ...circuitsComeFromBundles(config.bundle, effective)]) {
    problems.push({ ...breach, source: effective.get(breach.key)?.source ?? { kind: 'default' } })
  }
  const reading: Reading = { catalogue: known, effective, filePath: file?.path ?? null }
  return problems.length === 0 ? { ...reading, ok: true, config } : { ...reading, ok: false, problems }
}

function merge(known: Catalogue, layers: readonly Layer[]) {
  const problems: Problem[] = []
  const effective = new Map<string, Effective>()
  for (const setting of known.settings) {
    effective.set(setting.key, { setting, value: setting.default, source: { kind: 'default' } })
  }
  for (const found of concat(layers)) {
    if ('kind' in found) problems.push(found)
    else if (!found.value.ok) problems.push(valueProblem(found, found.value.complaint))
    else effective.set(found.setting.key, { ...found, value: found.value.value })
    if (problems.length === problemsMax) {
      const message = `there may be more than these ${problemsMax} problems; mend them first`
      problems.push({ kind: 'too-many', key: null, source: { kind: 'default' }, message })
      break
    }
  }
  return { effective, problems }
}

function* concat(layers: readonly Layer[]): Layer {
  for (const layer of layers) yield* layer
}
