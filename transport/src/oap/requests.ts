/**
 * The node's end of a connection: frames of a peer in, what to do about them out (OAP/1 §2). It bounds the
 * requests in flight, the refused streams still being discarded, and the bytes held for unfinished messages.
 * `decide` is pure; `Requests` keeps the streams and their sums. Neither sends, inflates or parses a message.
 */

import type { RefusalCode } from '@ron/kernel/contract/refusals'
import { HashTable, hashOfBigint } from '@ron/kernel/tables/hash-table'
import { flag, has, type Frame } from './frame.ts'
import { isAcknowledgement } from './reply.ts'
import {
  afterRefusing,
  discarding,
  idle,
  receive,
  refused,
  streamLimits,
  type Assembled,
  type Input,
  type Outcome,
  type StreamLimits,
} from './streams.ts'

export type Effect =
  /** A message began of which there is more to come. Whoever should not be listened to is to be refused now. */
  | { readonly kind: 'opened'; readonly head: Frame }
  /** Answer it, then call `answered`. */
  | { readonly kind: 'serve'; readonly request: Assembled }
  /** Send one RESP on the frame's `corr_id`; the connection lives. */
  | { readonly kind: 'refuse'; readonly to: Frame; readonly code: RefusalCode; readonly message: string }
  /** Send one RESP, then close the connection: from here on no frame has an effect. */
  | { readonly kind: 'close'; readonly to: Frame; readonly code: RefusalCode; readonly message: string }
  /** The frame is consumed and its sender asked to hear it: send an empty RESP 202. */
  | { readonly kind: 'acknowledge'; readonly to: Frame }
  /** The peer consumed one frame of ours on this `corr_id`. */
  | { readonly kind: 'acknowledged'; readonly corrId: bigint }

/** One `corr_id`. While its request is being served it may still have a refused stream to discard. */
export interface Stream {
  readonly input: Input
  readonly serving: boolean
  /** When its last frame came. */
  readonly atMs: number
}

/** Sums over all streams of the connection. */
export interface Tally {
  /** Messages being received or served. */
  readonly inFlight: number
  readonly discarding: number
  readonly heldBytes: number
}

export interface RequestLimits extends StreamLimits {
  /** `max_inflight` of HELLO. */
  readonly inFlightMax: number
  /** Refused streams whose END has not come. */
  readonly discardingMax: number
  /** Unfinished messages of all streams together. */
  readonly heldBytesMax: number
  /** Longest silence inside a message. */
  readonly silenceMs: number
}

export const requestLimits: RequestLimits = {
  ...streamLimits,
  inFlightMax: 64,
  discardingMax: 64,
  heldBytesMax: 8 * 2 ** 20,
  silenceMs: 10_000,
}

/** What a kept frame costs beyond its payload. An estimate, so that empty chunks are not free. */
const frameOverheadBytes = 256

export function decide(
  stream: Stream,
  frame: Frame,
  tally: Tally,
  limits: RequestLimits,
  nowMs: number,
): readonly [Stream, readonly Effect[]] {
  if (!has(frame, flag.REQ)) return [stream, fromAnswerer(stream, frame)]

  const [input, outcome] = admit(stream, frame, tally, limits) ?? receive(stream.input, frame, limits)
  const begins = input.phase === 'discarding' && stream.input.phase !== 'discarding'
  if (begins && tally.discarding >= limits.discardingMax) return [stream, [unendedRefusals(frame, limits)]]
  const serving = stream.serving || outcome.kind === 'message'
  const opened: Effect[] =
    input.phase === 'receiving' && stream.input.phase === 'idle' ? [{ kind: 'opened', head: frame }] : []
  return [{ input, serving, atMs: nowMs }, [...effectsOf(outcome, frame), ...opened]]
}

function unendedRefusals(to: Frame, { discardingMax }: RequestLimits): Effect {
  const message = `${discardingMax} refused messages have not ended; send END after a refusal`
  return { kind: 'close', to, code: 'BadRequest', message }
}

/** Refusals that depend on more than the stream itself; null when there is none. */
function admit(
  stream: Stream,
  frame: Frame,
  tally: Tally,
  limits: RequestLimits,
): readonly [Input, Outcome] | null {
  if (stream.input.phase === 'discarding') return null
  const opens = stream.input.phase === 'idle' && (has(frame, flag.START) || !has(frame, flag.END))
  if (opens && stream.serving) {
    return [afterRefusing(frame), refused('BadRequest', 'this corr_id has a request in flight; use another')]
  }
  if (opens && tally.inFlight >= limits.inFlightMax) {
    const message = `${limits.inFlightMax} requests are in flight on this connection; wait for an answer`
    return [afterRefusing(frame), refused('Busy', message)]
  }
  const kept = !has(frame, flag.END) && (stream.input.phase === 'receiving' || has(frame, flag.START))
  if (kept && tally.heldBytes + frame.payload.length + frameOverheadBytes > limits.heldBytesMax) {
    const message = `unfinished messages hold ${limits.heldBytesMax} bytes on this connection; finish one first`
    return [discarding, refused('Busy', message)]
  }
  return null
}

function effectsOf(outcome: Outcome, frame: Frame): readonly Effect[] {
  if (outcome.kind === 'discarded') return []
  if (outcome.kind === 'refused') {
    return [{ kind: 'refuse', to: frame, code: outcome.code, message: outcome.message }]
  }
  const acknowledge: Effect[] = has(frame, flag.ACK_REQ) ? [{ kind: 'acknowledge', to: frame }] : []
  return outcome.kind === 'kept' ? acknowledge : [...acknowledge, { kind: 'serve', request: outcome.message }]
}

/** A peer that asks sends REQ, and RESP 202 for our ACK_REQ. An acknowledgement may come after the answer. */
function fromAnswerer(stream: Stream, frame: Frame): readonly Effect[] {
  if (isAcknowledgement(frame)) return stream.serving ? [{ kind: 'acknowledged', corrId: frame.corrId }] : []
  const message = 'only REQ frames and empty RESP 202 frames are taken here'
  return [{ kind: 'refuse', to: frame, code: 'BadRequest', message }]
}

export class Requests {
  readonly #limits: RequestLimits
  /** Streams that are not idle, so at most `inFlightMax + discardingMax`. */
  readonly #streams = new HashTable<bigint, Stream>(hashOfBigint)
  #tally: Tally = { inFlight: 0, discarding: 0, heldBytes: 0 }
  /** Set by a `close`; frames that had already arrived still come. */
  #closed = false

  constructor(limits = requestLimits) {
    this.#limits = limits
  }

  get tally(): Tally {
    return this.#tally
  }

  frame(frame: Frame, nowMs: number): readonly Effect[] {
    if (this.#closed) return []
    const stream = this.#streams.get(frame.corrId) ?? unused
    const [next, effects] = decide(stream, frame, this.#tally, this.#limits, nowMs)
    this.#keep(frame.corrId, stream, next)
    this.#closed = effects.some((effect) => effect.kind === 'close')
    return effects
  }

  /**
   * The message that was `opened` with this frame will be answered with a refusal: what is left of it is
   * discarded. Returns the effect of one refused message too many, or null.
   */
  refuse(head: Frame): Effect | null {
    const stream = this.#streams.get(head.corrId)
    if (stream === undefined || stream.input.phase !== 'receiving') return null
    this.#closed = this.#tally.discarding >= this.#limits.discardingMax
    if (this.#closed) return unendedRefusals(head, this.#limits)
    this.#keep(head.corrId, stream, { ...stream, input: discarding, serving: true })
    return null
  }

  /** The last RESP on this `corr_id` was sent; it may be used again. */
  answered(corrId: bigint): void {
    const stream = this.#streams.get(corrId)
    if (stream !== undefined) this.#keep(corrId, stream, { ...stream, serving: false })
  }

  /** Refuses every message that has been silent for too long. To be called from time to time. */
  silent(nowMs: number): readonly Effect[] {
    const effects: Effect[] = []
    for (const [corrId, stream] of this.#streams.entries()) {
      if (this.#closed) break
      if (stream.input.phase !== 'receiving' || nowMs - stream.atMs <= this.#limits.silenceMs) continue
      this.#closed = this.#tally.discarding >= this.#limits.discardingMax
      const kind = this.#closed ? 'close' : 'refuse'
      const message = `nothing came for ${this.#limits.silenceMs} ms before END`
      effects.push({ kind, to: stream.input.message.head, code: 'RequestTimeout', message })
      if (!this.#closed) this.#keep(corrId, stream, { ...stream, input: discarding })
    }
    return effects
  }

  #keep(corrId: bigint, before: Stream, after: Stream): void {
    if (after.input.phase === 'idle' && !after.serving) this.#streams.delete(corrId)
    else this.#streams.set(corrId, after)
    const [less, more] = [shareOf(before), shareOf(after)]
    this.#tally = {
      inFlight: this.#tally.inFlight - less.inFlight + more.inFlight,
      discarding: this.#tally.discarding - less.discarding + more.discarding,
      heldBytes: this.#tally.heldBytes - less.heldBytes + more.heldBytes,
    }
  }
}

const unused: Stream = { input: idle, serving: false, atMs: 0 }

function shareOf({ input, serving }: Stream): Tally {
  const receiving = input.phase === 'receiving'
  return {
    inFlight: (receiving ? 1 : 0) + (serving ? 1 : 0),
    discarding: input.phase === 'discarding' ? 1 : 0,
    heldBytes: receiving ? input.bytes + input.message.parts.length * frameOverheadBytes : 0,
  }
}
