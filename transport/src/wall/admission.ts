/**
 * The last wall before a handler, as a port: whether the node has room for one more request of this kind, and
 * how slowly to serve a peer that has misbehaved. The overlay decides; the wall only asks.
 */

export interface Admission {
  enter(facts: AdmissionFacts): AdmissionVerdict
  /** Evidence for tarpits: auth or policy refused this peer. Returns how long to hold the refusal back, in ms. */
  denied(peer: string): number
}

export interface AdmissionFacts {
  readonly peer: string
  readonly tenant: string
  readonly service: string
  readonly operation: string
}

export type AdmissionVerdict =
  | {
      readonly admit: true
      /** How long the request is held before its handler runs. */
      readonly delayMs: number
      /** Called once, when the request is done. */
      release(): void
    }
  | {
      readonly admit: false
      readonly retryAfterMs: number
      /** It names the rule and the wait, so the same message is the same verdict. */
      readonly message: string
      /** The ceiling or tarpit that refused. */
      readonly rule: string
    }
