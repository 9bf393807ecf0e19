/** One setting's value from the text of an environment variable or a flag. */

import type { SettingFacts } from '../contract/settings.ts'
import { parseDuration, parseSize } from '../contract/units.ts'
import { checked, malformed, type ReadValue } from './check-value.ts'
import { shown } from './problems.ts'

const FLAG_WORDS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
  ['1', true],
  ['0', false],
  ['yes', true],
  ['no', false],
  ['on', true],
  ['off', false],
])

export function fromText(facts: SettingFacts, written: string): ReadValue {
  const text = written.trim()
  switch (facts.unit) {
    case 'bytes':
      return quantity(facts, parseSize, text)
    case 'ms':
      return quantity(facts, parseDuration, text)
    case 'count':
      return wholeNumber(facts, text)
    case 'flag':
      return flagWord(text)
    case 'list':
      return listOf(facts, text)
    case 'text':
    case 'path':
    case 'socket':
    case 'choice':
      return checked(facts, text)
  }
}

/** A size or a duration; the TOML reader reads its strings with it too. */
export function quantity(facts: SettingFacts, parse: (text: string) => number, text: string): ReadValue {
  let value: number
  try {
    value = parse(text)
  } catch {
    const wanted =
      facts.unit === 'bytes' ? 'a size such as 512, 64KiB or 1MiB' : 'a duration such as 250ms, 5s or 2m'
    return malformed(`is ${shown(text)}, not ${wanted}`)
  }
  return checked(facts, value)
}

function wholeNumber(facts: SettingFacts, text: string): ReadValue {
  return isWholeNumber(text)
    ? checked(facts, Number(text))
    : malformed(`is ${shown(text)}, not a whole number`)
}

function flagWord(text: string): ReadValue {
  const value = FLAG_WORDS.get(text.toLowerCase())
  if (value !== undefined) return { ok: true, value }
  return malformed(`is ${shown(text)}, not one of ${[...FLAG_WORDS.keys()].join(', ')}`)
}

/** `1,2` and the TOML spelling `[1, 2]`; nothing at all is the empty list. */
function listOf(facts: SettingFacts, text: string): ReadValue {
  const inner = /^\[.*\]$/.test(text) ? text.slice(1, -1).trim() : text
  const words = inner === '' ? [] : inner.split(',').map((word) => word.trim())
  if (words.includes('')) return malformed(`is ${shown(text)}, a list with an empty entry`)
  if (facts.item === 'text') return checked(facts, words)
  const stranger = words.find((word) => !isWholeNumber(word))
  if (stranger !== undefined) return malformed(`has the entry ${shown(stranger)}, not a whole number`)
  return checked(facts, words.map(Number))
}

function isWholeNumber(text: string): boolean {
  return /^\d{1,16}$/.test(text) && Number.isSafeInteger(Number(text))
}
