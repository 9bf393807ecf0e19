/**
 * A refusal as problem details (RFC 9457). The same members are the body of an HTTP answer and the fields of
 * an OAP one, so a client reads one shape on both.
 */

import { refusalRow, type Refusal, type RefusalCode } from '@ron/kernel/contract/refusals'
import type { Fields } from '@ron/kernel/ports/port'
import { headerBlock, type HeaderBlock } from '../listener/header-block.ts'
import { Recent } from '../recent.ts'

/** What all refusals of a code have in common. */
interface Constant {
  readonly type: string
  /** Their JSON up to the detail, and what comes behind it. */
  readonly before: string
  readonly after: string
}

/** A refusal written out, but for the trace id between the two parts of its JSON. */
interface Written {
  readonly before: string
  readonly after: string
  readonly headers: HeaderBlock
}

/** Headers by their seconds to wait: a node refuses most when it has the least time to write them out again. */
const waits = new Recent<number, HeaderBlock>(64)
const constants = new Map<RefusalCode, Constant>()
/** Of refusals that come again. */
const kept = new WeakMap<Refusal, Written>()
const always = headerBlock([['content-type', 'application/problem+json']])

export function problemStatus(refusal: Refusal): number {
  return refusalRow(refusal.code).status
}

/** A stable name for a row of the catalogue: `urn:ron:problem:quota-exceeded`. */
export function problemType(code: RefusalCode): string {
  return constantOf(code).type
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

/** The fields as JSON. */
export function problemText(refusal: Refusal, traceId: string): string {
  const { before, after } = writtenOf(refusal)
  return `${before}${traceId}${after}`
}

/** 429 and 503 always carry a `Retry-After`, in whole seconds and never less than the wait. */
export function problemHeaders(refusal: Refusal): HeaderBlock {
  return writtenOf(refusal).headers
}

function writtenOf(refusal: Refusal): Written {
  if (refusal.more.lasting !== true) return written(refusal)
  const known = kept.get(refusal)
  if (known !== undefined) return known
  const first = written(refusal)
  kept.set(refusal, first)
  return first
}

function written(refusal: Refusal): Written {
  const { before, after } = constantOf(refusal.code)
  const waitMs = retryAfterMs(refusal)
  const wait = waitMs === null ? '' : `"retry_after_ms":${waitMs},`
  const { explain, headers } = refusal.more
  const more = explain === undefined ? '' : `,"explain":${JSON.stringify(explain)}`
  const known = waitMs === null ? always : waiting(Math.max(1, Math.ceil(waitMs / 1_000)))
  return {
    before: `${before}${JSON.stringify(refusal.message)}${after}${wait}"trace_id":"`,
    after: `"${more}}`,
    headers: headers === undefined ? known : known.and(headerBlock(Object.entries(headers))),
  }
}

function constantOf(code: RefusalCode): Constant {
  const known = constants.get(code)
  if (known !== undefined) return known
  const { status, title, retryable } = refusalRow(code)
  const type = `urn:ron:problem:${code.replace(/(?<=[a-z])[A-Z]/g, '-$&').toLowerCase()}`
  const before = `${JSON.stringify({ type, title, status }).slice(0, -1)},"detail":`
  const constant = { type, before, after: `,${JSON.stringify({ code, retryable }).slice(1, -1)},` }
  constants.set(code, constant)
  return constant
}

function waiting(seconds: number): HeaderBlock {
  return waits.of(seconds, () => always.and(headerBlock([['retry-after', String(seconds)]])))
}

function retryAfterMs({ code, more }: Refusal): number | null {
  return more.retryAfterMs ?? refusalRow(code).retryAfterMs ?? null
}
