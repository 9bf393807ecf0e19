/**
 * Who wants to know of requests that were answered. What is told of one are names, codes, numbers and times: nothing that
 * was sent, and no token.
 */

import type { Caller } from '../contract/contract.ts'
import type { Refusal, RefusalCode } from '../contract/refusals.ts'

/** When a request got how far, in steady milliseconds; null for a stage it did not reach. */
export interface Stages {
  readonly fromMs: number
  /** The wall let it in. */
  readonly admittedMs: number | null
  /** Its body was read and checked, and the service was asked. */
  readonly askedMs: number | null
  readonly endMs: number
}

export interface AnsweredRequest {
  readonly requestId: string
  readonly correlationId: string
  readonly traceId: string
  /** A method of HTTP, or `OAP`. */
  readonly method: string
  /** A template such as `/o/:address`. */
  readonly route: string
  /** `service.operation`; empty for what is none. */
  readonly operation: string
  readonly peer: string
  readonly status: number
  /** Null when it was answered with what was asked for. */
  readonly refusal: Refusal | null
  /** Null when the wall let nobody in. */
  readonly caller: Caller | null
  readonly stages: Stages
  /** The wall let it in, and its client keeps the trace that it is of. */
  readonly traced: boolean
}

/** A refusal without what was sent; texts are empty where there is nothing to say. */
export interface ToldRefusal {
  readonly code: string
  readonly title: string
  readonly detail: string
  readonly wall: string
  readonly rule: string
  readonly caveat: string
  readonly fix: string
  readonly retryable: boolean
}

/** Which events and requests are wanted; null does not choose. */
export interface TailFilter {
  readonly events: boolean
  readonly requests: boolean
  /** A status such as `404`, or a class such as `4xx`. */
  readonly status: string | null
  /** `service.operation`, or a service. */
  readonly operation: string | null
  readonly tenant: string | null
  /** One of the ids of a request. */
  readonly id: string | null
  /** Most of what is remembered. */
  readonly limit: number
  /** Whether to go on when all that is remembered has been told. */
  readonly follow: boolean
}

export interface RequestObserver {
  /**
   * Whether such a request is worth to be told of: the code of its refusal, null for none, when it began and ended, in
   * steady milliseconds, and whether it is traced. It is asked once for every request, so it costs next to nothing.
   */
  wants(route: string, refused: RefusalCode | null, fromMs: number, endMs: number, traced: boolean): boolean
  /** Whether it is remembered, so that its ids find it. */
  answered(request: AnsweredRequest): boolean
}

/** Wants to know of none. */
export const unobserved: RequestObserver = { wants: () => false, answered: () => false }
