/** An HTTP response as the answer of a call: fields from JSON, headers and status, and the raw body. */

import type { Answer, Binding, Value } from './carrier.ts'

export async function httpAnswer(binding: Binding, response: Response): Promise<Answer> {
  const bytes = new Uint8Array(await response.arrayBuffer())
  const json = binding.responseBody === 'none' && bytes.length > 0 ? parseObject(bytes) : {}
  const fields: Record<string, Value> = { ...json }
  for (const [name, header] of Object.entries(binding.responseHeaders)) {
    const text = response.headers.get(header)
    if (text !== null) fields[name] = typed(text, binding.fieldTypes[name])
  }
  const { statusField, statuses } = binding
  if (statusField !== null) {
    const [outcome] = Object.entries(statuses).find(([, status]) => status === response.status) ?? []
    if (outcome !== undefined) fields[statusField] ??= outcome
  }
  return { fields, body: binding.responseBody === 'bytes' ? bytes : new Uint8Array(0) }
}

function parseObject(bytes: Uint8Array): Record<string, Value> {
  const value: unknown = JSON.parse(new TextDecoder().decode(bytes))
  if (!isObject(value)) throw new TypeError('the node answered with JSON that is not an object')
  return value
}

function isObject(value: unknown): value is Record<string, Value> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A header carries text; the contract says what it stands for. */
function typed(text: string, type: string | undefined): Value {
  if (type === 'integer' || type === 'number') return Number(text)
  return type === 'boolean' ? text === 'true' : text
}
