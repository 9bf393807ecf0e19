/**
 * The naive twin of the parser: it has all bytes at once and reads integers from their hex text. Slow, and
 * written from OAP/1 §1 rather than from `frame.ts`.
 */

import { fromHex, toHex } from './bytes.ts'
import type { FaultReason, Frame } from './frame.ts'

export interface OracleParsed {
  readonly frames: readonly Frame[]
  readonly fault: FaultReason | null
  readonly partial: boolean
}

export function parseByHand(bytes: Uint8Array, lengthMax: number): OracleParsed {
  let hex = toHex(bytes)
  const frames: Frame[] = []
  for (;;) {
    if (hex === '') return { frames, fault: null, partial: false }
    if (hex.length < 76) return { frames, fault: null, partial: true }
    const number = (from: number, to: number): number => Number.parseInt(hex.slice(2 * from, 2 * to), 16)
    const length = number(0, 4)
    const flags = number(6, 8)
    const capLength = number(28, 30)
    const kinds = [flags & 1, flags & 2, flags & 4].filter((bit) => bit > 0)
    const fault = (reason: FaultReason): OracleParsed => ({ frames, fault: reason, partial: true })
    if (number(4, 6) !== 1) return fault('version')
    if (length < 38 || length > lengthMax) return fault('length')
    if (flags > 255) return fault('flags')
    if (kinds.length !== 1) return fault('kind')
    if (capLength > 0 && Math.floor(flags / 8) % 2 === 0) return fault('cap_without_start')
    if (38 + capLength > length) return fault('cap_length')
    if (hex.length < 2 * length) return { frames, fault: null, partial: true }
    frames.push({
      flags,
      code: number(8, 10),
      appProtoId: number(10, 12),
      tenant: hex.slice(24, 56),
      corrId: BigInt(`0x${hex.slice(60, 76)}`),
      cap: fromHex(hex.slice(76, 76 + 2 * capLength)),
      payload: fromHex(hex.slice(76 + 2 * capLength, 2 * length)),
    })
    hex = hex.slice(2 * length)
  }
}
