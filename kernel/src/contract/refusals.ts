/**
 * The catalogue of refusals: every way the node says no, with its HTTP status, whether trying again can
 * help, and the sentence a person sees first. Statuses follow RFC 9110 and the taxonomy of the wall:
 * 401 no or bad capability, 403 policy, 413 caps, 429 quota or busy, 502 integrity, 503 not ready, 507 full.
 */

interface Row {
  readonly status: number
  readonly title: string
  readonly retryable: boolean
  /** Sent as `Retry-After` when nothing more precise is known. 429, 503 and 504 always carry one. */
  readonly retryAfterMs?: number
}

export const refusals = {
  BadRequest: { status: 400, title: 'The request is malformed', retryable: false },
  CapabilityMissing: { status: 401, title: 'A capability is required', retryable: false },
  CapabilityInvalid: { status: 401, title: 'The capability is not valid', retryable: false },
  CapabilityExpired: { status: 401, title: 'The capability is outside its time', retryable: false },
  ProofRequired: { status: 401, title: 'The capability asks for a proof', retryable: false },
  CapabilityScope: { status: 403, title: 'The capability does not cover this request', retryable: false },
  PolicyDenied: { status: 403, title: 'Policy denies this request', retryable: false },
  NotFound: { status: 404, title: 'There is nothing here', retryable: false },
  MethodNotAllowed: { status: 405, title: 'The method is not allowed here', retryable: false },
  RequestTimeout: { status: 408, title: 'The request did not arrive in time', retryable: true },
  Conflict: { status: 409, title: 'The request conflicts with what is stored', retryable: false },
  DigestMismatch: { status: 409, title: 'The content does not match its digest', retryable: false },
  LengthRequired: { status: 411, title: 'A length is required', retryable: false },
  PreconditionFailed: { status: 412, title: 'A precondition does not hold', retryable: false },
  TooLarge: { status: 413, title: 'The request is too large', retryable: false },
  DecompressCap: { status: 413, title: 'The content inflates past its cap', retryable: false },
  UnsupportedMedia: { status: 415, title: 'The content type or encoding is not supported', retryable: false },
  RangeNotSatisfiable: { status: 416, title: 'The range lies outside the content', retryable: false },
  QuotaExceeded: { status: 429, title: 'The quota is used up', retryable: true, retryAfterMs: 1_000 },
  Busy: { status: 429, title: 'The queue is full', retryable: true, retryAfterMs: 250 },
  HeadersTooLarge: { status: 431, title: 'The request headers are too large', retryable: false },
  Fault: { status: 500, title: 'The node made a mistake', retryable: false },
  NotEnabled: { status: 501, title: 'This is not enabled on the node', retryable: false },
  IntegrityFail: { status: 502, title: 'The stored content failed its check', retryable: false },
  Unavailable: { status: 503, title: 'The service is restarting', retryable: true, retryAfterMs: 500 },
  NotReady: { status: 503, title: 'The node is not ready', retryable: true, retryAfterMs: 1_000 },
  Draining: { status: 503, title: 'The node is shutting down', retryable: true, retryAfterMs: 1_000 },
  Timeout: {
    status: 504,
    title: 'The service did not answer in time',
    retryable: true,
    retryAfterMs: 1_000,
  },
  Full: { status: 507, title: 'The node is full', retryable: false },
} as const satisfies Record<string, Row>

export type RefusalCode = keyof typeof refusals

/** Codes that any call may meet; contracts do not declare them. */
export type CommonRefusal = 'BadRequest' | 'Busy' | 'Timeout' | 'Unavailable' | 'Draining' | 'Fault'

export function refusalRow(code: RefusalCode): Row {
  return refusals[code]
}

export function isRefusalCode(code: string): code is RefusalCode {
  return Object.hasOwn(refusals, code)
}

/** Why the wall or a service said no, and the smallest change that would pass. */
export interface Explain {
  /** `frame-caps`, `auth`, `policy`, `quota`, `admission` or `handler`. */
  readonly wall: string
  readonly rule?: string
  readonly caveat?: string
  readonly fix?: string
}

/** What a refusal may carry beyond its code and message. */
export interface RefusalMore {
  readonly retryAfterMs?: number
  readonly explain?: Explain
  /** Response headers a status is required to carry, such as `content-range` with 416. */
  readonly headers?: Readonly<Record<string, string>>
  /** This very object will be refused with again, so what is made of it may be kept beside it. */
  readonly lasting?: true
}

/** An expected no. Throw it through `refuse`, or receive it from a client. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly code: RefusalCode
  readonly more: RefusalMore

  /** `cause` stays on this thread, for the log. */
  constructor(code: RefusalCode, message: string, more: RefusalMore = {}, options: ErrorOptions = {}) {
    // Nobody looks for the place in the code that said no, and to write it down costs more than to say it.
    const { stackTraceLimit } = Error
    Error.stackTraceLimit = 0
    super(message, options)
    Error.stackTraceLimit = stackTraceLimit
    this.code = code
    this.more = more
  }
}
