/**
 * Holds fields against an operation's schema, where bytes have just become values. The first thing that is
 * wrong becomes a sentence that names the field and the limit. Compiled on first use, since a node has many
 * operations and a client asks for few.
 */

import { Refusal } from '@ron/kernel/contract/refusals'
import type { Fields } from '@ron/kernel/ports/port'
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'
import type { TObject } from 'typebox'

/** Made with the first schema: making it takes longer than the rest of the front end takes to start. */
let ajv: Ajv | null = null
const compiled = new WeakMap<TObject, ValidateFunction>()

/** The same fields, or a `Refusal` (BadRequest). */
export function checkFields(schema: TObject, fields: Fields): Fields {
  let validate = compiled.get(schema)
  if (validate === undefined) {
    ajv ??= new Ajv({ strict: true, strictTypes: false, allErrors: false, ownProperties: true })
    validate = ajv.compile(schema)
    compiled.set(schema, validate)
  }
  if (validate(fields)) return fields
  const [error] = validate.errors ?? []
  throw new Refusal(
    'BadRequest',
    error === undefined ? 'the request does not fit its schema' : sentence(error),
  )
}

function sentence({ instancePath, keyword, params, message }: ErrorObject): string {
  const field = instancePath === '' ? 'the request' : instancePath.slice(1).replaceAll('/', '.')
  const inside = instancePath === '' ? '' : `${field}.`
  switch (keyword) {
    case 'additionalProperties':
      return `${inside}${String(params['additionalProperty'])} is not a field of this operation`
    case 'required':
      return `${inside}${String(params['missingProperty'])} is required`
    case 'enum':
      return `${field} must be one of ${list(params['allowedValues'])}`
    case 'pattern':
      return `${field} must match ${String(params['pattern'])}`
    default:
      return `${field} ${message ?? 'is not valid'}`
  }
}

function list(values: unknown): string {
  return Array.isArray(values) ? values.map(String).join(', ') : String(values)
}
