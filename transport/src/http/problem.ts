/**
 * A refusal as problem details (RFC 9457). The same members are the body of an HTTP answer and the fields of
 * an OAP one, so a client reads one shape on both.
 */

import { refusalRow, type Refusal, type RefusalCode } from '@ron/kernel/contract/refusals'
import type { Fields } from '@ron/kernel/ports/port'
import { headerBlock, type HeaderBlock } from '../listener/header-block.ts'

export function problemStatus(refusal: Refusal): number {
  return refusalRow(refusal.code).status
}

/** A stable name for a row of the catalogue: `urn:ron:problem:quota-exceeded`. */
export function problemType(code: RefusalCode): string {
  return `urn:ron:problem:${code.replace(/(?<=[a-z])[A-Z]/g, '-$&').toLowerCase()}`
}

export function problemFields(refusal: Refusal, traceId: string): Fields {
  const { status, title, retryable } = refusalRow(refusal.code)
  const waitMs = retryAfterMs(refusal)
  const { explain } = refusal.more
  return {
    type: problemType(refusal.code),
    title,
    status,
    detail: refusal.message,
    code: refusal.code,
    retryable,
    ...(waitMs === null ? {} : { retry_after_ms: waitMs }),
    trace_id: traceId,
    ...(explain === undefined ? {} : { explain: { ...explain } }),
  }
}

/** 429 and 503 always carry a `Retry-After`, in whole seconds and never less than the wait. */
export function problemHeaders(refusal: Refusal): HeaderBlock {
  const waitMs = retryAfterMs(refusal)
  return headerBlock([
    ['content-type', 'application/problem+json'],
    ...(waitMs === null
      ? []
      : [['retry-after', String(Math.max(1, Math.ceil(waitMs / 1_000)))] as [string, string]]),
    ...Object.entries(refusal.more.headers ?? {}),
  ])
}

function retryAfterMs({ code, more }: Refusal): number | null {
  return more.retryAfterMs ?? refusalRow(code).retryAfterMs ?? null
}
