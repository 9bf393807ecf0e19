/**
 * Hashes of a tree from nothing but its tiles. A span is cut into whole subtrees, and each of those is a run of
 * hashes within one tile, so any proof takes one tile a level. The tiles may come from a log's memory, a folder
 * or a server; what is read is vouched for by nobody until the proof made of it leads to a signed root.
 */

import { emptyRoot, hashBytes, nodeHash } from './hash.ts'
import { consistencySpans, inclusionSpans, splitOf, type Span } from './spans.ts'
import { tileWidth, widthAt, type Tile } from './tile.ts'

/** The hashes of a tile, 32 bytes each, `tile.width` of them. */
export type ReadTile = (tile: Tile) => Uint8Array

/** A whole subtree as the run of hashes in a tile that it is the root of. */
interface Run {
  readonly tile: Tile
  /** The first hash in the tile, and how many: a power of two. */
  readonly first: number
  readonly count: number
}

export function rootHash(size: number, read: ReadTile): Uint8Array {
  return size === 0 ? emptyRoot : spanHash({ start: 0, end: size }, size, read)
}

/** What leads from a leaf to the root of a tree, the lowest hash first. `index` is below `size`. */
export function inclusionProof(index: number, size: number, read: ReadTile): Uint8Array[] {
  return inclusionSpans(index, size).map((span) => spanHash(span, size, read))
}

/** What shows that a tree begins with an older one. `from` is at most `size`; from nothing, anything may grow. */
export function consistencyProof(from: number, size: number, read: ReadTile): Uint8Array[] {
  return from === 0 ? [] : consistencySpans(from, size).map((span) => spanHash(span, size, read))
}

/** The tiles that such proofs and roots read, each once. */
export function tilesFor(spans: readonly Span[], size: number): Tile[] {
  const tiles = new Map<string, Tile>()
  for (const span of spans) {
    for (const { tile } of runsOf(span, size)) tiles.set(`${tile.level} ${tile.index}`, tile)
  }
  return [...tiles.values()]
}

/** The root of the subtree over a span that a proof may name. */
function spanHash(span: Span, size: number, read: ReadTile): Uint8Array {
  const [last, ...others] = runsOf(span, size)
    .map(({ tile, first, count }) => runHash(read(tile), first, count))
    .toReversed()
  if (last === undefined) throw new RangeError(`no leaves lie from ${span.start} to ${span.end}`)
  return others.reduce((right, left) => nodeHash(left, right), last)
}

/** From left to right, ever smaller ones. */
function runsOf({ start, end }: Span, size: number): Run[] {
  const runs: Run[] = []
  for (let at = start; at < end;) {
    const left = end - at
    const leaves = Number.isInteger(Math.log2(left)) ? left : splitOf(left)
    runs.push(runOf(at, leaves, size))
    at += leaves
  }
  return runs
}

function runOf(start: number, leaves: number, size: number): Run {
  let [level, first, count] = [0, start, leaves]
  while (count >= tileWidth) {
    level++
    first /= tileWidth
    count /= tileWidth
  }
  const index = Math.floor(first / tileWidth)
  const tile = { level, index, width: widthAt(level, index, size) }
  return { tile, first: first - index * tileWidth, count }
}

/** The root over `count` hashes of a tile, a power of two, from `first` on. */
export function runHash(tile: Uint8Array, first: number, count: number): Uint8Array {
  if (count === 1) return tile.slice(first * hashBytes, (first + 1) * hashBytes)
  const half = count / 2
  return nodeHash(runHash(tile, first, half), runHash(tile, first + half, half))
}
