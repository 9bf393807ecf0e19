/**
 * The names a request goes by. `X-Request-ID` and `X-Correlation-ID` are echoed when a client sends them in a
 * form that is safe to log, and made up otherwise; a W3C `traceparent` gives the trace id and whether its client keeps
 * the trace, or a new id is made.
 */

import type { Random } from '@ron/kernel/ports/random'
import { HeaderBlock } from '../listener/header-block.ts'

const idLength = 32
/** An id that is kept keeps the text it was cut from: 4 KiB. */
const idsAtOnce = 128

/** Makes up trace ids. Random bytes become text for many at a time, which costs each of them next to nothing. */
export class TraceIds {
  readonly #random: Random
  #text = ''
  #at = 0

  constructor(random: Random) {
    this.#random = random
  }

  /** 32 lower-case hex digits that nobody was given before. */
  next(): string {
    if (this.#at === this.#text.length) {
      const { buffer, byteOffset, length } = this.#random.bytes((idsAtOnce * idLength) / 2)
      this.#text = Buffer.from(buffer, byteOffset, length).toString('hex')
      this.#at = 0
    }
    this.#at += idLength
    return this.#text.slice(this.#at - idLength, this.#at)
  }
}

export interface Correlation {
  readonly requestId: string
  readonly correlationId: string
  /** 32 lower-case hex digits. */
  readonly traceId: string
  /** Whether the client may have recorded the trace, as the flag of its `traceparent` says. */
  readonly sampled: boolean
}

const idPattern = /^[A-Za-z0-9._:/+=-]{1,128}$/
/** W3C Trace Context §3.2.2: neither id is all zeros, and only versions after 00 may append. */
const traceparentPattern =
  /^(?!ff)(?!00.{53}.)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})(?:-.*)?$/
/** §3.2.2.5.1 */
const sampledFlag = 1

/** `header` gives a header's value, or null when it is absent or there are several. */
export function correlate(header: (name: string) => string | null, ids: TraceIds): Correlation {
  const [, parent, flags = ''] = traceparentPattern.exec(header('traceparent') ?? '') ?? []
  const traceId = parent ?? ids.next()
  const sent = { request: usable(header('x-request-id')), correlation: usable(header('x-correlation-id')) }
  const requestId = sent.request ?? sent.correlation ?? traceId
  const sampled = (Number.parseInt(flags, 16) & sampledFlag) !== 0
  return { requestId, correlationId: sent.correlation ?? requestId, traceId, sampled }
}

/** On every answer: the ids, and that browsers must not guess another content type than the one sent. */
export function answerHeaders({ requestId, correlationId }: Correlation): HeaderBlock {
  // Both are of the pattern above, or made up here.
  const rest = `nosniff\r\nx-request-id: ${requestId}\r\nx-correlation-id: ${correlationId}`
  return new HeaderBlock('x-content-type-options', rest)
}

function usable(id: string | null): string | null {
  return id !== null && idPattern.test(id) ? id : null
}
