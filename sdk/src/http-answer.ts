/** An HTTP response as the answer of a call: fields from JSON, headers and status, and the raw body. */

import type { Answer, Binding, Value } from './carrier.ts'
import { ProtocolError } from './error.ts'
import { jsonOf } from './http-body.ts'

const noBody = new Uint8Array(0)

/** `bytes` is the whole body. Throws a ProtocolError for what the binding does not describe. */
export function httpAnswer(
  binding: Binding,
  status: number,
  headers: Headers,
  bytes: Uint8Array<ArrayBuffer>,
): Answer {
  const raw = binding.responseBody === 'bytes'
  const fields: Record<string, Value | undefined> = raw || bytes.length === 0 ? {} : parseObject(bytes)
  for (const [name, header] of Object.entries(binding.responseHeaders)) {
    const text = headers.get(header)
    if (text !== null) fields[name] = typed(header, text, binding.fieldTypes[name])
  }
  const { statusField, statuses } = binding
  if (statusField !== null) {
    const [outcome] = Object.entries(statuses).find(([, sent]) => sent === status) ?? []
    if (outcome !== undefined) fields[statusField] ??= outcome
  }
  return { fields, body: raw ? bytes : noBody }
}

function parseObject(bytes: Uint8Array): Record<string, Value | undefined> {
  const value = jsonOf(bytes)
  if (typeof value === 'object' && value !== null && !isList(value)) return { ...value }
  throw new ProtocolError('the node answered with JSON that is not an object')
}

function isList(value: object): value is readonly Value[] {
  return Array.isArray(value)
}

/** A header carries text; the contract says what it stands for. */
function typed(header: string, text: string, type: Binding['fieldTypes'][string] = 'string'): Value {
  if (type === 'string') return text
  const value =
    type === 'number'
      ? Number(text || Number.NaN)
      : text === 'true'
        ? true
        : text === 'false'
          ? false
          : Number.NaN
  if (!Number.isNaN(value)) return value
  throw new ProtocolError(`the header ${header} should be a ${type} and is ${JSON.stringify(text)}`)
}
