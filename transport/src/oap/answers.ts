/**
 * The caller's end of a connection: frames of the node in, answers and events of the calls that wait for
 * them out. A call is over with its RESP; frames for calls that are over or were never made are stray and
 * change nothing. It neither sends, inflates nor parses a message.
 */

import { flag, has, type Frame } from './frame.ts'
import { isAcknowledgement } from './reply.ts'
import { idle, receive, streamLimits, type Assembled, type Input, type StreamLimits } from './streams.ts'

export type AnswerEffect =
  /** The call's last word. */
  | { readonly kind: 'answer'; readonly corrId: bigint; readonly message: Assembled }
  | { readonly kind: 'event'; readonly corrId: bigint; readonly message: Assembled }
  /** The node broke the protocol on this call, which is over. */
  | { readonly kind: 'broken'; readonly corrId: bigint; readonly reason: string }
  /** The frame is consumed and the node asked to hear it: send an empty RESP 202. */
  | { readonly kind: 'acknowledge'; readonly to: Frame }
  /** The node consumed one frame of the request. */
  | { readonly kind: 'acknowledged'; readonly corrId: bigint }
  /** No call waits for it. A RESP may still say why the connection is about to close. */
  | { readonly kind: 'stray'; readonly frame: Frame }

/** What one call has received: its answer and its events are separate directions of one `corr_id`. */
interface Call {
  readonly answer: Input
  readonly event: Input
}

const unanswered: Call = { answer: idle, event: idle }

export class Answers {
  readonly #calls = new Map<bigint, Call>()
  readonly #callsMax: number
  readonly #limits: StreamLimits

  /** `callsMax` is the node's `max_inflight`. */
  constructor(callsMax: number, limits = streamLimits) {
    this.#callsMax = callsMax
    this.#limits = limits
  }

  get waiting(): number {
    return this.#calls.size
  }

  /** A request goes out on this `corr_id`. False when as many as the node takes are waiting. */
  expect(corrId: bigint): boolean {
    if (this.#calls.has(corrId)) throw new RangeError(`corr_id ${corrId} already has a call`)
    if (this.#calls.size >= this.#callsMax) return false
    this.#calls.set(corrId, unanswered)
    return true
  }

  /** The call was given up. */
  forget(corrId: bigint): void {
    this.#calls.delete(corrId)
  }

  frame(frame: Frame): readonly AnswerEffect[] {
    const { corrId } = frame
    const call = this.#calls.get(corrId)
    if (call === undefined || has(frame, flag.REQ)) return [{ kind: 'stray', frame }]
    if (isAcknowledgement(frame)) return [{ kind: 'acknowledged', corrId }]

    const direction = has(frame, flag.RESP) ? 'answer' : 'event'
    const [input, outcome] = receive(call[direction], frame, this.#limits)
    if (outcome.kind === 'refused' || outcome.kind === 'discarded') {
      this.#calls.delete(corrId)
      const reason = outcome.kind === 'refused' ? outcome.message : 'a refused message went on'
      return [{ kind: 'broken', corrId, reason }]
    }
    this.#calls.set(corrId, { ...call, [direction]: input })
    const acknowledge: AnswerEffect[] = has(frame, flag.ACK_REQ) ? [{ kind: 'acknowledge', to: frame }] : []
    if (outcome.kind === 'kept') return acknowledge
    if (direction === 'answer') this.#calls.delete(corrId)
    return [...acknowledge, { kind: direction, corrId, message: outcome.message }]
  }
}
