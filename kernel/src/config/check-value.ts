/**
 * Whether a value of the right type is within the bounds of its setting. A complaint is the end of a
 * sentence that begins with the name of the setting.
 */

import type { SettingFacts, SettingValue } from '../contract/settings.ts'
import { shown } from './problems.ts'
import { parseSocketAddress } from './socket-address.ts'
import { writtenValue } from './written-value.ts'

export interface Complaint {
  readonly kind: 'malformed' | 'out-of-range'
  /** `is 2MiB, above the most allowed, 1MiB` */
  readonly because: string
}

export type ReadValue =
  { readonly ok: true; readonly value: SettingValue } | { readonly ok: false; readonly complaint: Complaint }

/** The value, when nothing is wrong with it. */
export function checked(facts: SettingFacts, value: SettingValue): ReadValue {
  const complaint = complaintAbout(facts, value)
  return complaint === null ? { ok: true, value } : { ok: false, complaint }
}

export function malformed(because: string): ReadValue {
  return { ok: false, complaint: { kind: 'malformed', because } }
}

/** What is wrong with a value, or null. */
export function complaintAbout(facts: SettingFacts, value: SettingValue): Complaint | null {
  if (typeof value === 'boolean') return null
  if (typeof value === 'number') return aboutNumber(facts, value)
  if (typeof value === 'string') return aboutText(facts, value)
  if (facts.itemsMax !== null && value.length > facts.itemsMax) {
    return {
      kind: 'out-of-range',
      because: `has ${value.length} entries, above the most allowed, ${facts.itemsMax}`,
    }
  }
  for (const item of value) {
    const complaint = complaintAbout(facts, item)
    if (complaint !== null) return { ...complaint, because: `has an entry that ${complaint.because}` }
  }
  return null
}

function aboutNumber(facts: SettingFacts, value: number): Complaint | null {
  const found = `is ${writtenValue(facts, value)}`
  if (facts.maximum !== null && value > facts.maximum) {
    const most = writtenValue(facts, facts.maximum)
    return { kind: 'out-of-range', because: `${found}, above the most allowed, ${most}` }
  }
  if (facts.minimum !== null && value < facts.minimum) {
    const least = writtenValue(facts, facts.minimum)
    return { kind: 'out-of-range', because: `${found}, below the least allowed, ${least}` }
  }
  return null
}

function aboutText(facts: SettingFacts, value: string): Complaint | null {
  if (facts.lengthMax !== null && value.length > facts.lengthMax) {
    const because = `has ${value.length} characters, above the most allowed, ${facts.lengthMax}`
    return { kind: 'out-of-range', because }
  }
  // A line break or NUL in a path or a word is a slip of quoting, and would tear a log line apart.
  if (/\p{Cc}/u.test(value)) {
    return { kind: 'malformed', because: `is ${shown(value)}, which has a control character` }
  }
  if (facts.words !== null && !facts.words.includes(value)) {
    return { kind: 'malformed', because: `is ${shown(value)}, not one of ${facts.words.join(', ')}` }
  }
  if (facts.unit === 'socket' && parseSocketAddress(value) === null) {
    return { kind: 'malformed', because: `is ${shown(value)}, not host:port with a port of 0 to 65535` }
  }
  return null
}
