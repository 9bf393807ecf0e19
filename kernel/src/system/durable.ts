/**
 * The two files of the kernel that change what is on a disk are this one and `growing-folder.ts`. A file is replaced in one
 * step and is on the disk before anybody is told; a process that dies in between leaves the old one or the new one.
 */

import { closeSync, fsyncSync, lstatSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

/** Puts these bytes in the place of a file, for nobody but its owner. Throws what the system says. */
export function replaceFile(path: string, bytes: Uint8Array): void {
  const next = `${path}.next`
  // What another process left half done is of no use to anybody.
  rmSync(next, { force: true })
  const descriptor = openSync(next, 'wx', 0o600)
  try {
    for (let at = 0; at < bytes.length;) at += writeSync(descriptor, bytes, at)
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
  renameSync(next, path)
  settleFolder(dirname(path))
}

/** A name is on the disk when its folder is. */
function settleFolder(path: string): void {
  const descriptor = openSync(path, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/** Removes the name of a socket that nobody listens at. Throws a sentence when something else lies there. */
export function removeSocket(path: string): void {
  const stats = lstatSync(path, { throwIfNoEntry: false })
  if (stats === undefined) return
  if (!stats.isSocket()) throw new Error(`${path} is no socket; name another path, or remove it`)
  rmSync(path)
}
