/**
 * What one log line may hold: fields that are flat, free of secrets and bounded. Knows no logger; it turns
 * what a caller passes into what may be written.
 */

import type { LogFields } from '../ports/log.ts'
import { isSecretName, REDACTED, redactText } from './redact.ts'

/** A line never exceeds this many bytes, its line break included. */
export const LINE_BYTES_MAX = 16 * 1024

const MESSAGE_LENGTH_MAX = 2_048
const TEXT_LENGTH_MAX = 4_096
const NAME_LENGTH_MAX = 64
const ITEMS_MAX = 32

/** Level, time and punctuation, and the word that says something was left out. */
const ENVELOPE_BYTES = 160

/** Members the logger writes itself. A caller's field of that name would make a JSON object with two. */
const RESERVED: ReadonlySet<string> = new Set(['level', 'ts', 'msg', 'truncated'])

type Kept = string | number | boolean | null | readonly string[]

export interface LogRecord {
  readonly message: string
  readonly fields: Readonly<Record<string, Kept>>
}

/** `bound` comes first, and gives way to a field of the same name. Fields that find no room are left out. */
export function logRecord(message: string, bound: LogFields, own: LogFields): LogRecord {
  const keptMessage = clip(redactText(message), MESSAGE_LENGTH_MAX)
  let room = LINE_BYTES_MAX - ENVELOPE_BYTES - jsonBytes(keptMessage)
  let leftOut = false
  const kept = new Map<string, Kept>()
  for (const [name, value] of Object.entries({ ...bound, ...own })) {
    if (value === undefined) continue
    const keptName = fieldName(name)
    const keptValue = isSecretName(name) ? hidden(value) : clean(value)
    const cost = jsonBytes(keptName) + jsonBytes(keptValue) + ':,'.length
    if (cost > room) {
      leftOut = true
      continue
    }
    room -= cost
    kept.set(keptName, keptValue)
  }
  if (leftOut) kept.set('truncated', true)
  return { message: keptMessage, fields: Object.fromEntries(kept) }
}

function fieldName(name: string): string {
  const safe = clip(redactText(name), NAME_LENGTH_MAX)
  return RESERVED.has(safe) ? `field_${safe}` : safe
}

/** Whether there was one is worth knowing; what it was is not ours to tell. */
function hidden(value: LogFields[string]): Kept {
  return typeof value === 'boolean' || value === null ? value : REDACTED
}

function clean(value: LogFields[string]): Kept {
  if (typeof value === 'string') return clip(redactText(value), TEXT_LENGTH_MAX)
  if (typeof value === 'number' || typeof value === 'boolean') return value
  if (!Array.isArray(value)) return null
  return value.slice(0, ITEMS_MAX).map((item) => clip(redactText(String(item)), TEXT_LENGTH_MAX / ITEMS_MAX))
}

function clip(text: string, lengthMax: number): string {
  return text.length <= lengthMax ? text : `${text.slice(0, lengthMax - 1)}…`
}

function jsonBytes(value: Kept): number {
  return Buffer.byteLength(JSON.stringify(value))
}
