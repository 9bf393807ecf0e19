/** What the frames of one message say, for the caller: an answer, or why there is none. */

import { Refusal } from '@ron/kernel/contract/refusals'
import { decodeMessage } from '@ron/transport/oap/message'
import { plainPayloads } from '@ron/transport/oap/parts'
import { streamLimits, type Assembled } from '@ron/transport/oap/streams'
import type { Answer } from './carrier.ts'
import { NodeError, ProtocolError } from './error.ts'
import { problemFrom } from './problem.ts'

/** Throws a ProtocolError when the message cannot be read. */
export function answerIn({ parts }: Assembled): Answer {
  const payloads = plainPayloads(parts)
  if (payloads === null) throw new ProtocolError('the node compressed an answer, which nobody asked for')
  try {
    return decodeMessage(payloads, streamLimits.bodyBytesMax)
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause
    throw new ProtocolError(`the answer cannot be read: ${cause.message}`, { cause })
  }
}

/** The refusal of a RESP whose status is one; the status alone says enough when its fields cannot be read. */
export function refusalIn(message: Assembled): NodeError {
  return new NodeError(problemFrom(message.head.code, fieldsIn(message)))
}

function fieldsIn(message: Assembled): unknown {
  try {
    return answerIn(message).fields
  } catch (cause) {
    if (cause instanceof ProtocolError) return null
    throw cause
  }
}
