/** A call as an HTTP request, by its binding: what goes in the path, the headers, the query and the body. */

import type { Binding, Fields, Value } from './carrier.ts'

export interface HttpRequest {
  readonly method: string
  /** Path and query, ready to follow the base URL. */
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array | string | null
}

export function httpRequest(binding: Binding, fields: Fields, body: Uint8Array | null): HttpRequest {
  const [method = 'GET', template = '/'] = binding.route.split(' ')
  const rest: Record<string, Value> = {}
  const headers: Record<string, string> = {}
  const inPath = new Map<string, Value>()
  const pathNames = new Set([...template.matchAll(/[:*]([a-z_]+)/g)].map(([, name]) => name))
  for (const [name, value] of Object.entries(fields)) {
    const header = binding.requestHeaders[name]
    if (value === undefined) continue
    if (header !== undefined) headers[header] = String(value)
    else if (pathNames.has(name)) inPath.set(name, value)
    else rest[name] = value
  }
  const path = template.replace(/([:*])([a-z_]+)/g, (_, kind: string, name: string) => segment(kind, name, inPath))
  const takesJson = (method === 'PUT' || method === 'POST') && binding.requestBody === 'none'
  if (!takesJson) return { method, target: path + query(rest), headers, body }
  headers['content-type'] = 'application/json'
  return { method, target: path, headers, body: JSON.stringify(rest) }
}

/** `:one` is one segment; `*rest` keeps its slashes. */
function segment(kind: string, name: string, values: ReadonlyMap<string, Value>): string {
  const value = String(values.get(name) ?? '')
  if (value === '') throw new TypeError(`${name} must not be empty`)
  return kind === '*' ? value.split('/').map(encodeURIComponent).join('/') : encodeURIComponent(value)
}

function query(fields: Readonly<Record<string, Value>>): string {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(fields)) {
    for (const item of Array.isArray(value) ? value : [value]) parameters.append(name, String(item))
  }
  return parameters.size === 0 ? '' : `?${parameters}`
}
