/** A call as an HTTP request, by its binding: what goes in the path, the headers, the query and the body. */

import { unshared } from './bytes.ts'
import type { Binding, Fields, Value } from './carrier.ts'

export interface HttpRequest {
  readonly method: string
  /** Path and query, ready to follow the base URL. */
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: BodyInit | null
}

/** Throws a TypeError for values that have no place in a URL. */
export function httpRequest(binding: Binding, fields: Fields, body: Uint8Array): HttpRequest {
  const [method = '', template = ''] = binding.route.split(' ')
  const headers: Record<string, string> = {}
  const inPath = new Map<string, string>()
  const rest: Record<string, Value> = {}
  const pathNames = new Set([...template.matchAll(parameters)].map(([, , name]) => name))
  for (const [name, value] of Object.entries(fields)) {
    const header = binding.requestHeaders[name]
    if (value === undefined) continue
    if (header !== undefined) headers[header] = plain(name, value)
    else if (pathNames.has(name)) inPath.set(name, plain(name, value))
    else rest[name] = value
  }
  const path = template.replace(parameters, (_, kind: string, name: string) =>
    segments(kind, name, inPath.get(name) ?? ''),
  )
  const raw = binding.requestBody === 'bytes'
  if (raw) return { method, target: path + query(rest), headers, body: unshared(body) }
  if (method !== 'PUT' && method !== 'POST')
    return { method, target: path + query(rest), headers, body: null }
  headers['content-type'] = 'application/json'
  return { method, target: path, headers, body: JSON.stringify(rest) }
}

const parameters = /([:*])(\w+)/g

/** `:one` is one segment; `*rest` keeps its slashes. */
function segments(kind: string, name: string, value: string): string {
  const parts = kind === '*' ? value.split('/') : [value]
  if (value === '') throw new TypeError(`${name} must not be empty`)
  // A URL parser takes these segments out, and the request would be for another path.
  if (parts.some((part) => part === '.' || part === '..')) {
    throw new TypeError(`${name} must not have "." or ".." as a segment; it is ${JSON.stringify(value)}`)
  }
  return parts.map(encodeURIComponent).join('/')
}

function query(fields: Readonly<Record<string, Value>>): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(fields)) {
    for (const item of isList(value) ? value : [value]) search.append(name, plain(name, item))
  }
  return search.size === 0 ? '' : `?${search}`
}

function plain(name: string, value: Value): string {
  if (typeof value !== 'object') return String(value)
  throw new TypeError(`${name} must be text, a number or a boolean; only a JSON body carries more`)
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value)
}
