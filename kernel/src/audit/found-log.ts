/**
 * What was left of an audit log by the process before: all of it is verified, from the signature of its checkpoint to
 * the chain of its entries. Bytes at the very end that are no whole entry were being written when that process ended,
 * and nobody was told that they are recorded. It reads through functions and knows no disk.
 */

import { checkLink, firstLink } from '../tlog/chain.ts'
import { parseCheckpoint } from '../tlog/checkpoint.ts'
import { checkLog, type ReadFile } from '../tlog/check-log.ts'
import { bundleOf } from '../tlog/entries.ts'
import { TlogError } from '../tlog/error.ts'
import { emptyRoot, isSameHash, leafHash } from '../tlog/hash.ts'
import { openNote, type NoteKey } from '../tlog/note.ts'
import { tileWidth } from '../tlog/tile.ts'
import { Tree } from '../tlog/tree.ts'
import { newLog, pendingPath, type LogState } from './log-directory.ts'

export interface FoundLog {
  /** Null for a log that was never signed: it has no name yet. */
  readonly origin: string | null
  readonly signed: { readonly size: number; readonly root: Uint8Array }
  readonly state: LogState
  /** All entries that are on the disk, up to 256 in a bundle. */
  readonly bundles: readonly Uint8Array[]
  /** Bytes that were being written when the process before ended. */
  readonly tornBytes: number
}

const headBytes = 2

/** `pending` are the names in that folder. Rejects with a `TlogError` for what was changed or is missing. */
export async function findLog(
  read: ReadFile,
  pending: readonly string[],
  keys: readonly NoteKey[],
): Promise<FoundLog> {
  const note = await read('checkpoint')
  const checkpoint = note === null ? null : parseCheckpoint(openNote(Buffer.from(note).toString(), keys))
  const entries: Uint8Array[] = []
  let before = firstLink
  const each = (index: number, entry: Uint8Array, leaf: Uint8Array) => {
    checkLink(index, entry, before)
    before = leaf
    entries.push(entry)
  }
  const tree = checkpoint === null ? new Tree() : await checkLog(checkpoint, read, each)
  const size = entries.length
  const from = pendingFrom(pending, size)
  const bytes = (await read(pendingPath(from))) ?? new Uint8Array(0)
  let at = 0
  let index = from
  for (let end = endOf(bytes, at); end !== null; end = endOf(bytes, at)) {
    const entry = bytes.subarray(at + headBytes, end)
    const leaf = leafHash(entry)
    if (index >= size) each(index, entry, leaf)
    else if (!isSameHash(leaf, tree.leaf(index) ?? emptyRoot))
      throw new TlogError(`entry ${index} in ${pendingPath(from)} is not the one that was signed`)
    index++
    at = end
  }
  const kept = entries.length
  return {
    origin: checkpoint?.origin ?? null,
    signed: { size, root: checkpoint?.root ?? emptyRoot },
    state: kept === 0 ? newLog : { signed: size, kept, pending: { from, bytes: at } },
    bundles: bundled(entries),
    tornBytes: bytes.length - at,
  }
}

/** The last file that begins where the checkpoint ends, or before. */
function pendingFrom(names: readonly string[], size: number): number {
  const starts = names.filter((name) => /^(0|[1-9]\d{0,15})$/.test(name)).map(Number)
  const beyond = starts.find((from) => from > size)
  if (beyond !== undefined)
    throw new TlogError(`${pendingPath(beyond)} follows ${beyond} entries, and the checkpoint signs ${size}`)
  return Math.max(...starts, starts.length === 0 ? size : 0)
}

/** Where the entry at `at` ends; null when it is not whole. */
function endOf(bytes: Uint8Array, at: number): number | null {
  const [high, low] = bytes.subarray(at, at + headBytes)
  if (high === undefined || low === undefined) return null
  const end = at + headBytes + 256 * high + low
  return end > bytes.length || end === at + headBytes ? null : end
}

function bundled(entries: readonly Uint8Array[]): Uint8Array[] {
  const bundles: Uint8Array[] = []
  for (let at = 0; at < entries.length; at += tileWidth)
    bundles.push(bundleOf(entries.slice(at, at + tileWidth)))
  return bundles
}
