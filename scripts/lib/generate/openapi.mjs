// @ts-check
/** The HTTP surface as an OpenAPI 3.1 document, from the contracts. */

import { refusals } from '@ron/kernel/contract/refusals'
import { routeOf, rowsOf, takesJson } from './doors.mjs'

/** @typedef {import('./doors.mjs').Row} Row */

/**
 * @param {readonly import('./doors.mjs').Contract[]} contracts
 * @param {string} version
 * @returns {string} JSON
 */
export function openapi(contracts, version) {
  /** @type {Record<string, Record<string, unknown>>} */
  const paths = {}
  for (const row of rowsOf(contracts)) {
    const { method, path } = routeOf(row.door)
    const template = path.replace(/[:*](\w+)/g, '{$1}')
    ;(paths[template] ??= {})[method.toLowerCase()] = describe(row)
  }
  const document = {
    openapi: '3.1.0',
    info: {
      title: 'RON node',
      version,
      description: 'Generated from the contracts. Every operation needs a capability that carries its verb.',
      license: { name: 'MIT OR Apache-2.0' },
    },
    paths: Object.fromEntries(Object.entries(paths).sort(([a], [b]) => (a < b ? -1 : 1))),
    components: {
      securitySchemes: {
        capability: { type: 'http', scheme: 'bearer', bearerFormat: 'macaroon v2, base64url' },
      },
      schemas: { Problem: problem() },
    },
    security: [{ capability: [] }],
  }
  return `${JSON.stringify(document, null, 2)}\n`
}

/** @param {Row} row */
function describe(row) {
  const { contract, name, operation, door, group } = row
  const parameters = parametersOf(row)
  const body = requestBody(row)
  return {
    operationId: `${group}.${name}`,
    summary: operation.summary,
    tags: [group],
    'x-verb': door.verb,
    'x-oap': { protocol: contract.oap, code: door.code },
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body === null ? {} : { requestBody: body }),
    responses: { ...successes(row), ...failures(operation.refusals) },
  }
}

/** @param {Row} row */
function parametersOf(row) {
  const { request } = row.operation
  const required = new Set(request.required)
  const inPath = new Set(routeOf(row.door).parameters)
  return Object.entries(request.properties).flatMap(([field, schema]) => {
    const header = row.door.http.requestHeaders[field]
    if (inPath.has(field)) return [{ name: field, in: 'path', required: true, schema }]
    if (header !== undefined) {
      return declared(header) ? [{ name: header, in: 'header', required: required.has(field), schema }] : []
    }
    return takesJson(row) ? [] : [{ name: field, in: 'query', required: required.has(field), schema }]
  })
}

/** @param {Row} row */
function requestBody(row) {
  const { operation, door } = row
  if (operation.requestBody === 'bytes') {
    return { required: true, content: { [mediaType(door.http.requestHeaders)]: {} } }
  }
  if (!takesJson(row)) return null
  const elsewhere = [...routeOf(door).parameters, ...Object.keys(door.http.requestHeaders)]
  const schema = without(operation.request, elsewhere)
  return { required: schema.required.length > 0, content: { 'application/json': { schema } } }
}

/** @param {Row} row */
function successes(row) {
  const { status } = row.door.http
  const all = typeof status === 'number' ? [status] : Object.values(status.of)
  return Object.fromEntries(all.map((code) => [code, success(row, code)]))
}

/** @param {Row} row @param {number} code */
function success({ operation, door }, code) {
  const { responseHeaders } = door.http
  const names = Object.values(responseHeaders).filter(declared)
  const shown = names.map((name) => [name, { schema: { type: 'string' } }])
  const headers = shown.length === 0 ? {} : { headers: Object.fromEntries(shown) }
  if (code === 204 || code === 304) return { description: 'No content.', ...headers }
  if (operation.events !== null) {
    return {
      description: 'Server-sent events.',
      content: { 'text/event-stream': { schema: operation.events } },
    }
  }
  if (operation.responseBody === 'bytes') {
    return { description: 'The bytes.', ...headers, content: { [mediaType(responseHeaders)]: {} } }
  }
  const schema = without(operation.response, Object.keys(responseHeaders))
  return { description: 'Done.', ...headers, content: { 'application/json': { schema } } }
}

/** What any request may meet at the wall or on its way. */
const common = /** @type {const} */ ([
  'BadRequest',
  'CapabilityMissing',
  'CapabilityInvalid',
  'CapabilityExpired',
  'CapabilityScope',
  'PolicyDenied',
  'TooLarge',
  'QuotaExceeded',
  'Busy',
  'Fault',
  'Unavailable',
  'NotReady',
  'Draining',
  'Timeout',
])

/** @param {Row['operation']['refusals']} own */
function failures(own) {
  /** @type {Map<number, string[]>} */
  const byStatus = new Map()
  for (const code of new Set([...own, ...common])) {
    const { status } = refusals[code]
    byStatus.set(status, [...(byStatus.get(status) ?? []), code])
  }
  const content = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } }
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => [status, { description: codes.join(', '), content }]),
  )
}

/** A content type is told by `content`; OpenAPI §4.8.12 ignores a header of that name. @param {string} header */
function declared(header) {
  return header !== 'content-type'
}

/** Bytes whose type travels with them may be of any. @param {Readonly<Record<string, string>>} headers */
function mediaType(headers) {
  return Object.values(headers).includes('content-type') ? '*/*' : 'application/octet-stream'
}

/**
 * An object schema without the fields that travel elsewhere.
 * @param {Row['operation']['request']} schema
 * @param {readonly string[]} elsewhere
 */
function without(schema, elsewhere) {
  const here = (/** @type {string} */ field) => !elsewhere.includes(field)
  return {
    type: 'object',
    properties: Object.fromEntries(Object.entries(schema.properties).filter(([field]) => here(field))),
    required: (schema.required ?? []).filter(here),
    additionalProperties: false,
  }
}

function problem() {
  const text = { type: 'string' }
  return {
    type: 'object',
    description: 'RFC 9457 problem details.',
    required: ['type', 'title', 'status', 'detail', 'code', 'retryable', 'trace_id'],
    properties: {
      type: text,
      title: text,
      status: { type: 'integer' },
      detail: text,
      code: { type: 'string', enum: Object.keys(refusals) },
      retryable: { type: 'boolean' },
      retry_after_ms: { type: 'integer' },
      trace_id: text,
      explain: { type: 'object', properties: { wall: text, rule: text, caveat: text, fix: text } },
    },
  }
}
