/**
 * A Merkle tree that grows, kept as its tiles: 32 bytes a leaf and an eighth of a byte for all that is above. A
 * leaf is written once and never moves; what a partial tile holds stays as it is when the tile fills up.
 */

import { hashBytes } from './hash.ts'
import { consistencyProof, inclusionProof, rootHash, runHash, type ReadTile } from './tile-hashes.ts'
import { tileWidth, widthAt, type Tile } from './tile.ts'

const tileBytes = tileWidth * hashBytes

export class Tree {
  /** By level, then by index. The last of a level may be partial; its memory is there in full. */
  readonly #levels: Uint8Array[][] = []
  readonly #read: ReadTile = (tile) => this.#bytes(tile)
  #size = 0

  get size(): number {
    return this.#size
  }

  append(leaf: Uint8Array): void {
    this.#put(0, this.#size, leaf)
    this.#size++
  }

  /** The root of the tree as it is, or as it was at a smaller size. */
  root(size: number = this.#size): Uint8Array {
    return rootHash(size, this.#read)
  }

  leaf(index: number): Uint8Array | null {
    return (
      this.tile({ level: 0, index: Math.floor(index / tileWidth), width: (index % tileWidth) + 1 })?.subarray(
        -hashBytes,
      ) ?? null
    )
  }

  /** Null when the tree has no tile of that width there. The bytes are good as long as the tree. */
  tile(tile: Tile): Uint8Array | null {
    if (tile.width < 1 || tile.width > widthAt(tile.level, tile.index, this.#size)) return null
    return this.#bytes(tile)
  }

  /** `index` is below `size`, and `size` at most that of the tree. */
  inclusion(index: number, size: number): Uint8Array[] {
    return inclusionProof(index, size, this.#read)
  }

  /** `from` is at most `size`, and `size` at most that of the tree. */
  consistency(from: number, size: number): Uint8Array[] {
    return consistencyProof(from, size, this.#read)
  }

  /** The `at`-th hash of a level; the last of a tile makes one of the level above. */
  #put(level: number, at: number, hash: Uint8Array): void {
    const tiles = (this.#levels[level] ??= [])
    const index = Math.floor(at / tileWidth)
    const tile = (tiles[index] ??= new Uint8Array(tileBytes))
    const within = at - index * tileWidth
    tile.set(hash, within * hashBytes)
    if (within === tileWidth - 1) this.#put(level + 1, index, runHash(tile, 0, tileWidth))
  }

  #bytes({ level, index, width }: Tile): Uint8Array {
    const tile = this.#levels[level]?.[index]
    if (tile === undefined) throw new RangeError(`no tile ${index} of level ${level} is in the tree`)
    return tile.subarray(0, width * hashBytes)
  }
}
