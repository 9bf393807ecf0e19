/**
 * The sending side of an OAP conversation: answers, events and refusals as frames, no faster than the peer
 * takes them. It decides nothing about requests.
 */

import type { Refusal } from '@ron/kernel/contract/refusals'
import type { Fields } from '@ron/kernel/ports/port'
import type { Correlation } from '../http/correlation.ts'
import { problemFields } from '../http/problem.ts'
import { noBytes } from '../oap/bytes.ts'
import { encodeFrame, flag, type Frame } from '../oap/frame.ts'
import { encodeMessage, framesOf, type Message, type MessageHead, type SendLimits } from '../oap/message.ts'
import { replyTo, unacknowledgedMax } from '../oap/reply.ts'
import type { OapCall } from './oap-call.ts'

/** What carries the conversation. */
export interface OapCarrier {
  readonly peer: string
  /** The token of the carrier's own head, for frames without one. */
  readonly token: string | null
  /** Subscriptions need a carrier that stays. */
  readonly lasting: boolean
  /** Takes one encoded frame; false when the peer is gone. */
  send(frame: Uint8Array): boolean
  /** Resolves when the carrier can take more, or the peer is gone. */
  room(): Promise<void>
  close(reason: string): void
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

  /** Sends one event and holds back the next while the peer has a window of them to acknowledge. */
  async event(to: Frame, call: OapCall, fields: Fields): Promise<void> {
    for (const frame of framesOf(
      replyTo(to, 'EVENT', 0),
      encodeMessage({ fields, body: noBytes }),
      this.#limits,
    )) {
      await this.#paced(frame, call)
    }
  }

  /** A long answer waits for the peer between frames, and for its acknowledgements where there are many. */
  async respond(head: MessageHead, message: Message, call: OapCall): Promise<void> {
    const frames = [...framesOf(head, encodeMessage(message), this.#limits)]
    for (const frame of frames) {
      if (frames.length > unacknowledgedMax) await this.#paced(frame, call)
      else {
        await this.#carrier.room()
        this.send(frame)
      }
    }
  }

  async #paced(frame: Frame, call: OapCall): Promise<void> {
    await call.room()
    await this.#carrier.room()
    if (call.signal.aborted) return
    call.sent()
    this.send({ ...frame, flags: frame.flags | flag.ACK_REQ })
  }
}
