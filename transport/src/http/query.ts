/**
 * The query of a URL as fields of a request, by the request's schema: a name is a field, its text becomes what
 * the schema says. Names nobody declared and names given twice are refused. It knows no HTTP.
 */

import type { TObject } from 'typebox'
import type { Value } from '@ron/kernel/ports/port'
import { decodePercent, malformed } from './percent.ts'

export const parametersMax = 64

/**
 * The parameters of a query as it was sent, without `?`. `names` are the fields of the schema that may come
 * here. Throws a `Refusal` (BadRequest). Ranges are the checker's.
 */
export function readQuery(query: string, schema: TObject, names: ReadonlySet<string>): Record<string, Value> {
  const fields: Record<string, Value> = {}
  const texts = new Map<string, string[]>()
  if (query === '') return fields
  const pairs = query.split('&')
  if (pairs.length > parametersMax) {
    throw malformed(`the query has ${pairs.length} parameters, the limit is ${parametersMax}`)
  }
  for (const pair of pairs) {
    const [name, text] = parsePair(pair)
    texts.set(name, [...(texts.get(name) ?? []), text])
  }
  for (const [name, values] of texts) {
    const field = names.has(name) ? schema.properties[name] : undefined
    if (field === undefined) throw malformed(unknownName(name, names))
    fields[name] = valueOf(name, values, field)
  }
  return fields
}

/** What text in a path, a header or a query stands for. Throws a `Refusal` (BadRequest). */
export function fromText(name: string, text: string, { type }: SchemaShape): Value {
  switch (type) {
    case 'integer':
      return wholeNumber(name, text)
    case 'number':
      return anyNumber(name, text)
    case 'boolean':
      if (text !== 'true' && text !== 'false') throw malformed(`${name} must be true or false`)
      return text === 'true'
    default:
      return text
  }
}

/** The part of a JSON schema that says what text stands for. */
interface SchemaShape {
  readonly type?: unknown
  readonly items?: unknown
}

function parsePair(pair: string): [name: string, text: string] {
  const [name = '', ...rest] = pair.split('=')
  // Forms write a space as "+" (WHATWG URL §5.1).
  const decode = (text: string, where: string) => decodePercent(text.replaceAll('+', '%20'), where)
  const decoded = decode(name, 'a name in the query')
  if (decoded === '') throw malformed('the query holds a parameter without a name')
  return [decoded, decode(rest.join('='), `${decoded.slice(0, 40)} in the query`)]
}

function valueOf(name: string, texts: readonly string[], schema: SchemaShape): Value {
  if (schema.type === 'array') {
    const items = isShape(schema.items) ? schema.items : {}
    return texts.map((text) => fromText(name, text, items))
  }
  const [text = ''] = texts
  if (texts.length > 1) throw malformed(`${name} is given ${texts.length} times; give it once`)
  return fromText(name, text, schema)
}

function wholeNumber(name: string, text: string): number {
  const value = Number(text)
  if (!/^-?\d{1,16}$/.test(text)) throw malformed(`${name} must be a whole number`)
  if (!Number.isSafeInteger(value)) throw malformed(`${name} is beyond the numbers that stay exact`)
  return value
}

function anyNumber(name: string, text: string): number {
  const value = Number(text)
  const isDecimal = /^-?\d{1,17}(?:\.\d{1,17})?(?:[eE][+-]?\d{1,3})?$/.test(text)
  if (!isDecimal || !Number.isFinite(value)) throw malformed(`${name} must be a number`)
  return value
}

function unknownName(name: string, names: ReadonlySet<string>): string {
  const known = names.size === 0 ? 'it takes none' : `it takes ${[...names].join(', ')}`
  return `${JSON.stringify(name.slice(0, 40))} is not a query parameter of this operation; ${known}`
}

function isShape(value: unknown): value is SchemaShape {
  return typeof value === 'object' && value !== null
}
