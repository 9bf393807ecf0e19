/**
 * What the front end counts. The names and labels on the wire are the kernel's business (`metrics/`);
 * a caller only says what happened. Routes are templates such as `/o/:address`, never raw paths.
 */
export interface FrontMeter {
  /** One finished HTTP exchange or OAP message: counts it and observes its latency. */
  request(route: string, method: string, status: number, seconds: number): void
  /** One that was counted and can be found by its trace id: an example of its latency. */
  exemplar(route: string, method: string, exemplar: Exemplar): void
  /** +1 when a request enters a route, -1 when it leaves. */
  inflight(route: string, change: 1 | -1): void
  /** One refusal by the front end: `oap_cap`, `backpressure`, `unauth`, `policy`, `quota`, `malformed`, … */
  rejected(reason: RejectReason): void
  /** One failed integrity check. */
  integrityFailure(stage: IntegrityStage): void
}

/** Something that was measured, by which others like it can be understood. */
export interface Exemplar {
  /** 32 lower-case hex digits. */
  readonly traceId: string
  /** In the unit of the histogram it is of. */
  readonly value: number
  /** Milliseconds since the Unix epoch. */
  readonly atMs: number
}

export type RejectReason =
  | 'oap_cap'
  | 'header_cap'
  | 'body_cap'
  | 'connections'
  | 'connections_per_address'
  | 'inflight'
  | 'timeout'
  | 'malformed'
  | 'encoding'
  | 'unauth'
  | 'scope'
  | 'proof'
  | 'policy'
  | 'quota'
  | 'admission'
  | 'backpressure'
  | 'not_ready'

export const downgradeReasons = ['required', 'not_offered', 'suite', 'not_taken'] as const

/**
 * Why a conversation has no post-quantum session. `not_offered`: the peer never offered one; `suite`: none of those it
 * offers is spoken here; `not_taken`: it offered one and went on without; `required`: any of these, where that is refused.
 */
export type DowngradeReason = (typeof downgradeReasons)[number]

export type IntegrityStage = 'blake3_mismatch' | 'truncated' | 'decompress_cap' | 'frame'
