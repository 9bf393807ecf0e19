/** A bundle that the node does not take, as the admin surface says it. */

import { BundleError } from '../../bundle/error.ts'
import { Refusal, type RefusalCode } from '../../contract/refusals.ts'

/** What is not here is malformed. */
const codes: Readonly<Record<string, RefusalCode>> = {
  'bundle.size': 'TooLarge',
  'bundle.threshold': 'PreconditionFailed',
  'bundle.expired': 'PreconditionFailed',
  'bundle.clock': 'PreconditionFailed',
  'bundle.min_node': 'PreconditionFailed',
  'bundle.process': 'PreconditionFailed',
  'bundle.operator': 'PreconditionFailed',
  'bundle.version': 'Conflict',
  'bundle.busy': 'Conflict',
  'bundle.step': 'Unavailable',
  'bundle.history': 'NotFound',
}

/** Anything but a `BundleError` as it is. */
export function refusalOf(thrown: unknown): unknown {
  if (!(thrown instanceof BundleError)) return thrown
  const { rule, fix, message } = thrown
  return new Refusal(
    codes[rule] ?? 'BadRequest',
    message,
    { explain: { wall: 'bundle', rule, fix } },
    { cause: thrown },
  )
}
