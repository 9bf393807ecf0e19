/**
 * One OAP/1 frame as bytes and as a value (OAP/1 §1). Decoding judges a header before anything is allocated
 * for the frame it announces. This file knows no stream and no socket: what a sequence of frames means is
 * told in `streams.ts`.
 *
 * All integers are big-endian:
 *
 *      0       4     6       8      10       12              28       30        38     38+cap_len     len
 *      ┌───────┬─────┬───────┬──────┬────────┬───────────────┬────────┬─────────┬───────┬──────────────┐
 *      │ len   │ ver │ flags │ code │ app_   │ tenant_id     │ cap_   │ corr_id │ cap   │ payload      │
 *      │       │     │       │      │ proto  │               │ len    │         │       │              │
 *      └───────┴─────┴───────┴──────┴────────┴───────────────┴────────┴─────────┴───────┴──────────────┘
 *        u32     u16   u16     u16    u16      u128            u16      u64
 */

import { fromHex, toHex } from './bytes.ts'

export const headerBytes = 38
export const flagsAt = 6
export const corrIdAt = 30
/** "38 ≤ len ≤ 1 048 576": the whole frame, header included. */
export const frameBytesMax = 1_048_576
/** Payload of a frame inside a stream. A message in one frame may fill the frame instead. */
export const chunkBytesMax = 65_536
const version = 1
const u16Max = 0xffff

export const flag = {
  REQ: 0x01,
  RESP: 0x02,
  EVENT: 0x04,
  START: 0x08,
  END: 0x10,
  ACK_REQ: 0x20,
  COMP: 0x40,
  APP_E2E: 0x80,
} as const
const flagsKnown = 0xff
const kindMask = flag.REQ | flag.RESP | flag.EVENT

/** The tenant of a frame that names none. */
export const noTenant = '0'.repeat(32)

export interface Frame {
  /** A sum of `flag` bits with exactly one of REQ, RESP, EVENT. */
  readonly flags: number
  /** REQ: operation number within the protocol. RESP: status. */
  readonly code: number
  /** 0 is control (HELLO); else a service's protocol number. */
  readonly appProtoId: number
  /** 32 lower-case hex digits. */
  readonly tenant: string
  /** Chosen by the requester and echoed on every frame of the answer. */
  readonly corrId: bigint
  /** A capability token; empty unless START is set. */
  readonly cap: Uint8Array
  readonly payload: Uint8Array
}

export interface Header extends Omit<Frame, 'cap' | 'payload'> {
  readonly length: number
  readonly capLength: number
}

/** Why the byte stream can no longer be trusted. The connection sends one RESP and closes. */
export interface FrameFault {
  readonly reason: FaultReason
  readonly code: 'BadRequest' | 'TooLarge'
  readonly message: string
  /** Read from where a good header would have it, so that a peer with one wrong field finds its request. */
  readonly corrId: bigint
}

export type FaultReason = 'version' | 'length' | 'flags' | 'kind' | 'cap_without_start' | 'cap_length'

/** True when every bit of `bits` is set. */
export function has(frame: Pick<Frame, 'flags'>, bits: number): boolean {
  return (frame.flags & bits) === bits
}

/** Reads and judges the first 38 of `bytes`; `lengthMax` is the most the receiver takes, at most `frameBytesMax`. */
export function decodeHeader(bytes: Uint8Array, lengthMax: number): Header | FrameFault {
  const view = new DataView(bytes.buffer, bytes.byteOffset, headerBytes)
  const header: Header = {
    length: view.getUint32(0),
    flags: view.getUint16(flagsAt),
    code: view.getUint16(8),
    appProtoId: view.getUint16(10),
    tenant: readTenant(view),
    capLength: view.getUint16(28),
    corrId: view.getBigUint64(corrIdAt),
  }
  const finding = judge(view.getUint16(4), header, lengthMax)
  if (finding === null) return header
  const [reason, message] = finding
  const code = reason === 'length' && header.length > lengthMax ? 'TooLarge' : 'BadRequest'
  return { reason, code, message, corrId: header.corrId }
}

export function isFault(decoded: Header | FrameFault): decoded is FrameFault {
  return 'reason' in decoded
}

/** Throws a RangeError for a frame that `decodeHeader` would refuse: such a frame is a mistake of the sender. */
export function encodeFrame(frame: Frame): Uint8Array<ArrayBuffer> {
  return encodeFrameBefore(frame, frame.payload, 0)
}

/** The same up to where the last `following` bytes of the payload come, which lie elsewhere. */
export function encodeFrameBefore(
  head: Omit<Frame, 'payload'>,
  payload: Uint8Array,
  following: number,
): Uint8Array<ArrayBuffer> {
  const before = headerBytes + head.cap.length
  const length = before + payload.length + following
  const finding = judge(version, { ...head, length, capLength: head.cap.length }, frameBytesMax)
  if (finding !== null) throw new RangeError(finding[1])
  checkFields(head)

  const bytes = new Uint8Array(length - following)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, length)
  view.setUint16(4, version)
  view.setUint16(flagsAt, head.flags)
  view.setUint16(8, head.code)
  view.setUint16(10, head.appProtoId)
  if (head.tenant !== noTenant) bytes.set(fromHex(head.tenant), 12)
  view.setUint16(28, head.cap.length)
  view.setBigUint64(corrIdAt, head.corrId)
  bytes.set(head.cap, headerBytes)
  bytes.set(payload, before)
  return bytes
}

type Finding = readonly [FaultReason, string]

/** What is wrong with a header, in the order in which the checks rely on each other. */
function judge(ver: number, header: Omit<Header, 'corrId'>, lengthMax: number): Finding | null {
  const { length, flags, capLength } = header
  // Another version may lay out everything after these six bytes differently, so it is judged first.
  if (ver !== version) return ['version', `OAP version ${ver} is not spoken here; send 1`]
  if (length > lengthMax) {
    return [
      'length',
      `a frame of ${length} bytes is over the limit of ${lengthMax}; split the message into a stream`,
    ]
  }
  if (length < headerBytes) {
    return ['length', `a frame length of ${length} is shorter than its own header of ${headerBytes} bytes`]
  }
  if ((flags & ~flagsKnown) !== 0) {
    return ['flags', `flags ${inHex(flags)} has bits beyond ${inHex(flagsKnown)}; clear them`]
  }
  const kind = flags & kindMask
  if (kind !== flag.REQ && kind !== flag.RESP && kind !== flag.EVENT) {
    return ['kind', `flags ${inHex(flags)} must set exactly one of REQ, RESP and EVENT`]
  }
  if (capLength > 0 && !has(header, flag.START)) {
    return [
      'cap_without_start',
      `a capability of ${capLength} bytes came without START; send it on the first frame`,
    ]
  }
  if (headerBytes + capLength > length) {
    return ['cap_length', `a capability of ${capLength} bytes reaches past its frame of ${length} bytes`]
  }
  return null
}

function inHex(flags: number): string {
  return `0x${flags.toString(16)}`
}

function checkFields(frame: Omit<Frame, 'payload'>): void {
  if (frame.cap.length > u16Max) throw new RangeError(`a capability has at most ${u16Max} bytes`)
  for (const field of ['flags', 'code', 'appProtoId'] as const) {
    const value = frame[field]
    if (!Number.isInteger(value) || value < 0 || value > u16Max) {
      throw new RangeError(`${field} is ${value}; it must be a whole number from 0 to ${u16Max}`)
    }
  }
  if (!/^[0-9a-f]{32}$/.test(frame.tenant)) throw new RangeError('tenant must be 32 lower-case hex digits')
  if (frame.corrId < 0n || frame.corrId >= 1n << 64n) throw new RangeError('corrId must fit in 64 bits')
}

function readTenant(view: DataView): string {
  // Most frames name no tenant, and the text of zero need not be made again each time.
  if (view.getBigUint64(12) === 0n && view.getBigUint64(20) === 0n) return noTenant
  return toHex(new Uint8Array(view.buffer, view.byteOffset + 12, 16))
}
