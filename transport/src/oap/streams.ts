/**
 * How frames of one direction and one `corr_id` become messages (OAP/1 §2), as a pure decision. It knows
 * nothing of other `corr_id`s, of answers, or of what a message says; `requests.ts` and `answers.ts` do.
 *
 *        plain, START+END → message
 *        bare END → refused
 *                 ┌───┐
 *            ┌────┴───▼────────────────────────────────────────────────┐
 *            │                          idle                           │
 *            └──┬──────────────▲──────────────────────────────▲────────┘
 *         START │              │ END → message                │ bare END
 *            ┌──▼──────────────┴──┐                    ┌──────┴────────┐
 *            │     receiving      ├───────────────────►│  discarding   │
 *            └────────────────────┘  START, or over a  └───────────────┘
 *                                    cap → refused
 *
 * A refused stream is discarded up to its own END. Were it forgotten at once, its next chunk, which has
 * neither START nor END, would be read as a whole message: bytes of a body, taken for a request.
 */

import type { RefusalCode } from '@ron/kernel/contract/refusals'
import { chunkBytesMax, flag, frameBytesMax, has, type Frame } from './frame.ts'
import { metaBytesMax } from './message.ts'

/** One frame's payload. Inflation is for whoever takes the message; the order of parts is the order of frames. */
export interface Part {
  readonly bytes: Uint8Array
  /** COMP: the bytes are one zstd frame. */
  readonly compressed: boolean
}

export interface Assembled {
  /** The first frame. Its ids, capability and flags hold for the message; those of later frames are not read. */
  readonly head: Frame
  readonly parts: readonly Part[]
}

export type Input =
  | { readonly phase: 'idle' }
  | { readonly phase: 'receiving'; readonly message: Assembled; readonly bytes: number }
  | { readonly phase: 'discarding' }

export type Outcome =
  | { readonly kind: 'message'; readonly message: Assembled }
  | { readonly kind: 'kept' }
  | { readonly kind: 'discarded' }
  | Refused

export interface Refused {
  readonly kind: 'refused'
  readonly code: RefusalCode
  readonly message: string
}

export interface StreamLimits {
  /** Payload of one frame of a stream, at most the protocol's. */
  readonly chunkBytesMax: number
  /** Payloads of one message as sent, `meta` aside. */
  readonly bodyBytesMax: number
  /** Frames of one message. Tiny chunks cost more to keep than they carry. */
  readonly framesMax: number
}

export const streamLimits: StreamLimits = { chunkBytesMax, bodyBytesMax: frameBytesMax, framesMax: 4_096 }

export const idle: Input = { phase: 'idle' }
export const discarding: Input = { phase: 'discarding' }

export function receive(input: Input, frame: Frame, limits: StreamLimits): readonly [Input, Outcome] {
  const starts = has(frame, flag.START)
  const ends = has(frame, flag.END)
  if (input.phase === 'discarding') return [ends && !starts ? idle : discarding, { kind: 'discarded' }]
  if (input.phase === 'receiving' && starts) {
    return [discarding, refused('BadRequest', 'a second START came before END; use another corr_id')]
  }
  if (input.phase === 'idle' && ends && !starts) {
    return [idle, refused('BadRequest', 'END came without START')]
  }
  const before = input.phase === 'receiving' ? input : nothingOf(frame)
  const bytes = before.bytes + frame.payload.length
  const parts = before.message.parts.concat({ bytes: frame.payload, compressed: has(frame, flag.COMP) })
  const message: Assembled = { head: before.message.head, parts }

  const streamed = input.phase === 'receiving' || (starts && !ends)
  const excess = over(frame, streamed, bytes, parts.length, limits)
  if (excess !== null) return [streamed && !ends ? discarding : idle, refused('TooLarge', excess)]
  if (streamed && !ends) return [{ phase: 'receiving', message, bytes }, { kind: 'kept' }]
  return [idle, { kind: 'message', message }]
}

/** What a refusal leaves behind when this frame opened the message: a stream has more to come. */
export function afterRefusing(opening: Frame): Input {
  return has(opening, flag.START) && !has(opening, flag.END) ? discarding : idle
}

export function refused(code: RefusalCode, message: string): Refused {
  return { kind: 'refused', code, message }
}

function nothingOf(head: Frame): { readonly message: Assembled; readonly bytes: number } {
  return { message: { head, parts: [] }, bytes: 0 }
}

function over(
  frame: Frame,
  streamed: boolean,
  bytes: number,
  frames: number,
  limits: StreamLimits,
): string | null {
  if (streamed && frame.payload.length > limits.chunkBytesMax) {
    return `a chunk of ${frame.payload.length} bytes is over the limit of ${limits.chunkBytesMax} in a stream`
  }
  // `meta` may be compressed, so its length is unknown here; the body alone is judged when the message is read.
  if (bytes > limits.bodyBytesMax + 2 + metaBytesMax) {
    return `a message of ${bytes} bytes is over the limit of ${limits.bodyBytesMax} for a body`
  }
  if (frames > limits.framesMax) {
    return `a message of more than ${limits.framesMax} frames is over the limit; send larger chunks`
  }
  return null
}
