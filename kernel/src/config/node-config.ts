/** The finished configuration: frozen, and typed where the kernel reads it. */

import type { SettingValue } from '../contract/settings.ts'
import type { Catalogue, Setting } from './catalogue.ts'
import { nodeSections, type NodeValues } from './node-sections.ts'
import type { Source } from './problems.ts'
import type { Profile } from './profiles.ts'

/** A setting with the value that won. */
export interface Effective {
  readonly setting: Setting
  readonly value: SettingValue
  readonly source: Source
}

export interface NodeConfig extends NodeValues {
  readonly profile: Profile
  /** Service name → its section, as its contract's schema describes it. */
  readonly services: Readonly<Record<string, SectionValues>>
}

export type SectionValues = Readonly<Record<string, SettingValue>>

export function nodeConfig(known: Catalogue, effective: ReadonlyMap<string, Effective>): NodeConfig {
  const sections = known.sections.map((name) => [name, sectionOf(name, effective)] as const)
  const own = sections.filter(([name]) => Object.hasOwn(nodeSections, name))
  const services = sections.filter(([name]) => !Object.hasOwn(nodeSections, name))
  // Every setting of nodeSections has a value that its own schema's bounds admitted: that is what the
  // catalogue and `checked` established one by one, and the compiler cannot follow through a map.
  const values = Object.fromEntries(own) as NodeValues
  return Object.freeze({
    ...values,
    profile: known.profile,
    services: Object.freeze(Object.fromEntries(services)),
  })
}

function sectionOf(name: string, effective: ReadonlyMap<string, Effective>): SectionValues {
  const ofSection = [...effective.values()].filter(({ setting }) => setting.section === name)
  return Object.freeze(
    Object.fromEntries(ofSection.map(({ setting, value }) => [setting.property, frozen(value)])),
  )
}

function frozen(value: SettingValue): SettingValue {
  if (typeof value !== 'object') return value
  const copy: SettingValue = structuredClone(value)
  return Object.freeze(copy)
}
