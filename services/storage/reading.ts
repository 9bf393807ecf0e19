/**
 * How a read is answered once it is known what was found, under the conditions the caller set (RFC 9110 §13.2.2,
 * §14): without content, with all of it or with a part. It reads nothing, so whoever keeps what was found answers
 * as the service does.
 */

import type { RefusalMore } from '@ron/kernel/contract/refusals'
import type { Found } from './namespace.ts'
import {
  brokenPrecondition,
  etagOf,
  isUnchanged,
  rangeStillFits,
  type Preconditions,
} from './preconditions.ts'
import { selectRange } from './range.ts'

export interface Wanted extends Preconditions {
  readonly range?: string | undefined
  readonly if_range?: string | undefined
}

/** The fields of an answer. */
export interface ReadHead {
  readonly outcome: 'whole' | 'part' | 'unchanged'
  readonly address: string
  readonly etag: string
  readonly content_type: string
  readonly content_range?: string
  readonly accept_ranges: string
  readonly cache_control: string
}

export type ReadAnswer =
  | {
      readonly kind: 'refused'
      readonly code: 'PreconditionFailed' | 'RangeNotSatisfiable'
      readonly because: string
      readonly more: RefusalMore
    }
  /** `start` to `end` of the content are its body; for `unchanged` nothing is. */
  | { readonly kind: 'answered'; readonly head: ReadHead; readonly start: number; readonly end: number }

/** Private, because a shared cache must not hand one holder's content to another. */
export const cacheControl = {
  /** A name may point elsewhere in a moment. */
  byName: 'private, no-cache',
  byAddress: 'private, max-age=31536000, immutable',
} as const

/** What the stamps of `storage` are about. */
export const stampKey = {
  name: (tenant: string, name: string) => `${tenant} name ${name}`,
  address: (tenant: string, address: string) => `${tenant} address ${address}`,
} as const

export function answerRead(found: Found, wanted: Wanted, cache_control: string): ReadAnswer {
  const { address, bytes, type: content_type } = found
  const { if_match, if_none_match, if_range } = wanted
  const broken = if_match === undefined ? undefined : brokenPrecondition({ if_match }, address)
  if (broken !== undefined) return { kind: 'refused', code: 'PreconditionFailed', because: broken, more: {} }

  const head = { address, etag: etagOf(address), content_type, accept_ranges: 'bytes', cache_control }
  if (isUnchanged(if_none_match, address)) {
    return { kind: 'answered', head: { outcome: 'unchanged', ...head }, start: 0, end: 0 }
  }
  const { range } = wanted
  const selection =
    range !== undefined && rangeStillFits(if_range, address)
      ? selectRange(range, bytes)
      : ({ kind: 'whole' } as const)
  switch (selection.kind) {
    case 'whole':
      return { kind: 'answered', head: { outcome: 'whole', ...head }, start: 0, end: bytes }
    case 'part': {
      const { start, end } = selection
      const content_range = `bytes ${start}-${end - 1}/${bytes}`
      return { kind: 'answered', head: { outcome: 'part', ...head, content_range }, start, end }
    }
    case 'unsatisfiable':
      return {
        kind: 'refused',
        code: 'RangeNotSatisfiable',
        because: `the content has ${bytes} bytes and ${range} none of them`,
        more: { headers: { 'content-range': `bytes */${bytes}` } },
      }
  }
}
