/** A request that was answered, for tests of what is made of it. */

import { Refusal } from '../contract/refusals.ts'
import type { AnsweredRequest } from '../ports/requests.ts'

export function requestOf(more: Partial<AnsweredRequest> = {}): AnsweredRequest {
  return {
    requestId: 'r1',
    correlationId: 'c1',
    traceId: 'a'.repeat(32),
    method: 'GET',
    route: '/objects/*name',
    operation: 'storage.get',
    peer: '127.0.0.1',
    status: more.refusal === undefined ? 200 : 403,
    refusal: null,
    caller: null,
    stages: { fromMs: 0, admittedMs: 1, askedMs: 2, endMs: 3 },
    traced: false,
    ...more,
  }
}

export function refusalOf(message: string): Refusal {
  return new Refusal('PolicyDenied', message, {
    explain: { wall: 'policy', rule: 'r-1', fix: 'ask otherwise' },
  })
}
