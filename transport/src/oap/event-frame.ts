/**
 * The frame of an event that goes to many subscribers. It is encoded once for as long as the event is around: for
 * another subscriber only the `corr_id` is another, and eight bytes are set in their place.
 */

import type { Fields } from '@ron/kernel/ports/port'
import { noBytes } from './bytes.ts'
import { corrIdAt, encodeFrame, flag, flagsAt, headerBytes, type Frame } from './frame.ts'
import { encodeMessage, type SendLimits } from './message.ts'
import { replyTo } from './reply.ts'

const encoded = new WeakMap<Fields, EventFrame>()

/**
 * The event on the `corr_id` of a request, good until it is asked for again; null when one frame does not hold it.
 * Throws a `Refusal` (TooLarge) when no message does.
 */
export function eventFrame(to: Frame, fields: Fields, { frameBytesMax }: SendLimits): EventFrame | null {
  const before = encoded.get(fields)
  if (before?.isFor(to) === true) return before.on(to.corrId)
  const payload = encodeMessage({ fields, body: noBytes })
  if (headerBytes + payload.length > frameBytesMax) return null
  const frame = new EventFrame({ ...replyTo(to, 'EVENT', 0), payload })
  encoded.set(fields, frame)
  return frame
}

export class EventFrame {
  readonly #head: Pick<Frame, 'appProtoId' | 'tenant'>
  readonly #bytes: Uint8Array
  readonly #view: DataView

  constructor(frame: Frame) {
    this.#head = frame
    this.#bytes = encodeFrame(frame)
    this.#view = new DataView(this.#bytes.buffer)
  }

  isFor({ appProtoId, tenant }: Frame): boolean {
    return appProtoId === this.#head.appProtoId && tenant === this.#head.tenant
  }

  on(corrId: bigint): this {
    this.#view.setBigUint64(corrIdAt, corrId)
    return this
  }

  /** The bytes, with or without the wish to be acknowledged. */
  asking(acknowledge: boolean): Uint8Array {
    this.#view.setUint16(flagsAt, flag.EVENT | (acknowledge ? flag.ACK_REQ : 0))
    return this.#bytes
  }
}
