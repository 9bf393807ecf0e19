/** What lies in folders, and what differs the next time. */

import { lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** Size, time and inode of everything below, by path. */
export type Snapshot = ReadonlyMap<string, string>

export function snapshot(folders: readonly string[]): Snapshot {
  const entries = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  )
  return new Map(
    entries.flatMap((path): (readonly [string, string])[] => {
      const stats = lstatSync(path, { throwIfNoEntry: false })
      return stats === undefined ? [] : [[path, `${stats.size} ${stats.mtimeMs} ${stats.ino}`]]
    }),
  )
}

/** Paths that came, went or changed. */
export function changesBetween(before: Snapshot, after: Snapshot): readonly string[] {
  const came = [...after.keys()].filter((path) => !before.has(path)).map((path) => `${path} came`)
  const went = [...before.keys()].filter((path) => !after.has(path)).map((path) => `${path} went`)
  const changed = [...after].filter(([path, stamp]) => (before.get(path) ?? stamp) !== stamp)
  return [...came, ...went, ...changed.map(([path]) => `${path} changed`)]
}
