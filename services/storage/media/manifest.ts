/**
 * The manifest of an object that is kept in chunks: JSON that names them in order, each by the BLAKE3 hash of its
 * content, so whoever has the manifest can fetch and check each chunk by itself. It is content like any other; its
 * address is the object's entity tag.
 */

import type { Chunk, Chunks } from './chunks.ts'

export const manifestType = 'application/vnd.ron.media-manifest+json'
/** The manifest of so many chunks stays below 1 MiB, so it fits wherever an object does. */
export const chunksMax = 8_192

const encoder = new TextEncoder()

/** `last` are chunks that follow those of `chunks`. */
export function manifestOf(
  { type, chunks }: { readonly type: string; readonly chunks: Chunks },
  last: readonly Chunk[],
  createdAtMs: number,
): Uint8Array {
  const manifest = {
    version: 1,
    type,
    bytes: last.reduce((sum, { bytes }) => sum + bytes, chunks.bytes),
    created: new Date(createdAtMs).toISOString(),
    chunks: [...chunks, ...last],
  }
  return encoder.encode(JSON.stringify(manifest))
}
