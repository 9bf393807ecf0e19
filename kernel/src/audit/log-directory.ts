/**
 * An audit log as files that go on after the process: C2SP tlog-tiles, and beside them the entries that no checkpoint
 * is about yet. An entry counts as recorded when it is on the disk; a checkpoint is written after all it speaks of.
 *
 *     checkpoint                  signs the first 300 entries
 *     tile/0/000  tile/entries/001.p/44  …
 *     pending/300                 entries from 300 on, in one bundle that grows
 */

import { entriesOf } from '../tlog/entries.ts'
import { resourcePath, resourcesOf, type Resource } from '../tlog/tile.ts'

export interface LogFiles {
  /** Resolves when the file has these bytes and is on the disk. */
  write(path: string, bytes: Uint8Array): Promise<void>
  /** The same for a file that ends with these bytes from `at` on, whatever came after `at` before. */
  append(path: string, at: number, bytes: Uint8Array): Promise<void>
  remove(path: string): Promise<void>
}

/** How far a log has come, as it was found. */
export interface LogState {
  /** Entries that the checkpoint speaks of. */
  readonly signed: number
  /** Entries that are on the disk. */
  readonly kept: number
  /** The entry that the pending file begins with, and how many bytes of it are good. */
  readonly pending: { readonly from: number; readonly bytes: number }
}

export const newLog: LogState = { signed: 0, kept: 0, pending: { from: 0, bytes: 0 } }

export const pendingPath = (from: number) => `pending/${from}`

export class LogDirectory {
  readonly #files: LogFiles
  #signed: number
  #kept: number
  #pending: LogState['pending']
  /** What is there at the size that is signed; a full tile never changes. */
  #published: ReadonlySet<string>
  /** One thing after the other. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(files: LogFiles, { signed, kept, pending }: LogState) {
    this.#files = files
    this.#signed = signed
    this.#kept = kept
    this.#pending = pending
    this.#published = pathsOf(signed)
  }

  /** Entries that are on the disk. */
  get kept(): number {
    return this.#kept
  }

  get signed(): number {
    return this.#signed
  }

  /** A bundle of entries from `first` on, which is at most `kept`. Resolves when they are on the disk. */
  keep(first: number, bundle: Uint8Array): Promise<void> {
    return this.#next(async () => {
      const entries = entriesOf(bundle)
      const known = this.#kept - first
      if (known < 0) throw new RangeError(`entries from ${first} on do not follow ${this.#kept}`)
      if (known >= entries.length) return
      const before = entries.slice(0, known).reduce((bytes, entry) => bytes + 2 + entry.length, 0)
      const { from, bytes } = this.#pending
      const fresh = bundle.subarray(before)
      await this.#files.append(pendingPath(from), bytes, fresh)
      this.#pending = { from, bytes: bytes + fresh.length }
      this.#kept = first + entries.length
    })
  }

  /** Resolves when a checkpoint about `size` entries is on the disk, with all it speaks of. */
  publish(
    size: number,
    checkpoint: string,
    read: (resource: Resource) => Promise<Uint8Array>,
  ): Promise<void> {
    return this.#next(async () => {
      if (size < this.#signed) return
      const paths = pathsOf(size)
      for (const resource of resourcesOf(size)) {
        const path = resourcePath(resource)
        if (!this.#published.has(path)) await this.#files.write(path, await read(resource))
      }
      await this.#files.write('checkpoint', Buffer.from(checkpoint))
      const gone = [...this.#published].filter((path) => !paths.has(path))
      this.#published = paths
      this.#signed = size
      // Entries that came meanwhile stand in the file that is there; it goes with a later checkpoint.
      if (size >= this.#kept) {
        if (this.#pending.from !== size) gone.push(pendingPath(this.#pending.from))
        this.#kept = size
        this.#pending = { from: size, bytes: 0 }
      }
      for (const path of gone) await this.#files.remove(path)
    })
  }

  #next<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(work)
    this.#last = result.catch(() => {})
    return result
  }
}

function pathsOf(size: number): ReadonlySet<string> {
  return new Set([...resourcesOf(size)].map(resourcePath))
}
