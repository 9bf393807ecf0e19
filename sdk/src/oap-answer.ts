/** What a message of the node says, for the caller: an answer, limits, or why there is neither. */

import { Refusal } from '@ron/kernel/contract/refusals'
import { flag, has, type Frame } from '@ron/transport/oap/frame'
import { readHelloReply, type PeerLimits } from '@ron/transport/oap/hello'
import { decodeMessage } from '@ron/transport/oap/message'
import { plainPayloads } from '@ron/transport/oap/parts'
import { isRefusalStatus } from '@ron/transport/oap/status'
import { streamLimits, type Assembled } from '@ron/transport/oap/streams'
import { unshared } from './bytes.ts'
import type { Answer } from './carrier.ts'
import { NodeError, ProtocolError } from './error.ts'
import { problemFrom } from './problem.ts'

/** Most calls open at once, whatever the node allows. */
const placesMax = 1_024

/** Throws a ProtocolError when the message cannot be read. */
export function answerIn({ parts }: Assembled): Answer {
  const payloads = plainPayloads(parts)
  if (payloads === null) throw new ProtocolError('the node compressed an answer, which nobody asked for')
  try {
    const { fields, body } = decodeMessage(payloads, streamLimits.bodyBytesMax)
    return { fields, body: unshared(body) }
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause
    throw new ProtocolError(`the answer cannot be read: ${cause.message}`, { cause })
  }
}

/** The refusal of a RESP whose status is one; the status alone says enough when its fields cannot be read. */
export function refusalIn(message: Assembled): NodeError {
  return new NodeError(problemFrom(message.head.code, fieldsIn(message)))
}

/** The limits in the answer to HELLO, or why there will be no session. */
export function greetingIn(frame: Frame): PeerLimits | NodeError | ProtocolError {
  if (isRefusalStatus(frame.code)) {
    return refusalIn({ head: frame, parts: [{ bytes: frame.payload, compressed: has(frame, flag.COMP) }] })
  }
  try {
    const limits = readHelloReply(frame.payload)
    return { ...limits, inFlightMax: Math.min(limits.inFlightMax, placesMax) }
  } catch (cause) {
    return new ProtocolError('the node answered HELLO with something else', { cause })
  }
}

function fieldsIn(message: Assembled): unknown {
  try {
    return answerIn(message).fields
  } catch (cause) {
    if (cause instanceof ProtocolError) return null
    throw cause
  }
}
