/** Which requests may be sent twice, from what is known before they are sent. */

import type { Binding, Fields } from './carrier.ts'
import type { Repeatable } from './retry.ts'

/** Routes whose bodies carry such a key for each thing they bring. */
const keyed = new Set(['POST /v1/mailbox/send_batch', 'POST /v1/mailbox/packed/send/*topic'])

/** Fields by which the node recognises a request it has seen. */
const keys = ['idem_key', 'idempotency_key']

/**
 * GET, PUT and DELETE may (RFC 9110 §9.2.2), except under a precondition: when the first try did its work and
 * its answer was lost, the second finds the precondition broken by the first and reports a failure that was
 * none. A POST or a PATCH may when it carries a key.
 */
export function repeatable({ route }: Pick<Binding, 'route'>, fields: Fields): Repeatable {
  const has = (name: string) => fields[name] !== undefined
  if (route.startsWith('GET ')) return 'always'
  if (/^(POST|PATCH) /.test(route)) return keys.some(has) || keyed.has(route) ? 'always' : 'untouched'
  return has('if_match') || has('if_none_match') ? 'untouched' : 'always'
}
