/**
 * From the parts of an assembled message to its payloads. Parts sent with COMP are inflated one after the
 * other, so their order is the order of the frames; how to inflate is given, since it is asynchronous and
 * differs between Node and a browser.
 */

import type { Part } from './streams.ts'

/** Resolves with at most `bytesMax` bytes or rejects with a `Refusal`. */
export type Inflate = (bytes: Uint8Array, bytesMax: number) => Promise<Uint8Array>

/** The payloads as they came, or null when one must be inflated first. The common case needs no promise. */
export function plainPayloads(parts: readonly Part[]): readonly Uint8Array[] | null {
  return parts.some((part) => part.compressed) ? null : parts.map((part) => part.bytes)
}

/** `bytesMax` bounds the message, not each part: a thousand small bombs are refused like one large one. */
export async function inflateParts(
  parts: readonly Part[],
  inflate: Inflate,
  bytesMax: number,
): Promise<readonly Uint8Array[]> {
  const payloads: Uint8Array[] = []
  let bytesLeft = bytesMax
  for (const { bytes, compressed } of parts) {
    // The empty frame that ends a stream may say COMP; upstream lets it pass, and there is nothing to inflate.
    const payload = compressed && bytes.length > 0 ? await inflate(bytes, bytesLeft) : bytes
    payloads.push(payload)
    bytesLeft = Math.max(0, bytesLeft - payload.length)
  }
  return payloads
}
