/**
 * Text from a query, a path or a header as values of a schema's fields. Strict: a name the operation does not
 * have, a second value where there is room for one, or text that is not of the field's type is refused with
 * the name of the field.
 */

import { Refusal } from '@ron/kernel/contract/refusals'
import type { Value } from '@ron/kernel/ports/port'
import type { TObject, TSchema } from 'typebox'

export const queryBytesMax = 4096
export const parametersMax = 64

/** The parameters of a raw query. `names` are the fields that may come here. */
export function readQuery(raw: string, schema: TObject, names: ReadonlySet<string>): Record<string, Value> {
  const fields: Record<string, Value> = {}
  for (const [name, text] of parameters(raw)) {
    const field = names.has(name) ? schema.properties[name] : undefined
    if (field === undefined) throw unknown(name, names)
    const items = itemsOf(field)
    const before = fields[name]
    if (items === null && before !== undefined) throw bad(`the query has ${name} twice`)
    const value = fromText(name, text, items ?? field)
    fields[name] = items === null ? value : [...(Array.isArray(before) ? before : []), value]
  }
  return fields
}

/** One text as the value its schema wants. Bounds beyond the type are the checker's. */
export function fromText(name: string, text: string, schema: TSchema): Value {
  const type: unknown = Reflect.get(schema, 'type')
  if (type === 'integer' || type === 'number') {
    if (!/^-?\d{1,16}(\.\d{1,16})?$/.test(text)) throw bad(`${name} must be a number; it is ${shown(text)}`)
    return Number(text)
  }
  if (type === 'boolean') {
    if (text !== 'true' && text !== 'false') throw bad(`${name} must be true or false; it is ${shown(text)}`)
    return text === 'true'
  }
  return text
}

/** Decoded pairs, in order. `+` is a space, as forms write it. */
export function parameters(raw: string): readonly (readonly [name: string, text: string])[] {
  if (raw === '') return []
  if (raw.length > queryBytesMax) throw bad(`the query is longer than ${queryBytesMax} bytes`)
  const parts = raw.split('&').filter((part) => part !== '')
  if (parts.length > parametersMax) throw bad(`the query has more than ${parametersMax} parameters`)
  return parts.map((part) => {
    const equals = part.indexOf('=')
    const name = equals === -1 ? part : part.slice(0, equals)
    return [decode(name), equals === -1 ? '' : decode(part.slice(equals + 1))]
  })
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    throw bad(`the query has ${shown(text)}, which is not percent-encoded UTF-8`)
  }
}

function itemsOf(schema: TSchema): TSchema | null {
  if (Reflect.get(schema, 'type') !== 'array') return null
  const items: unknown = Reflect.get(schema, 'items')
  return typeof items === 'object' && items !== null ? items : null
}

function unknown(name: string, names: ReadonlySet<string>): Refusal {
  const known = names.size === 0 ? 'it takes none' : `it takes ${[...names].join(', ')}`
  return bad(`${shown(name)} is not a query parameter of this operation; ${known}`)
}

function shown(text: string): string {
  return JSON.stringify(text.length > 64 ? `${text.slice(0, 64)}…` : text)
}

function bad(message: string): Refusal {
  return new Refusal('BadRequest', message)
}
