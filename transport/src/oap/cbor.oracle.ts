/**
 * The naive twin of the CBOR decoder: read leniently, then accept what encodes to the very same bytes. It
 * cannot say what is wrong, and it recurses as deep as the input likes.
 */

import { decode, encode } from 'cborg'
import { equalBytes } from './bytes.ts'

export function isDeterministicMap(bytes: Uint8Array, depthMax: number): boolean {
  try {
    const value: unknown = decode(bytes, { useMaps: false })
    return isPlain(value, 1, depthMax) && isMap(value) && equalBytes(encode(value), bytes)
  } catch {
    return false
  }
}

function isMap(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isPlain(value: unknown, depth: number, depthMax: number): boolean {
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return true
  if (typeof value !== 'object' || value instanceof Uint8Array || depth > depthMax) return false
  return Object.values(value).every((inner) => isPlain(inner, depth + 1, depthMax))
}
