/**
 * Where a node is not what its configuration says: what operators changed by hand since, and what the files and the
 * environment below a bundle would say now.
 */

import type { ConfigDrift } from '@ron/admin/config'
import { changesBetween } from '../../config/plan.ts'
import type { Loaded } from '../../config/load.ts'
import { fileValue } from '../../config/written-value.ts'
import type { Standing } from './standing.ts'
import { liveCeilings, livePolicy, wireName, type Doers } from './steps.ts'

/** `fresh` is the configuration as it would be read now, under the same bundle. */
export async function driftOf(
  { loaded, policyText }: Standing,
  fresh: Loaded,
  { services }: Pick<Doers, 'services'>,
): Promise<ConfigDrift> {
  const found: { what: string; expected: unknown; found: unknown; fix: string }[] = []
  const ceilings = await liveCeilings(services)
  for (const { setting, value } of loaded.effective.values()) {
    if (setting.section !== 'overlay' || setting.change !== 'live') continue
    const now = ceilings[wireName(setting.property)]
    if (typeof now !== 'number' || now === value) continue
    const written = { expected: fileValue(setting, value), found: fileValue(setting, now) }
    found.push({
      what: setting.key,
      ...written,
      fix: 'somebody changed it by PUT /overlay/ceilings; sign what it is to be',
    })
  }
  const policy = await livePolicy(services)
  if (policy !== policyText) {
    const versions = { expected: versionIn(policyText), found: versionIn(policy) }
    found.push({
      what: 'policy',
      ...versions,
      fix: 'somebody installed another by PUT /policy/bundle; sign what it is to be',
    })
  }
  for (const { key, from, to, source } of changesBetween(loaded, fresh)) {
    found.push({
      what: key,
      expected: from,
      found: to,
      fix: `${source} was changed since; it counts at the next start`,
    })
  }
  return { drifted: found.length > 0, items: found }
}

function versionIn(policy: string): string {
  const value: unknown = JSON.parse(policy)
  return `version ${String(Reflect.get(Object(value), 'version'))}`
}
