/**
 * The folder that is watched for bundles. It looks once a second, and at once when it is told to; a file that it has
 * offered is not offered again before it changes, whatever became of it.
 */

import { parseEnvelope } from '../../bundle/dsse.ts'
import { BundleError } from '../../bundle/error.ts'
import { openBundle } from '../../bundle/manifest.ts'
import { Refusal } from '../../contract/refusals.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'
import { listFolder, type FileText, type Listed } from '../../system/files.ts'

export const bundleEnding = '.dsse.json'
export const folderFilesMax = 64
const lookEveryMs = 1_000

export interface FolderParts {
  readonly path: string
  readonly readFile: (path: string) => FileText
  /** Rejects when the bundle is not taken. */
  readonly offer: (text: string) => Promise<unknown>
  readonly clock: Clock
  readonly log: Log
}

export interface WatchedFolder {
  /** Offers every file anew, whether it changed or not. */
  again(): void
  stop(): void
}

/** `seen` names files that were read at the start, with their stamps. */
export function watchFolder(parts: FolderParts, seen: ReadonlyMap<string, string>): WatchedFolder {
  const { path, readFile, clock, log } = parts
  let offered = new Map(seen)
  let looking = false
  let unreadable = false
  let cancel = () => {}

  const look = async () => {
    if (looking) return
    looking = true
    const listed = listFolder(path, bundleEnding, folderFilesMax)
    if (!listed.ok && !unreadable) log.warn('bundle.folder cannot be read', { path, because: listed.because })
    unreadable = !listed.ok
    const files = listed.ok ? listed.files : []
    const changed = files.filter(({ name, stamp }) => offered.get(name) !== stamp)
    offered = new Map(files.map(({ name, stamp }) => [name, stamp]))
    for (const { name, text } of highestFirst(changed.flatMap(read))) {
      if (!(await taken(text))) offered.delete(name)
    }
    looking = false
    cancel()
    cancel = clock.after(lookEveryMs, () => void look())
  }

  const read = ({ name }: Listed) => {
    const file = readFile(`${path}/${name}`)
    if (file.ok) return [{ name, text: file.text }]
    log.warn('a file of bundle.folder cannot be read', { name, because: file.because })
    return []
  }

  /** False when it is worth trying again. */
  const taken = async (text: string) => {
    try {
      await parts.offer(text)
      return true
    } catch (thrown) {
      return !(thrown instanceof Refusal || (thrown instanceof BundleError && passing.has(thrown.rule)))
    }
  }

  void look()
  return {
    again() {
      offered.clear()
      void look()
    },
    stop: () => cancel(),
  }
}

/** By the version that a file claims: whoever signed it, the higher one is asked first. */
function highestFirst<File extends { readonly text: string }>(files: readonly File[]): readonly File[] {
  return files
    .map((file) => ({ file, version: claimedVersion(file.text) }))
    .toSorted((a, b) => b.version - a.version)
    .map(({ file }) => file)
}

function claimedVersion(text: string): number {
  try {
    return openBundle(parseEnvelope(text)).version
  } catch {
    return 0
  }
}

/** Rules that stand in the way for a while. */
const passing: ReadonlySet<string> = new Set(['bundle.busy', 'bundle.step', 'bundle.clock'])
