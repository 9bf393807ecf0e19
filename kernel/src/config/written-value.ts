/** Values of settings as people write and read them: `64KiB`, `5s`, `1 to 10`. */

import { stringify } from 'smol-toml'
import type { SettingFacts, SettingValue } from '../contract/settings.ts'
import { formatDuration, formatSize } from '../contract/units.ts'

/** As in the environment: `64KiB`, `5s`, `1000,1001`. `fromText` reads it back. */
export function writtenValue(facts: SettingFacts, value: SettingValue): string {
  return typeof value === 'object' ? value.join(',') : String(fileValue(facts, value))
}

/** As in a file: `"64KiB"`, `"5s"`, `[1000, 1001]`. `fromToml` reads it back. */
export function fileValue(facts: SettingFacts, value: SettingValue): SettingValue {
  if (typeof value !== 'number') return value
  return facts.unit === 'bytes' ? formatSize(value) : facts.unit === 'ms' ? formatDuration(value) : value
}

/** `max_body_bytes = "1MiB"` */
export function tomlLine(facts: SettingFacts, name: string, value: SettingValue): string {
  return stringify({ [name]: fileValue(facts, value) }).trimEnd()
}

/** A value to copy, for the end of an error message. */
export function exampleOf(facts: SettingFacts): SettingValue {
  if (facts.unit === 'list') return facts.item === 'count' ? [1000, 1001] : ['one', 'two']
  if (facts.unit === 'socket') return '127.0.0.1:8080'
  return facts.unit === 'path' ? '/etc/ron/node.pem' : facts.default
}

/** The bounds of a setting in words, or null when only its unit bounds it. */
export function limitsText(facts: SettingFacts): string | null {
  if (facts.words !== null) return `one of ${facts.words.join(', ')}`
  const range = rangeText(facts)
  if (facts.itemsMax === null) return range
  return `at most ${facts.itemsMax} entries${range === null ? '' : `, each ${range}`}`
}

function rangeText(facts: SettingFacts): string | null {
  if (facts.minimum === null || facts.maximum === null) return null
  const least = writtenValue(facts, facts.minimum)
  const unbounded = facts.maximum === Number.MAX_SAFE_INTEGER
  return unbounded ? `${least} or more` : `${least} to ${writtenValue(facts, facts.maximum)}`
}
