/**
 * Every setting of a node under every name it has: its key in the file (`limits.max_body_bytes`), in the
 * environment (`MICRO_MAX_BODY_BYTES`) and on the command line. Derived from sections that are plain data,
 * so a service's section is read exactly like the node's own.
 */

import type { TObject } from 'typebox'
import { settingFacts, type Change, type SettingFacts, type Unit } from '../contract/settings.ts'
import { isSecretName } from '../log/redact.ts'
import type { Profile } from './profiles.ts'
import { complaintAbout } from './check-value.ts'
import { nodeSections } from './node-sections.ts'

export interface Setting extends SettingFacts {
  /** `limits.max_body_bytes` */
  readonly key: string
  readonly section: string
  /** `max_body_bytes`, the name in the file. */
  readonly name: string
  /** `maxBodyBytes`, the name in code. */
  readonly property: string
  /** `MICRO_MAX_BODY_BYTES` */
  readonly envName: string
  /** `--max-conns`, or null when only `--set` reaches it. */
  readonly flagName: string | null
  /** What a new value takes while the node runs. */
  readonly change: Change
}

export type Sections = Readonly<Record<string, TObject>>

export interface Catalogue {
  readonly profile: Profile
  /** In the order they were declared. */
  readonly settings: readonly Setting[]
  readonly sections: readonly string[]
  readonly byKey: ReadonlyMap<string, Setting>
  readonly byEnv: ReadonlyMap<string, Setting>
}

/** Throws on two settings with one name, and on a default its own bounds refuse: mistakes of ours, not of a user. */
export function catalogue(profile: Profile, sections: Sections): Catalogue {
  const settings = Object.entries(sections).flatMap(([name, section]) => settingsOf(profile, name, section))
  for (const setting of settings) insist(setting)
  const byKey = index(settings, (setting) => setting.key)
  for (const key of Object.keys(profile.defaults)) {
    if (!byKey.has(key))
      throw new TypeError(`profile ${profile.id} has a default for the unknown setting ${key}`)
  }
  const byEnv = index(settings, (setting) => setting.envName)
  index(
    settings.filter((setting) => setting.flagName !== null),
    (setting) => setting.flagName ?? '',
  )
  return { profile, settings, sections: Object.keys(sections), byKey, byEnv }
}

/** The environment variable that names the config file; not a setting, since it says where settings are. */
export function configFileVariable(profile: Profile): string {
  return `${profile.envPrefix}CONFIG`
}

function settingsOf(profile: Profile, section: string, schema: TObject): Setting[] {
  const fields = Object.entries(schema.properties)
  return fields.map(([property, field]) => settingOf(profile, section, property, settingFacts(field)))
}

function settingOf(profile: Profile, section: string, property: string, facts: SettingFacts): Setting {
  const name = writtenName(property, facts.unit)
  const key = `${section}.${name}`
  return {
    ...facts,
    default: profile.defaults[key] ?? facts.default,
    key,
    section,
    name,
    property,
    envName: profile.envPrefix + (facts.env ?? `${section}_${name}`.toUpperCase().replaceAll('-', '_')),
    flagName: facts.flag === null ? null : `--${facts.flag}`,
    change: facts.change ?? (Object.hasOwn(nodeSections, section) ? 'process' : 'service'),
  }
}

/** `maxBodyBytes` → `max_body_bytes`. A duration drops its `Ms`, since people write the unit with the value. */
export function writtenName(property: string, unit: Unit): string {
  const bare = unit === 'ms' ? property.replace(/Ms$/, '') : property
  return bare.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase()
}

function insist(setting: Setting): void {
  const complaint = complaintAbout(setting, setting.default)
  if (complaint !== null) throw new TypeError(`the default of ${setting.key} ${complaint.because}`)
  if (setting.unit === 'text' && isSecretName(setting.property)) {
    throw new TypeError(`${setting.key} would hold a secret: declare the path of a file instead`)
  }
}

function index(settings: readonly Setting[], nameOf: (setting: Setting) => string): Map<string, Setting> {
  const byName = new Map<string, Setting>()
  for (const setting of settings) {
    const taken = byName.get(nameOf(setting))
    if (taken !== undefined) {
      throw new TypeError(`${taken.key} and ${setting.key} are both called ${nameOf(setting)}`)
    }
    byName.set(nameOf(setting), setting)
  }
  return byName
}
