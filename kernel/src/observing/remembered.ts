/**
 * A request as it is remembered and told: what is known of it in names, codes, numbers and times. Texts are cut to a length
 * and copied, since a text that was cut from a longer one keeps all of that.
 */

import { refusalRow, type Refusal } from '../contract/refusals.ts'
import type { AnsweredRequest, Stages, ToldRefusal } from '../ports/requests.ts'

export interface Remembered {
  /** Milliseconds since the Unix epoch. */
  readonly atMs: number
  readonly requestId: string
  readonly correlationId: string
  readonly traceId: string
  readonly method: string
  readonly route: string
  readonly operation: string
  readonly peer: string
  /** 32 hex digits; empty when the wall let nobody in. */
  readonly tenant: string
  /** The identifier of the capability; empty when the wall let nobody in. */
  readonly subject: string
  readonly status: number
  readonly refused: ToldRefusal | null
  readonly stages: StageTimes
}

/** Milliseconds; null for a stage it did not reach. */
export interface StageTimes {
  /** Token, policy, quota and room. */
  readonly wallMs: number
  /** Its body: read, inflated and checked. */
  readonly bodyMs: number | null
  /** The service, with the wait for its turn there. */
  readonly serviceMs: number | null
  readonly totalMs: number
}

const lengths = { id: 128, subject: 128, detail: 256, fix: 256, word: 64 } as const
/** An object with its members, and what a text takes beside its letters. */
const fixedBytes = 600

export function remember(request: AnsweredRequest, atMs: number): Remembered {
  const { method, route, operation, peer, status, refusal, caller, stages } = request
  return {
    atMs,
    requestId: cut(request.requestId, lengths.id),
    correlationId: cut(request.correlationId, lengths.id),
    traceId: cut(request.traceId, lengths.id),
    method,
    route,
    operation,
    peer: cut(peer, lengths.word),
    tenant: caller === null ? '' : cut(caller.tenant, lengths.word),
    subject: caller === null ? '' : cut(caller.subject, lengths.subject),
    status,
    refused: refusal === null ? null : toldRefusal(refusal),
    stages: stageTimes(stages),
  }
}

/** About what it takes; letters that are not Latin take two bytes, so all are counted as such. */
export function bytesOf({
  requestId,
  correlationId,
  traceId,
  peer,
  tenant,
  subject,
  refused,
}: Remembered): number {
  const own =
    requestId.length + correlationId.length + traceId.length + peer.length + tenant.length + subject.length
  const told =
    refused === null
      ? 0
      : refused.detail.length + refused.fix.length + refused.rule.length + refused.caveat.length
  return fixedBytes + 2 * (own + told)
}

/** A request that was refused at a stage spent the rest of its time there. */
export function stageTimes({ fromMs, admittedMs, askedMs, endMs }: Stages): StageTimes {
  return {
    wallMs: rounded((admittedMs ?? endMs) - fromMs),
    bodyMs: admittedMs === null ? null : rounded((askedMs ?? endMs) - admittedMs),
    serviceMs: askedMs === null ? null : rounded(endMs - askedMs),
    totalMs: rounded(endMs - fromMs),
  }
}

function toldRefusal({ code, message, more: { explain } }: Refusal): ToldRefusal {
  const { title, retryable } = refusalRow(code)
  return {
    code,
    title,
    detail: cut(withoutSent(code, message), lengths.detail),
    wall: explain?.wall ?? '',
    rule: cut(explain?.rule ?? '', lengths.word),
    caveat: cut(explain?.caveat ?? '', lengths.detail),
    fix: cut(explain?.fix ?? '', lengths.fix),
    retryable,
  }
}

/** Whoever sent what is malformed was told where, in its own words; here those words are left out. */
function withoutSent(code: string, message: string): string {
  if (code !== 'BadRequest') return message
  return message
    .replace(/^(the body is not JSON): .*$/s, '$1')
    .replace(/^.* is not a field of this operation$/s, 'it has a field that this operation does not have')
    .replaceAll(/"(?:[^"\\]|\\.)*"/gs, '"…"')
}

/** A text of its own. */
function cut(text: string, length: number): string {
  return Buffer.from(text.slice(0, length)).toString()
}

function rounded(ms: number): number {
  return Math.round(ms * 1_000) / 1_000
}
