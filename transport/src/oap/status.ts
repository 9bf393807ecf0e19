/**
 * The status of a RESP and the refusal it stands for. OAP/1 uses the numbers of HTTP; several refusals share
 * one, so the exact code travels as `code` in the fields of the answer.
 */

import { isRefusalCode, refusals, type RefusalCode } from '@ron/kernel/contract/refusals'

/** "An error is a RESP with status ≥ 400." */
export function isRefusalStatus(status: number): boolean {
  return status >= 400
}

export function statusOf(code: RefusalCode): number {
  return refusals[code].status
}

/**
 * The refusal a caller sees. `code` is what the answer named; without a known one, the general refusal of
 * that status, and for a status of another node's making the general one of its hundred.
 */
export function refusalOf(status: number, code: unknown): RefusalCode {
  if (typeof code === 'string' && isRefusalCode(code)) return code
  return generalOf.get(status) ?? (status >= 500 ? 'Fault' : 'BadRequest')
}

/** For a status that several refusals share, the one that claims least. */
const general: readonly RefusalCode[] = [
  'BadRequest',
  'CapabilityInvalid',
  'PolicyDenied',
  'NotFound',
  'MethodNotAllowed',
  'RequestTimeout',
  'Conflict',
  'LengthRequired',
  'PreconditionFailed',
  'TooLarge',
  'UnsupportedMedia',
  'RangeNotSatisfiable',
  'Busy',
  'HeadersTooLarge',
  'Fault',
  'NotEnabled',
  'IntegrityFail',
  'Unavailable',
  'Timeout',
  'Full',
]
const generalOf: ReadonlyMap<number, RefusalCode> = new Map(general.map((code) => [statusOf(code), code]))
