/**
 * How one operation looks over HTTP: a request as fields, and an answer as status, headers and body. Derived
 * once from the contract's `HttpBinding`; what a field may hold is the checker's business.
 */

import type { Door, Operation } from '@ron/kernel/contract/contract'
import { Refusal } from '@ron/kernel/contract/refusals'
import type { Answer } from '@ron/kernel/ports/dispatch'
import type { Fields, Value } from '@ron/kernel/ports/port'
import { headerBlock, type HeaderBlock } from '../listener/header-block.ts'
import { checkFields } from './check.ts'
import { fromText, readQuery } from './query.ts'

export interface HttpParts {
  readonly params: Readonly<Record<string, string>>
  /** A header's value, or null when it is absent. */
  readonly header: (name: string) => string | null
  readonly query: string
  /** Inflated. */
  readonly body: Uint8Array
}

export interface HttpAnswer {
  readonly status: number
  readonly headers: HeaderBlock
  readonly body: Uint8Array
}

export interface HttpOperation {
  /** True when the body is raw bytes for the service, not JSON for the fields. */
  readonly takesBytes: boolean
  /** The checked fields. Throws a `Refusal`. */
  request(parts: HttpParts): Fields
  answer(answer: Answer): HttpAnswer
}

const nothing = new Uint8Array(0)

export function httpOperation(operation: Operation, door: Door): HttpOperation {
  const { http } = door
  const [method = '', template = ''] = http.route.split(' ')
  const { properties } = operation.request
  const inPath = new Set([...template.matchAll(/[:*]([a-z_]+)/g)].map(([, name]) => name ?? ''))
  const rest = new Set(
    Object.keys(properties).filter((name) => !inPath.has(name) && !(name in http.requestHeaders)),
  )
  const takesBytes = operation.requestBody === 'bytes'
  const takesJson = !takesBytes && (method === 'PUT' || method === 'POST')
  const inQuery = takesJson ? new Set<string>() : rest
  const requestHeaders = Object.entries(http.requestHeaders)
  const responseHeaders = Object.entries(http.responseHeaders)
  const lasting = new WeakMap<Answer, HttpAnswer>()

  return {
    takesBytes,
    request({ params, header, query, body }) {
      const fields = readQuery(query, operation.request, inQuery)
      if (takesJson) Object.assign(fields, readJson(body, header('content-type'), rest))
      else if (!takesBytes && body.length > 0) throw new Refusal('BadRequest', `${http.route} takes no body`)
      for (const [name, text] of Object.entries(params)) fields[name] = typed(name, text)
      for (const [name, from] of requestHeaders) {
        const text = header(from)
        if (text !== null) fields[name] = typed(name, text)
      }
      return checkFields(operation.request, fields)
    },
    answer(answer) {
      if (answer.lasting !== true) return written(answer)
      const known = lasting.get(answer)
      if (known !== undefined) return known
      const first = written(answer)
      lasting.set(answer, first)
      return first
    },
  }

  function written({ fields, body }: Answer): HttpAnswer {
    const status = statusOf(fields)
    const headers = headersOf(fields)
    if (status === 204 || status === 304) return { status, headers: headerBlock(headers), body: nothing }
    if (operation.responseBody === 'bytes') {
      if (!headers.some(([name]) => name === 'content-type'))
        headers.push(['content-type', 'application/octet-stream'])
      return { status, headers: headerBlock(headers), body: body ?? nothing }
    }
    headers.push(['content-type', 'application/json'])
    return { status, headers: headerBlock(headers), body: Buffer.from(JSON.stringify(shown(fields))) }
  }

  /** What is not in a header. */
  function shown(fields: Fields): Fields {
    if (responseHeaders.length === 0) return fields
    return Object.fromEntries(Object.entries(fields).filter(([name]) => !(name in http.responseHeaders)))
  }

  function typed(name: string, text: string): Value {
    const schema = properties[name]
    return schema === undefined ? text : fromText(name, text, schema)
  }

  function statusOf(fields: Fields): number {
    if (typeof http.status === 'number') return http.status
    const outcome = textOf(fields[http.status.field])
    const status = http.status.of[outcome]
    if (status === undefined) throw new Error(`${http.route} has no status for the outcome ${outcome}`)
    return status
  }

  function headersOf(fields: Fields): [string, string][] {
    const headers: [string, string][] = []
    for (const [name, header] of responseHeaders) {
      const value = fields[name]
      if (value !== undefined && value !== null) headers.push([header, textOf(value)])
    }
    return headers
  }
}

/**
 * The object of a JSON body. Members that belong in the path or a header are as unknown as any other, so
 * that there is one place to say each thing.
 */
function readJson(body: Uint8Array, contentType: string | null, names: ReadonlySet<string>): Fields {
  if (body.length === 0) return {}
  if (!/^application\/json\s*(;.*)?$/i.test(contentType ?? '')) {
    throw new Refusal('UnsupportedMedia', 'the body must be JSON, with Content-Type: application/json')
  }
  const value = parseJson(body)
  if (!isObject(value)) throw new Refusal('BadRequest', 'the body must be a JSON object')
  const stranger = Object.keys(value).find((name) => !names.has(name))
  if (stranger !== undefined) {
    const known = names.size === 0 ? 'it takes none' : `it takes ${[...names].join(', ')}`
    throw new Refusal(
      'BadRequest',
      `${JSON.stringify(stranger.slice(0, 64))} is not a member of this body; ${known}`,
    )
  }
  return value
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch (cause) {
    throw new Refusal(
      'BadRequest',
      `the body is not JSON: ${cause instanceof Error ? cause.message : 'unreadable'}`,
    )
  }
}

/** Headers and outcomes are single words and numbers. */
function textOf(value: Value | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null)
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
