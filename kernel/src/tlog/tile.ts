/**
 * Tiles as C2SP tlog-tiles names them: pieces of a Merkle tree that are files. A tile of level L holds up to 256
 * hashes, each of a whole subtree of 256^L leaves; those of level 0 are the leaves' own. It knows no content.
 *
 *     tile/0/x001/234            the 1234th tile of leaf hashes
 *     tile/1/000.p/17            the first 17 hashes of level 1
 *     tile/entries/000.p/17      the first 17 entries
 */

/** The widest a tile can be. */
export const tileWidth = 256
/** A tree of more leaves than numbers can count has no tile above this level. */
const levelMax = 6

/** Where a tile lies. One that is narrower than 256 grows with the tree. */
export interface Tile {
  readonly level: number
  readonly index: number
  /** 1 to 256 hashes. */
  readonly width: number
}

/** What a log consists of, beside its checkpoint. */
export type Resource =
  | { readonly kind: 'tile'; readonly tile: Tile }
  | { readonly kind: 'entries'; readonly index: number; readonly width: number }

export function tilePath({ level, index, width }: Tile): string {
  return `tile/${level}/${indexText(index)}${widthText(width)}`
}

export function entriesPath(index: number, width: number): string {
  return `tile/entries/${indexText(index)}${widthText(width)}`
}

export function resourcePath(resource: Resource): string {
  return resource.kind === 'tile' ? tilePath(resource.tile) : entriesPath(resource.index, resource.width)
}

/** Null for a path that no tile has. Every resource has one path, so that a copy of it is kept once. */
export function parseResource(path: string): Resource | null {
  const [, level = '', indexWritten = '', widthWritten] = written.exec(path) ?? []
  const index = Number(indexWritten.replaceAll(/[x/]/g, ''))
  const width = widthWritten === undefined ? tileWidth : Number(widthWritten)
  if (level === '' || !Number.isSafeInteger(index) || width > tileWidth) return null
  const resource: Resource =
    level === 'entries'
      ? { kind: 'entries', index, width }
      : { kind: 'tile', tile: { level: Number(level), index, width } }
  return resourcePath(resource) === path ? resource : null
}

const written = /^tile\/(\d|[1-5]\d|6[0-3]|entries)\/((?:x\d{3}\/){0,6}\d{3})(?:\.p\/([1-9]\d{0,2}))?$/

/** Groups of three digits, all but the last after an x, so that no folder has the name of a file. */
function indexText(index: number): string {
  const digits = String(index)
  const padded = digits.padStart(3 * Math.ceil(digits.length / 3), '0')
  const groups = padded.match(/\d{3}/g) ?? []
  return groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join('/')
}

function widthText(width: number): string {
  return width === tileWidth ? '' : `.p/${width}`
}

/** How many hashes of a level a tree of this size has, in all tiles. */
export function hashesAt(level: number, size: number): number {
  return Math.floor(size / tileWidth ** level)
}

/** How wide a tile is in a tree of this size; 0 when the tree has none there. */
export function widthAt(level: number, index: number, size: number): number {
  return Math.min(tileWidth, Math.max(0, hashesAt(level, size) - index * tileWidth))
}

/** Everything that a tree of this size consists of, entries first. */
export function* resourcesOf(size: number): Generator<Resource> {
  for (const { index, width } of rowOf(0, size)) yield { kind: 'entries', index, width }
  for (let level = 0; level <= levelMax; level++) {
    for (const tile of rowOf(level, size)) yield { kind: 'tile', tile }
  }
}

function* rowOf(level: number, size: number): Generator<Tile> {
  const tiles = Math.ceil(hashesAt(level, size) / tileWidth)
  for (let index = 0; index < tiles; index++) yield { level, index, width: widthAt(level, index, size) }
}
