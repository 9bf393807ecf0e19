/**
 * The operations of the control protocol (`app_proto_id` 0): HELLO is operation 0 (`hello.ts`), CANCEL is 1.
 * CANCEL gives up a request of the same connection, and ends a subscription. Its payload is JSON, as HELLO's
 * is: `{"corr_id":"42"}`, a decimal string because a u64 does not fit a JSON number. The answer to CANCEL is
 * an empty RESP 200, whether or not that request was still open; the request itself ends with its own RESP,
 * unless its answer was under way already, which is cut off.
 */

import { Refusal } from '@ron/kernel/contract/refusals'
import { noBytes } from './bytes.ts'
import { flag, noTenant, type Frame } from './frame.ts'
import { control } from './hello.ts'

export const cancelCode = 1
const cancelBytesMax = 64
const u64Max = 2n ** 64n - 1n

/** Asks the node to give up the request `target`; `corrId` is CANCEL's own. */
export function cancelFrame(target: bigint, corrId: bigint): Frame {
  const payload = new TextEncoder().encode(JSON.stringify({ corr_id: String(target) }))
  return {
    flags: flag.REQ,
    code: cancelCode,
    appProtoId: control,
    tenant: noTenant,
    corrId,
    cap: noBytes,
    payload,
  }
}

/** The `corr_id` to give up. Throws a `Refusal` (BadRequest) for a payload that is not a CANCEL. */
export function readCancel(payload: Uint8Array): bigint {
  const text = payload.length > cancelBytesMax ? '' : new TextDecoder().decode(payload)
  const [, digits] = /^\{\s*"corr_id"\s*:\s*"(\d{1,20})"\s*\}$/.exec(text) ?? []
  const target = BigInt(digits ?? -1)
  if (target < 0n || target > u64Max) {
    throw new Refusal(
      'BadRequest',
      'CANCEL: the payload must be {"corr_id":"<decimal>"}, the request to give up',
    )
  }
  return target
}
