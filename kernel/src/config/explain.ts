/** `config explain KEY`: everything known about one setting, and which source won. */

import type { Change, SettingValue } from '../contract/settings.ts'
import type { Setting } from './catalogue.ts'
import type { Loaded } from './load.ts'
import type { Effective } from './node-config.ts'
import { didYouMean } from './nearest.ts'
import { withoutSecrets } from './print.ts'
import { shownName, sourceText } from './problems.ts'
import { fileValue, limitsText } from './written-value.ts'

export interface Explanation {
  readonly key: string
  readonly doc: string
  /** As written in a file: `"64KiB"`, `"5s"`. */
  readonly value: SettingValue
  /** `default`, `env MICRO_MAX_BODY_BYTES`, `file /etc/ron.toml`, `flag --bind` */
  readonly source: string
  readonly default: SettingValue
  readonly unit: string
  readonly limits: string | null
  /** Null when only a file may set it. */
  readonly env: string | null
  readonly flag: string | null
  /** `at once`, `restart of the service`, … */
  readonly change: string
}

export type Explained =
  | { readonly ok: true; readonly explanation: Explanation }
  /** A sentence that names the closest setting. */
  | { readonly ok: false; readonly message: string }

/** `name` is a key, or the setting's name in the environment or on the command line. */
export function explain({ catalogue, effective }: Loaded, name: string): Explained {
  const found = [...effective.values()].find(({ setting }) => namesOf(setting).includes(name))
  if (found !== undefined) return { ok: true, explanation: explanationOf(found) }
  const guess = didYouMean(name, catalogue.settings.flatMap(namesOf)) || '; config print lists them'
  return { ok: false, message: `${shownName(name)} is not a setting${guess}` }
}

export function explanationText(explanation: Explanation): string {
  const { key, doc, value, source, limits, env, flag } = explanation
  const rows: readonly (readonly [string, string | null])[] = [
    ['value', JSON.stringify(value)],
    ['from', source],
    ['default', JSON.stringify(explanation.default)],
    ['unit', explanation.unit],
    ['limits', limits],
    ['environment', env ?? 'not accepted: config file only'],
    ['a change', explanation.change],
    ['flag', flag ?? (env === null ? null : `--set ${key}=…`)],
  ]
  const lines = rows.flatMap(([label, text]) => (text === null ? [] : [`  ${label.padEnd(12)} ${text}`]))
  return [`${key}: ${doc}`, ...lines].join('\n')
}

function explanationOf({ setting, value, source }: Effective): Explanation {
  return {
    key: setting.key,
    doc: setting.doc,
    value: fileValue(setting, withoutSecrets(value)),
    source: sourceText(source),
    default: fileValue(setting, setting.default),
    unit: setting.unit,
    limits: limitsText(setting),
    env: setting.fileOnly === null ? setting.envName : null,
    flag: setting.flagName,
    change: changeText[setting.change],
  }
}

/** What a change takes, in words. */
export const changeText: Readonly<Record<Change, string>> = {
  live: 'takes effect at once',
  service: 'restarts its service',
  process: 'needs a restart of the process',
  fixed: 'needs a restart of the process, and no bundle may make it',
}

function namesOf({ key, envName, flagName }: Setting): string[] {
  return flagName === null ? [key, envName] : [key, envName, flagName]
}
