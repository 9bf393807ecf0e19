/**
 * What it takes to go from one configuration to another, derived from what each setting says of itself: which settings
 * change, which take effect at once, which services restart, what that interrupts, and what only a restart of the process
 * can bring about.
 */

import type { Contract } from '../contract/contract.ts'
import type { Change, SettingValue } from '../contract/settings.ts'
import type { Setting } from './catalogue.ts'
import type { Loaded } from './load.ts'
import { fileValue } from './written-value.ts'
import { withoutSecrets } from './print.ts'
import { sourceText } from './problems.ts'

type Configured = Pick<Loaded, 'effective'>

export interface SettingChange {
  readonly setting: Setting
  readonly key: string
  /** As written in a file. */
  readonly from: SettingValue
  readonly to: SettingValue
  readonly takes: Change
  /** Where the new value comes from. */
  readonly source: string
}

export interface SettingsPlan {
  readonly changes: readonly SettingChange[]
  /** Services, in the order of their names. */
  readonly restarts: readonly string[]
  /** What clients notice: `subscriptions of mailbox`. */
  readonly drops: readonly string[]
  /** Keys of settings that a running process cannot change. */
  readonly needsProcess: readonly string[]
}

export function settingsPlan(from: Configured, to: Configured, contracts: readonly Contract[]): SettingsPlan {
  const changes = changesBetween(from, to)
  const restarts = new Set(
    changes.filter(({ takes }) => takes === 'service').map(({ setting }) => setting.section),
  )
  const running = contracts.filter(({ name }) => restarts.has(name))
  return {
    changes,
    restarts: running.map(({ name }) => name).toSorted(),
    drops: running.flatMap(interruptions).toSorted(),
    needsProcess: changes
      .filter(({ takes }) => takes === 'process' || takes === 'fixed')
      .map(({ key }) => key),
  }
}

export function changesBetween(from: Configured, to: Configured): readonly SettingChange[] {
  return [...to.effective].flatMap(([key, { setting, value, source }]) => {
    const before = from.effective.get(key)?.value ?? setting.default
    if (isSame(before, value)) return []
    const written = (value: SettingValue) => fileValue(setting, withoutSecrets(value))
    const takes = setting.change
    return [{ setting, key, from: written(before), to: written(value), takes, source: sourceText(source) }]
  })
}

/** What is open at a service ends when it restarts, and is asked for again. */
function interruptions({ name, operations }: Contract): string[] {
  const all = Object.values(operations).filter(({ door }) => door !== null)
  const subscriptions = all.some(({ events }) => events !== null) ? [`subscriptions of ${name}`] : []
  return [`requests to ${name} for a moment (503 with Retry-After)`, ...subscriptions]
}

function isSame(a: SettingValue, b: SettingValue): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
