/**
 * A folder that outlives its process: files are there whole, or not at all, or end where they ended before, and a process
 * has the folder to itself. Nothing here waits for a disk in a turn of the event loop, but for the claim at the start.
 */

import { constants, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { replaceFile } from './durable.ts'

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
      const next = `${whole}.next`
      try {
        await writeNew(next, bytes, fileMode)
        await rename(next, whole)
      } catch (cause) {
        // On a disk that is full, what is half there takes room from what is to be written.
        await rm(next, { force: true }).catch(() => {})
        throw cause
      }
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

async function writeNew(path: string, bytes: Uint8Array, mode: number): Promise<void> {
  const file = await open(path, 'w', mode)
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
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
