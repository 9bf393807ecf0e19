/**
 * Whether the files of a log are what a checkpoint says: every entry and every tile of it, from nothing but these
 * files. It reads through a function, so they may lie in a folder or behind a server.
 */

import type { Checkpoint } from './checkpoint.ts'
import { bundleOf, entriesOf } from './entries.ts'
import { TlogError } from './error.ts'
import { hashBytes, isSameHash, leafHash } from './hash.ts'
import { resourcePath, resourcesOf, tileWidth, type Resource } from './tile.ts'
import { Tree } from './tree.ts'

/** The content of a file of the log; null when there is none. */
export type ReadFile = (path: string) => Promise<Uint8Array | null>

/** `entry` is told of each, in order, with its leaf hash; what it throws ends the check. */
export type EachEntry = (index: number, entry: Uint8Array, leaf: Uint8Array) => void

/** The tree over the entries. Throws a `TlogError` that names the first file that is not as it should be. */
export async function checkLog({ size, root }: Checkpoint, read: ReadFile, each: EachEntry): Promise<Tree> {
  const tree = new Tree()
  for (const resource of resourcesOf(size)) {
    const bytes = await readResource(resource, read)
    if (resource.kind === 'entries') {
      for (const entry of entriesOf(bytes)) {
        const leaf = leafHash(entry)
        each(tree.size, entry, leaf)
        tree.append(leaf)
      }
    } else if (!isSameHash(bytes, tree.tile(resource.tile) ?? new Uint8Array(0))) {
      throw new TlogError(`${resourcePath(resource)} does not fit the entries of the log`)
    }
  }
  if (!isSameHash(tree.root(), root))
    throw new TlogError(`the ${size} entries do not have the root that the checkpoint signs`)
  return tree
}

/**
 * A tile or a bundle at the width that is asked for. A log need not keep a partial one once it is full, so then
 * the beginning of the full one is as good. Throws a `TlogError` when there is neither, or it is too short.
 */
export async function readResource(resource: Resource, read: ReadFile): Promise<Uint8Array> {
  const path = resourcePath(resource)
  const bytes = (await read(path)) ?? (await read(resourcePath(whole(resource))))
  if (bytes === null) throw new TlogError(`${path} is missing`)
  if (resource.kind === 'tile') {
    const bytesOfTile = resource.tile.width * hashBytes
    if (bytes.length < bytesOfTile) throw new TlogError(`${path} is too short`)
    return bytes.subarray(0, bytesOfTile)
  }
  const entries = entriesOf(bytes)
  if (entries.length < resource.width) throw new TlogError(`${path} has ${entries.length} entries, too few`)
  return entries.length === resource.width ? bytes : bundleOf(entries.slice(0, resource.width))
}

function whole(resource: Resource): Resource {
  return resource.kind === 'tile'
    ? { kind: 'tile', tile: { ...resource.tile, width: tileWidth } }
    : { ...resource, width: tileWidth }
}
