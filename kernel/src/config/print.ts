/** The effective configuration as text: TOML that a node reads back, and the same as JSON. Holds no secrets. */

import type { SettingValue } from '../contract/settings.ts'
import { redactText } from '../log/redact.ts'
import type { Loaded } from './load.ts'
import type { Effective } from './node-config.ts'
import { sourceText } from './problems.ts'
import { fileValue, tomlLine } from './written-value.ts'

export interface PrintedConfig {
  readonly profile: string
  /** The file that was read. */
  readonly file: string | null
  /** section → key → value, spelled as in a file: `{"limits": {"max_body_bytes": "1MiB"}}` */
  readonly config: Readonly<Record<string, Readonly<Record<string, SettingValue>>>>
  /** `section.key` → where its value came from, for those that are not defaults */
  readonly sources: Readonly<Record<string, string>>
}

export function printJson(loaded: Loaded): PrintedConfig {
  const all = [...loaded.effective.values()]
  const changed = all.filter(({ source }) => source.kind !== 'default')
  const entry = (one: Effective) =>
    [one.setting.name, fileValue(one.setting, withoutSecrets(one.value))] as const
  return {
    profile: loaded.catalogue.profile.id,
    file: loaded.filePath,
    config: Object.fromEntries(
      loaded.catalogue.sections.map((name) => [name, Object.fromEntries(ofSection(all, name).map(entry))]),
    ),
    sources: Object.fromEntries(changed.map(({ setting, source }) => [setting.key, sourceText(source)])),
  }
}

export function printToml(loaded: Loaded): string {
  const all = [...loaded.effective.values()]
  const { id, name } = loaded.catalogue.profile
  const sections = loaded.catalogue.sections.flatMap((section) => {
    const lines = ofSection(all, section).map(lineOf)
    return lines.length === 0 ? [] : ['', `[${section}]`, ...lines]
  })
  return [`# ${name}: effective configuration (--profile ${id})`, ...sections].join('\n')
}

/** No setting holds a secret, only paths to them; a token pasted where a path belongs is hidden all the same. */
export function withoutSecrets(value: SettingValue): SettingValue {
  if (typeof value === 'string') return redactText(value)
  if (typeof value !== 'object') return value
  return value.every((item) => typeof item === 'string') ? value.map(redactText) : value
}

function lineOf({ setting, value, source }: Effective): string {
  const line = tomlLine(setting, setting.name, withoutSecrets(value))
  return source.kind === 'default' ? line : `${line.padEnd(32)} # ${sourceText(source)}`
}

function ofSection(all: readonly Effective[], name: string): Effective[] {
  return all.filter(({ setting }) => setting.section === name)
}
