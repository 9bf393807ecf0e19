/** What `Chunks` means: a list that is walked from its beginning every time. */

import type { Chunk } from './chunks.ts'

export function chunkAt(
  chunks: readonly Chunk[],
  offset: number,
): (Chunk & { readonly start: number }) | undefined {
  let start = 0
  for (const chunk of chunks) {
    if (offset < start + chunk.bytes) return { ...chunk, start }
    start += chunk.bytes
  }
  return undefined
}
