/**
 * The memory that the kernel keeps for its services, found in a process from outside by the marks its segments begin
 * with (`kernel/src/arena`), and what is left in it. A segment is a large allocation of glibc, which writes its size
 * in front of it and begins it 16 bytes into a page.
 */

import type { ProcessMemory } from './memory.ts'

const pageBytes = 4096
const chunkHeaderBytes = 16
/** glibc's flag for an allocation with a mapping of its own; the low three bits are flags. */
const mappedFlag = 2
const segmentHeaderBytes = 64
const kinds: ReadonlyMap<string, Segment['kind']> = new Map([
  ['RJN1', 'journal'],
  ['RBN1', 'contents'],
])

export interface Segment {
  readonly kind: 'journal' | 'contents'
  readonly at: number
  readonly bytes: number
}

export function findSegments(memory: ProcessMemory): readonly Segment[] {
  const found: Segment[] = []
  for (const region of memory.written()) {
    if (region.name !== '') continue
    // Each begins a page of its own, so whatever page of a region may begin one.
    for (const { at, bytes } of memory.pieces(region)) {
      for (let page = 0; page + pageBytes <= bytes.length; page += pageBytes) {
        const kind = kinds.get(bytes.toString('latin1', page + chunkHeaderBytes, page + chunkHeaderBytes + 4))
        const size = bytes.readBigUInt64LE(page + 8)
        const chunk = Number(size & ~7n)
        const mapped = (size & BigInt(mappedFlag)) !== 0n && chunk % pageBytes === 0
        const inside = at + page + chunk <= region.end
        if (kind !== undefined && mapped && inside)
          found.push({ kind, at: at + page + chunkHeaderBytes, bytes: chunk - chunkHeaderBytes })
      }
    }
  }
  return found
}

/** How many bytes of it are not zero, the header aside, which counts and holds no data. */
export function bytesLeft(memory: ProcessMemory, { at, bytes }: Segment): number {
  const region = { start: at - chunkHeaderBytes, end: at + bytes, mode: 'rw-p', name: '' }
  let left = 0
  for (const piece of memory.pieces(region)) {
    const from = Math.max(0, at + segmentHeaderBytes - piece.at)
    for (const byte of piece.bytes.subarray(from)) if (byte !== 0) left += 1
  }
  return left
}
