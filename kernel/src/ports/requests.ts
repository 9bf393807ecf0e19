/**
 * Who wants to know of requests that were answered. What is told of one are names, codes, numbers and times: nothing that
 * was sent, and no token.
 */

import type { Caller } from '../contract/contract.ts'
import type { Refusal } from '../contract/refusals.ts'

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
}

export interface RequestObserver {
  /** Whether such a request is worth to be told of. It is asked for every request, so it costs next to nothing. */
  wants(route: string, refused: boolean, ms: number): boolean
  answered(request: AnsweredRequest): void
}

/** Wants to know of none. */
export const unobserved: RequestObserver = { wants: () => false, answered() {} }
