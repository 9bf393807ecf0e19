/**
 * A message as OAP/1 §3 lays it out: the first frame's payload is `u16 meta_len | meta | body`, frames after
 * it are body only. `meta` is the fields as CBOR, `body` is raw bytes and never inside CBOR. Here a message
 * becomes frames to send and the parts received become a message; the order and the sums of frames are
 * judged before, in `streams.ts`.
 */

import { Refusal } from '@ron/kernel/contract/refusals'
import type { Fields } from '@ron/kernel/ports/port'
import { concatBytes, noBytes } from './bytes.ts'
import { decodeFields, encodeFields } from './cbor.ts'
import { chunkBytesMax, encodeFrameBefore, flag, frameBytesMax, headerBytes, type Frame } from './frame.ts'

/** The length goes in a u16, and length and meta together must fit the first chunk of a stream. */
export const metaBytesMax = chunkBytesMax - 2

export interface Message {
  readonly fields: Fields
  /** May share memory with the payload it was read from. */
  readonly body: Uint8Array
}

/** What the frames of a message repeat: kind and ids. `cap` goes on the first one only. */
export type MessageHead = Omit<Frame, 'payload'>

export interface SendLimits {
  /** The receiver's frame limit, at most the protocol's. */
  readonly frameBytesMax: number
  readonly chunkBytesMax: number
}

export const sendLimits: SendLimits = { frameBytesMax, chunkBytesMax }

/** `u16 meta_len | meta | body` in one piece. Throws a `Refusal` (TooLarge) when the fields do not fit. */
export function encodeMessage({ fields, body }: Message): Uint8Array {
  return concatBytes([encodeMeta(fields), body])
}

/**
 * The message as the one frame that `framesOf` makes of it, in parts, the last of which is its body; null when it makes
 * several. Who writes it somewhere copies it there, and nothing before.
 */
export function encodeWhole(
  head: MessageHead,
  { fields, body }: Message,
  limits = sendLimits,
): readonly Uint8Array[] | null {
  const meta = encodeMeta(fields)
  if (!fitsOne(head, meta.length + body.length, limits)) return null
  return [encodeFrameBefore(wholeHead(head), meta, body.length), body]
}

/**
 * The message whose frames carried these payloads, inflated where they were compressed. Throws a `Refusal`:
 * BadRequest for a payload that is not a message, TooLarge for a body over `bodyBytesMax`.
 */
export function decodeMessage(payloads: readonly Uint8Array[], bodyBytesMax: number): Message {
  const [first = noBytes, ...rest] = payloads
  const bodyFrom = 2 + metaLength(first)
  if (bodyFrom > first.length) {
    const message = `meta_len announces ${bodyFrom - 2} bytes and the first frame has ${first.length - 2} after it`
    throw new Refusal('BadRequest', message)
  }
  const bodyLength = rest.reduce((total, payload) => total + payload.length, first.length - bodyFrom)
  if (bodyLength > bodyBytesMax) {
    throw new Refusal('TooLarge', `a body of ${bodyLength} bytes is over the limit of ${bodyBytesMax}`)
  }
  const fields = decodeFields(first.subarray(2, bodyFrom))
  return { fields, body: concatBytes([first.subarray(bodyFrom), ...rest]) }
}

/**
 * The payload as frames: one when it fits, with START and END when it carries a capability, else a stream
 * START … END. Chunks share memory with `payload`.
 */
export function* framesOf(head: MessageHead, payload: Uint8Array, limits = sendLimits): Generator<Frame> {
  if (fitsOne(head, payload.length, limits)) {
    yield { ...wholeHead(head), payload }
    return
  }
  const chunk = Math.min(limits.chunkBytesMax, limits.frameBytesMax - headerBytes - head.cap.length)
  if (2 + metaLength(payload) > chunk) {
    throw new Refusal('TooLarge', `the fields do not fit the first frame, which has room for ${chunk} bytes`)
  }
  for (let at = 0; at < payload.length; at += chunk) {
    const place = (at === 0 ? flag.START : 0) | (at + chunk >= payload.length ? flag.END : 0)
    const cap = at === 0 ? head.cap : noBytes
    yield { ...head, flags: head.flags | place, cap, payload: payload.subarray(at, at + chunk) }
  }
}

/** `u16 meta_len | meta` */
function encodeMeta(fields: Fields): Uint8Array {
  const meta = encodeFields(fields)
  if (meta.length > metaBytesMax) {
    const fix = 'ask for fewer at once or move large values into the body'
    throw new Refusal(
      'TooLarge',
      `the fields take ${meta.length} bytes and OAP/1 carries ${metaBytesMax}; ${fix}`,
    )
  }
  return concatBytes([Uint8Array.of(meta.length >> 8, meta.length & 0xff), meta])
}

function fitsOne({ cap }: MessageHead, payloadBytes: number, { frameBytesMax: most }: SendLimits): boolean {
  return headerBytes + cap.length + payloadBytes <= most
}

function wholeHead(head: MessageHead): MessageHead {
  const around = head.cap.length > 0 ? flag.START | flag.END : 0
  return { ...head, flags: head.flags | around }
}

function metaLength(payload: Uint8Array): number {
  const [high, low] = payload
  if (high === undefined || low === undefined) {
    throw new Refusal('BadRequest', 'a message begins with a two-byte meta_len, and the payload is shorter')
  }
  return high * 256 + low
}
