/**
 * Frames under a seal. A record is a frame of the control protocol whose payload is one or more whole frames, sealed
 * with AES-256-GCM:
 *
 *      0                                       38                      len
 *      ┌───────────────────────────────────────┬───────────────────────┐
 *      │ header: EVENT, code 2, app_proto_id 0 │ sealed frames ‖ tag   │
 *      │ corr_id = how many came before it     │                       │
 *      └───────────────────────────────────────┴───────────────────────┘
 *          authenticated                           encrypted
 *
 * The nonce is the base nonce of the direction xor that number (RFC 9180 §5.2), so none is used twice; each direction
 * has a key of its own. A direction ends before its key has sealed too much, and then so does the conversation.
 */

import { corrIdAt, flag, flagsAt, headerBytes } from '../oap/frame.ts'
import { control } from '../oap/hello.ts'
import { nonceBytes, tagBytes, type Aead } from './primitives.ts'

export const recordCode = 2
/** What a record is longer than the frames in it. */
export const recordOverhead = headerBytes + tagBytes

/**
 * Of one direction. 2^36 blocks of AES-GCM under one key leave an attacker less than 2^-56 (draft-irtf-cfrg-aead-limits);
 * a record also spends two blocks that hold no content.
 */
export interface RecordLimits {
  readonly recordsMax: number
  readonly blocksMax: number
}

export const recordLimits: RecordLimits = { recordsMax: 2 ** 32, blocksMax: 2 ** 36 }

/** What one direction works with; the nonce is its own. */
export interface DirectionKeys {
  readonly aead: Aead
  readonly baseNonce: Uint8Array
}

/** Whether these bytes, one whole frame, say that they are a record. */
export function isRecord(frame: Uint8Array): boolean {
  return (
    frame.length >= headerBytes &&
    frame[flagsAt] === 0 &&
    frame[flagsAt + 1] === flag.EVENT &&
    frame[8] === 0 &&
    frame[9] === recordCode &&
    frame[10] === 0 &&
    frame[11] === control
  )
}

/** The frames that a message carries, as they lie in it; null when it does not end with one of them. */
export function framesIn(message: Uint8Array): readonly Uint8Array[] | null {
  const view = new DataView(message.buffer, message.byteOffset, message.length)
  const frames: Uint8Array[] = []
  for (let at = 0; at < message.length;) {
    const length = message.length - at < headerBytes ? 0 : view.getUint32(at)
    if (length < headerBytes || length > message.length - at) return null
    frames.push(message.subarray(at, at + length))
    at += length
  }
  return frames
}

export class Sealer {
  readonly #keys: DirectionKeys
  readonly #course: Course

  constructor(keys: DirectionKeys, limits = recordLimits) {
    this.#keys = keys
    this.#course = new Course(keys.baseNonce, limits)
  }

  /** One record of these frames, in parts of any size; null when this direction has sealed all that it may. */
  seal(...frames: readonly Uint8Array[]): Uint8Array<ArrayBuffer> | null {
    const length = frames.reduce((sum, part) => sum + part.length, 0)
    const number = this.#course.next(length)
    if (number === null) return null
    const header = new Uint8Array(headerBytes)
    const view = new DataView(header.buffer)
    view.setUint32(0, length + recordOverhead)
    view.setUint16(4, 1)
    view.setUint16(flagsAt, flag.EVENT)
    view.setUint16(8, recordCode)
    view.setBigUint64(corrIdAt, BigInt(number))
    return this.#keys.aead.seal(this.#course.nonce(number), header, frames)
  }

  /** Overwrites the key. */
  destroy(): void {
    this.#keys.aead.destroy()
  }
}

/** The frames of a record, or why it is none: the end of a sentence that begins with who sent it. */
export type Opened =
  { readonly ok: true; readonly frames: Uint8Array } | { readonly ok: false; readonly because: string }

export class Opener {
  readonly #keys: DirectionKeys
  readonly #course: Course

  constructor(keys: DirectionKeys, limits = recordLimits) {
    this.#keys = keys
    this.#course = new Course(keys.baseNonce, limits)
  }

  /** `record` is one whole frame that `isRecord`. Whatever is not the next record, whole and untouched, is none. */
  open(record: Uint8Array): Opened {
    if (record.length < recordOverhead) return refused('sent a record that is too short for its tag')
    const view = new DataView(record.buffer, record.byteOffset, record.length)
    const number = this.#course.next(record.length - recordOverhead)
    if (number === null) return refused('sealed more than one key may')
    const said = view.getBigUint64(corrIdAt)
    if (said !== BigInt(number)) return refused(`sent record ${said} where ${number} was due`)
    const frames = this.#keys.aead.open(
      this.#course.nonce(number),
      record.subarray(0, headerBytes),
      record.subarray(headerBytes),
    )
    if (frames === null) return refused(`sent record ${number}, whose seal does not fit`)
    return { ok: true, frames }
  }

  /** Overwrites the key. */
  destroy(): void {
    this.#keys.aead.destroy()
  }
}

function refused(because: string): Opened {
  return { ok: false, because }
}

/** The numbers of one direction, each once, and their nonces. */
class Course {
  readonly #limits: RecordLimits
  readonly #base: DataView
  readonly #nonce: Uint8Array
  #records = 0
  #blocks = 0

  constructor(baseNonce: Uint8Array, limits: RecordLimits) {
    this.#limits = limits
    this.#nonce = Uint8Array.from(baseNonce)
    this.#base = new DataView(Uint8Array.from(baseNonce).buffer)
  }

  /** Null when no more may be sealed under this key. */
  next(plainBytes: number): number | null {
    const blocks = this.#blocks + Math.ceil(plainBytes / 16) + 2
    if (this.#records >= this.#limits.recordsMax || blocks > this.#limits.blocksMax) return null
    this.#blocks = blocks
    return this.#records++
  }

  /** Good until it is asked again. */
  nonce(number: number): Uint8Array {
    const at = nonceBytes - 8
    new DataView(this.#nonce.buffer).setBigUint64(at, this.#base.getBigUint64(at) ^ BigInt(number))
    return this.#nonce
  }
}
