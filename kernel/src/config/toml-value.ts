/** One setting's value from a TOML value. Integers arrive as bigint, so that 1.0 is not taken for 1. */

import type { SettingFacts, Unit } from '../contract/settings.ts'
import { parseDuration, parseSize } from '../contract/units.ts'
import { checked, malformed, type ReadValue } from './check-value.ts'
import { shown } from './problems.ts'
import { quantity } from './text-value.ts'

export function fromToml(facts: SettingFacts, value: unknown): ReadValue {
  switch (facts.unit) {
    case 'bytes':
      if (typeof value === 'bigint') return checked(facts, Number(value))
      return typeof value === 'string' ? quantity(facts, parseSize, value) : wrongType(facts, value)
    case 'ms':
      return typeof value === 'string' ? quantity(facts, parseDuration, value) : wrongType(facts, value)
    case 'count':
      return typeof value === 'bigint' ? checked(facts, Number(value)) : wrongType(facts, value)
    case 'flag':
      return typeof value === 'boolean' ? checked(facts, value) : wrongType(facts, value)
    case 'list':
      return Array.isArray(value) ? listOf(facts, value) : wrongType(facts, value)
    case 'text':
    case 'path':
    case 'socket':
    case 'choice':
      return typeof value === 'string' ? checked(facts, value) : wrongType(facts, value)
  }
}

function listOf(facts: SettingFacts, items: readonly unknown[]): ReadValue {
  if (facts.item === 'text') {
    const words = items.filter((item) => typeof item === 'string')
    return words.length === items.length
      ? checked(facts, words)
      : malformed('has an entry that is not text in quotes')
  }
  const numbers = items.filter((item) => typeof item === 'bigint')
  if (numbers.length !== items.length) return malformed('has an entry that is not a whole number')
  return checked(facts, numbers.map(Number))
}

function wrongType(facts: SettingFacts, value: unknown): ReadValue {
  return malformed(`is ${shown(value)}, not ${WANTED[facts.unit]}`)
}

const WANTED: Readonly<Record<Unit, string>> = {
  bytes: 'a size in quotes such as "64KiB", or a whole number of bytes',
  ms: 'a duration in quotes such as "5s"',
  count: 'a whole number without quotes',
  flag: 'true or false without quotes',
  text: 'text in quotes',
  path: 'a path in quotes',
  socket: 'an address in quotes such as "127.0.0.1:8080"',
  choice: 'a word in quotes',
  list: 'a list such as [1, 2]',
}
