/** One value of a header, where it has one meaning. */

import { Refusal } from '@ron/kernel/contract/refusals'
import { header, headerValues } from '../listener/headers.ts'
import type { Exchange } from '../listener/listener.ts'

/** Several of one of these have no one meaning. */
const singular = new Set(['content-type', 'content-encoding'])

/** A header's value, null when absent; several are joined as lists are (RFC 9110 §5.3), where they may be. */
export function only({ headers }: Pick<Exchange, 'headers'>, name: string): string | null {
  const first = header(headers, name)
  if (first === undefined) return null
  const values = headerValues(headers, name)
  if (values.length === 1) return first
  if (singular.has(name)) throw new Refusal('BadRequest', `the header ${name} came ${values.length} times`)
  return values.join(', ')
}
