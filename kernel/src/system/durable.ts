/**
 * The one file of the kernel that changes what is on a disk. A file is replaced in one step and is on the disk before
 * anybody is told; a process that dies in between leaves the old one or the new one.
 */

import {
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'

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

/** A folder of files that only grows, below one path. Every promise rejects with what the system says. */
export interface GrowingFolder {
  /** Null when there is no such file. */
  read(path: string): Promise<Uint8Array | null>
  /** The names in a folder of it; none when there is no such folder. */
  list(path: string): Promise<readonly string[]>
  /** Resolves when the file has these bytes and is on the disk, under its name. */
  write(path: string, bytes: Uint8Array): Promise<void>
  /** Resolves when the file ends with these bytes from `at` on, whatever came after `at` before, and is on the disk. */
  append(path: string, at: number, bytes: Uint8Array): Promise<void>
  remove(path: string): Promise<void>
}

/** It is made when something is first written there. Others may read it, and nobody else may write. */
export function growingFolder(root: string): GrowingFolder {
  const [fileMode, folderMode] = [0o644, 0o755]
  const made = new Set<string>()
  const place = async (path: string): Promise<string> => {
    const whole = join(root, path)
    const folder = dirname(whole)
    if (!made.has(folder)) {
      await mkdir(folder, { recursive: true, mode: folderMode })
      await settle(dirname(folder))
      made.add(folder)
    }
    return whole
  }
  return {
    async read(path) {
      try {
        return await readFile(join(root, path))
      } catch (cause) {
        if (isMissing(cause)) return null
        throw cause
      }
    },
    async list(path) {
      try {
        return await readdir(join(root, path))
      } catch (cause) {
        if (isMissing(cause)) return []
        throw cause
      }
    },
    async write(path, bytes) {
      const whole = await place(path)
      const file = await open(`${whole}.next`, 'w', fileMode)
      try {
        await file.writeFile(bytes)
        await file.sync()
      } finally {
        await file.close()
      }
      await rename(`${whole}.next`, whole)
      await settle(dirname(whole))
    },
    async append(path, at, bytes) {
      const whole = await place(path)
      const file = await open(whole, constants.O_CREAT | constants.O_RDWR, fileMode)
      try {
        await file.truncate(at)
        for (let done = 0; done < bytes.length;) {
          const { bytesWritten } = await file.write(bytes, done, bytes.length - done, at + done)
          done += bytesWritten
        }
        await file.sync()
      } finally {
        await file.close()
      }
      if (at === 0) await settle(dirname(whole))
    },
    remove: (path) => rm(join(root, path), { force: true }),
  }
}

async function settle(folder: string): Promise<void> {
  const file = await open(folder, 'r')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

function isMissing(thrown: unknown): boolean {
  return Reflect.get(Object(thrown), 'code') === 'ENOENT'
}

/**
 * Makes a file that says which process has a folder to itself. Throws a sentence when another one that lives has it;
 * what one left behind that does not is taken over.
 */
export function claimFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true, mode: 0o755 })
  const path = join(folder, 'owner')
  const owner = Number(existsSync(path) ? readFileSync(path, 'utf8') : '')
  if (Number.isSafeInteger(owner) && owner > 0 && owner !== process.pid && lives(owner))
    throw new Error(`${folder} belongs to process ${owner}, which runs; stop it, or name a folder of its own`)
  replaceFile(path, Buffer.from(`${process.pid}\n`))
  return () => rmSync(path, { force: true })
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (cause) {
    return Reflect.get(Object(cause), 'code') === 'EPERM'
  }
}
