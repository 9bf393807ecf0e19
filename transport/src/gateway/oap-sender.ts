/**
 * The sending side of an OAP conversation: answers, events and refusals as frames, no faster than the peer
 * takes them. It decides nothing about requests.
 */

import type { Refusal } from '@ron/kernel/contract/refusals'
import type { Fields } from '@ron/kernel/ports/port'
import type { Correlation } from '../http/correlation.ts'
import { problemFields } from '../http/problem.ts'
import { concatBytes, noBytes } from '../oap/bytes.ts'
import { eventFrame } from '../oap/event-frame.ts'
import { encodeFrame, flag, type Frame } from '../oap/frame.ts'
import {
  encodeMessage,
  encodeWhole,
  framesOf,
  type Message,
  type MessageHead,
  type SendLimits,
} from '../oap/message.ts'
import { replyTo, unacknowledgedMax } from '../oap/reply.ts'
import type { OapCall } from './oap-call.ts'

/** What carries the conversation. */
export interface OapCarrier {
  readonly peer: string
  readonly client: readonly string[]
  /** The token of the carrier's own head, for frames without one. */
  readonly token: string | null
  /** The names that every message goes by; null where each has its own. */
  readonly correlation: Correlation | null
  /** Subscriptions need a carrier that stays. */
  readonly lasting: boolean
  /** Takes one encoded frame, in parts whose bytes may be others afterwards; false when the peer is gone. */
  send(...frame: readonly Uint8Array[]): boolean
  /** Null while the carrier can take more, or the peer is gone; else resolves when that is so. */
  room(): Promise<void> | null
  close(reason: string): void
  /** Ends the conversation because its token is no longer good. */
  revoked(reason: string): void
}

export class OapSender {
  readonly #carrier: OapCarrier
  readonly #limits: SendLimits
  readonly #gone: () => void

  /** `gone` is called when a frame finds nobody there. */
  constructor(carrier: OapCarrier, limits: SendLimits, gone: () => void) {
    this.#carrier = carrier
    this.#limits = limits
    this.#gone = gone
  }

  send(frame: Frame): void {
    if (!this.#carrier.send(encodeFrame(frame))) this.#gone()
  }

  refuse(head: MessageHead, refusal: Refusal, correlation: Correlation): void {
    const fields = problemFields(refusal, correlation.traceId)
    for (const frame of framesOf(head, encodeMessage({ fields, body: noBytes }), this.#limits))
      this.send(frame)
  }

  /** Sends one event, at once unless the peer has a window of them to acknowledge or takes no more just now. */
  event(to: Frame, call: OapCall, fields: Fields): Promise<void> | undefined {
    const ready = call.room() === null && this.#carrier.room() === null
    const frame = ready ? eventFrame(to, fields, this.#limits) : null
    if (frame === null) return this.#eventPaced(to, call, fields)
    if (call.signal.aborted) return undefined
    if (!this.#carrier.send(frame.asking(call.sent()))) this.#gone()
    return undefined
  }

  /**
   * A long answer waits for the peer between frames, and for its acknowledgements where there are many. Resolves with
   * its bytes.
   */
  async respond(head: MessageHead, message: Message, call: OapCall): Promise<number> {
    const whole = encodeWhole(head, message, this.#limits)
    if (whole !== null) {
      const room = this.#carrier.room()
      // The body is somebody else's memory, and theirs again after this turn.
      const frame = room === null ? whole : [concatBytes(whole)]
      if (room !== null) await room
      if (!this.#carrier.send(...frame)) this.#gone()
      return whole.reduce((sum, part) => sum + part.length, 0)
    }
    const payload = encodeMessage(message)
    const frames = [...framesOf(head, payload, this.#limits)]
    for (const frame of frames) {
      if (frames.length > unacknowledgedMax) await this.#paced(frame, call)
      else {
        await this.#carrier.room()
        this.send(frame)
      }
    }
    return payload.length
  }

  async #eventPaced(to: Frame, call: OapCall, fields: Fields): Promise<void> {
    const payload = encodeMessage({ fields, body: noBytes })
    for (const frame of framesOf(replyTo(to, 'EVENT', 0), payload, this.#limits))
      await this.#paced(frame, call)
  }

  async #paced(frame: Frame, call: OapCall): Promise<void> {
    await call.room()
    await this.#carrier.room()
    if (call.signal.aborted) return
    this.send({ ...frame, flags: frame.flags | (call.sent() ? flag.ACK_REQ : 0) })
  }
}
