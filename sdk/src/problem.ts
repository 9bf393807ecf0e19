/** RFC 9457 problem details as the node sends them, and reading them from whatever else may have answered. */

/** The same members come over HTTP and OAP. */
export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  /** A row of the node's catalogue, such as `NotFound` or `Busy`. Compare this one. */
  readonly code: string
  readonly retryable: boolean
  readonly retry_after_ms?: number
  readonly trace_id: string
  readonly explain?: Explanation
}

/** Which wall refused, by which rule or caveat, and the smallest change that would pass. */
export interface Explanation {
  readonly wall: string
  readonly rule?: string
  readonly caveat?: string
  readonly fix?: string
}

/**
 * A refusal with this status. A body that is no problem document (a proxy's page, say) becomes one that says
 * so; `retryAfterMs` is what the header asked for, and counts when the body does not say.
 */
export function problemFrom(status: number, body: unknown, retryAfterMs: number | null = null): Problem {
  const sent = isObject(body) && typeof body['code'] === 'string' ? body : notFromNode(status)
  const asked = wait(sent['retry_after_ms']) ?? retryAfterMs
  const explain = explanation(sent['explain'])
  return {
    type: text(sent['type']) ?? 'about:blank',
    title: text(sent['title']) ?? `Status ${status}`,
    status,
    detail: text(sent['detail']) ?? '',
    code: text(sent['code']) ?? 'Unknown',
    retryable: sent['retryable'] === true,
    trace_id: text(sent['trace_id']) ?? '',
    ...(asked === null ? {} : { retry_after_ms: asked }),
    ...(explain === null ? {} : { explain }),
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function notFromNode(status: number): Readonly<Record<string, unknown>> {
  const detail = 'the answer was not a problem document, so it probably is not from a node'
  return { code: 'Unknown', detail, retryable: [429, 502, 503, 504].includes(status) }
}

function explanation(value: unknown): Explanation | null {
  if (!isObject(value) || typeof value['wall'] !== 'string') return null
  const [rule, caveat, fix] = [text(value['rule']), text(value['caveat']), text(value['fix'])]
  return {
    wall: value['wall'],
    ...(rule === null ? {} : { rule }),
    ...(caveat === null ? {} : { caveat }),
    ...(fix === null ? {} : { fix }),
  }
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

function wait(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null
}
