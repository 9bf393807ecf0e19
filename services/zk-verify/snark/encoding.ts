/**
 * What the bytes of points and scalars of BLS12-381 say before any arithmetic: a few comparisons, so garbage is
 * refused in microseconds. The encoding is the compressed one of ZCash, which IETF's pairing-friendly-curves draft
 * (appendix C) took over:
 *
 *     bit 7: compressed, always 1 │ bit 6: at infinity │ bit 5: the larger y │ x, big-endian, 381 bits
 *
 * A point of G1 is one such number; one of G2 is two, x₁ with the flags and then x₀ without.
 */

import type { Verdict } from './verifier.ts'

/** p, which coordinates are below. */
const fieldOrder = bytesOf(
  '1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab',
)
/** r, which scalars are below: the order of the groups, and of the field that circuits compute in. */
export const scalarOrder = bytesOf('73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001')

export const scalarBytes = scalarOrder.length
export const g1Bytes = fieldOrder.length
export const g2Bytes = 2 * fieldOrder.length

const compressed = 0x80
const atInfinity = 0x40
const withoutFlags = 0x1f

/** Whether these are 32 bytes of a number below r. */
export function isScalar(bytes: Uint8Array): boolean {
  return bytes.length === scalarBytes && isBelow(bytes, scalarOrder, 0xff)
}

/** What is wrong with a point of either group by its looks; `bytes` are 48 or 96. */
export function pointFault(bytes: Uint8Array): Verdict {
  const flags = bytes[0] ?? 0
  if ((flags & compressed) === 0) return 'encoding'
  // Infinity is no part of any honest proof, and with it a verifier can be led to compare nothing with nothing.
  if ((flags & atInfinity) !== 0) return 'infinity'
  if (!isBelow(bytes.subarray(0, g1Bytes), fieldOrder, withoutFlags)) return 'encoding'
  if (bytes.length === g1Bytes) return null
  return isBelow(bytes.subarray(g1Bytes), fieldOrder, 0xff) ? null : 'encoding'
}

/** Compares big-endian numbers of one length, the first byte of `bytes` under a mask. */
function isBelow(bytes: Uint8Array, bound: Uint8Array, firstMask: number): boolean {
  for (const [at, limit] of bound.entries()) {
    const byte = (bytes[at] ?? 0) & (at === 0 ? firstMask : 0xff)
    if (byte !== limit) return byte < limit
  }
  return false
}

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, 'hex'))
}
