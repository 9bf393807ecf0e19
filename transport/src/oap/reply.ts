/**
 * Frames that answer a frame: which ids they repeat, and the acknowledgement that is the flow control of a
 * stream (OAP/1 §2). An acknowledgement names no frame; acknowledgements count. A stream is in order, so one of
 * them stands for every frame up to the one that asked for it, and every sixteenth asks.
 */

import { noBytes } from './bytes.ts'
import { flag, has, type Frame } from './frame.ts'
import type { MessageHead } from './message.ts'

/** "A sender keeps at most 32 unacknowledged frames per stream." */
export const unacknowledgedMax = 32
/** One frame in so many asks to be acknowledged: twice in a full window, so that it never stands still. */
export const askEvery = unacknowledgedMax / 2
const consumed = 202

/** The head of a RESP or EVENT on the frame's `corr_id`, with its protocol and tenant. */
export function replyTo(frame: Frame, kind: 'RESP' | 'EVENT', code: number): MessageHead {
  const { appProtoId, tenant, corrId } = frame
  return { flags: flag[kind], code, appProtoId, tenant, corrId, cap: noBytes }
}

/** "An empty RESP (code 202) once it has consumed the frame." */
export function acknowledgement(frame: Frame): Frame {
  return { ...replyTo(frame, 'RESP', consumed), payload: noBytes }
}

/** An answer with status 202 has a payload, since it has a `meta_len`. */
export function isAcknowledgement(frame: Frame): boolean {
  return has(frame, flag.RESP) && frame.code === consumed && frame.payload.length === 0
}

/** How many frames of a stream the receiver has yet to acknowledge; the sender waits while it is full. */
export class SendWindow {
  #unacknowledged = 0
  /** Those of them that came after the last that asked. */
  #unasked = 0

  get full(): boolean {
    return this.#unacknowledged >= unacknowledgedMax
  }

  /** Counts one frame, and says whether it asks to be acknowledged. */
  sent(): boolean {
    if (this.full)
      throw new RangeError(`${unacknowledgedMax} frames are unacknowledged; wait for one before sending`)
    this.#unacknowledged++
    this.#unasked = (this.#unasked + 1) % askEvery
    return this.#unasked === 0
  }

  /** False when nothing was waiting: the peer acknowledged a frame that never asked. */
  acknowledged(): boolean {
    if (this.#unacknowledged < askEvery) return false
    this.#unacknowledged -= askEvery
    return true
  }
}
