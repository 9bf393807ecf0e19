/**
 * An answer that is longer than one message: its beginning came with the fields, and the rest is asked for piece by
 * piece while the client takes it. The next piece is on its way while one is sent, so at most two are here.
 */

import { Refusal } from '@ron/kernel/contract/refusals'
import type { Answer, DispatchOptions } from '@ron/kernel/ports/dispatch'
import type { Fields, Value } from '@ron/kernel/ports/port'
import { answerHeaders, type Correlation } from '../http/correlation.ts'
import type { HttpAnswer } from '../http/binding.ts'
import type { Exchange, ResponseStream } from '../listener/listener.ts'
import type { Front } from './front.ts'
import type { PublicOperation } from './public-operations.ts'
import { ask, asRefusal } from './serve.ts'

/** What an answer has no room for. */
interface Rest {
  /** Of the whole body. */
  readonly bytes: number
  /** Whom to ask, and what. */
  readonly service: string
  readonly name: string
  readonly next: Fields
}

/** What an answer says of the bytes that follow it; null when it has them all. */
export function restOf(
  { service, continuedBy }: Pick<PublicOperation, 'service' | 'continuedBy'>,
  { bytes, next }: Fields,
): Rest | null {
  if (continuedBy === null || typeof bytes !== 'number' || !isFields(next)) return null
  return { bytes, service, name: continuedBy, next }
}

/**
 * Sends the whole of it. Resolves with the status when all is sent, the client is gone, or the answer was cut short:
 * the status has been sent by then, so the client can only be shown that it is not all.
 */
export async function sendLongBody(
  front: Pick<Front, 'dispatch' | 'meter' | 'log'>,
  { exchange, correlation }: { readonly exchange: Exchange; readonly correlation: Correlation },
  { status, headers, body }: HttpAnswer,
  rest: Rest,
  options: DispatchOptions,
): Promise<number> {
  // A body in chunks of unknown sum may still be coming, and such a request cannot be answered in parts.
  if (exchange.bodyBytes === null) throw new Refusal('BadRequest', 'leave out the body: this takes none')
  const stream = exchange.openBody(status, answerHeaders(correlation).and(headers), rest.bytes)
  if (exchange.method === 'HEAD') return status
  // Asked for at once; whatever goes wrong is a rejection.
  const askOn = async (next: Fields) => ask(front, rest, next, null, options)
  try {
    await pour(exchange, stream, { fields: { next: rest.next }, body }, askOn)
  } catch (cause) {
    const { traceId } = correlation
    const { code, message } = asRefusal(cause, front.log, traceId)
    if (!exchange.aborted) front.log.warn('an answer was cut short', { trace_id: traceId, code, message })
  }
  stream.end()
  return status
}

async function pour(
  exchange: Exchange,
  stream: ResponseStream,
  first: Answer,
  askOn: (next: Fields) => Promise<Answer>,
): Promise<void> {
  const following = ({ fields: { next } }: Answer) => (isFields(next) ? askOn(next) : null)
  for (let answer: Answer | null = first; answer !== null && !exchange.aborted;) {
    const { body } = answer
    // A piece of nothing could be followed by itself for ever.
    if (body === null || body.length === 0) throw new Error('a part of an answer came without bytes')
    const coming = following(answer)
    // That it failed is met when it is needed.
    coming?.catch(() => {})
    if (!stream.write(body)) await stream.drained()
    answer = await coming
  }
}

function isFields(value: Value | undefined): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
