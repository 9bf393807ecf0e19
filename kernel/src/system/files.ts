/** Reading small files. What changes a disk is `durable.ts` and `growing-folder.ts`. */

import { closeSync, constants, fstatSync, openSync, readdirSync, readSync, statSync } from 'node:fs'

/** A configuration or a key is small; anything larger is the wrong file. */
export const FILE_BYTES_MAX = 1024 * 1024

export type FileText =
  | { readonly ok: true; readonly text: string }
  /** `does not exist`, `is larger than 1048576 bytes`: the end of a sentence that begins with the path. */
  | { readonly ok: false; readonly because: string }

export type FileBytes =
  /** A copy of its own, for whoever reads a secret to overwrite. */
  { readonly ok: true; readonly bytes: Uint8Array<ArrayBuffer> } | Extract<FileText, { readonly ok: false }>

/** Reads a regular file as UTF-8, at most `bytesMax` of it. Never throws and never waits for a pipe. */
export function readTextFile(path: string, bytesMax: number = FILE_BYTES_MAX): FileText {
  const file = read(path, bytesMax, () => null)
  return file.ok ? decoded(file.bytes) : file
}

/** The same as bytes. */
export function readFileBytes(path: string): FileBytes {
  return read(path, FILE_BYTES_MAX, () => null)
}

/** A file of a folder, and what changes when it does. */
export interface Listed {
  readonly name: string
  /** Of its size and of when it was written. */
  readonly stamp: string
}

/** The regular files of a folder whose names end so, in the order of their names, at most so many. Never throws. */
export function listFolder(
  path: string,
  ending: string,
  filesMax: number,
):
  | { readonly ok: true; readonly files: readonly Listed[] }
  | { readonly ok: false; readonly because: string } {
  try {
    const names = readdirSync(path).filter((name) => name.endsWith(ending))
    if (names.length > filesMax)
      return {
        ok: false,
        because: `has ${names.length} files that end in ${ending}; at most ${filesMax} are read`,
      }
    return { ok: true, files: names.toSorted().flatMap((name) => listed(path, name)) }
  } catch (error) {
    return { ok: false, because: reason(error) }
  }
}

function listed(folder: string, name: string): Listed[] {
  const stats = statSync(`${folder}/${name}`, { throwIfNoEntry: false })
  if (stats === undefined || !stats.isFile()) return []
  return [{ name, stamp: `${stats.size} ${stats.mtimeMs} ${stats.ino}` }]
}

/** What changes when the file behind a path does; empty when there is none. Never throws. */
export function stampOf(path: string): string {
  try {
    const stats = path === '' ? undefined : statSync(path, { throwIfNoEntry: false })
    return stats === undefined ? '' : `${stats.size} ${stats.mtimeMs} ${stats.ino}`
  } catch (error) {
    return reason(error)
  }
}

/** The same for a secret, which nobody but its owner may be able to read or change. */
export function readSecretFile(path: string): FileBytes {
  return read(path, FILE_BYTES_MAX, (mode) =>
    (mode & 0o077) === 0 ? null : `is open to others than its owner; chmod 600 "${path}"`,
  )
}

/** What a descriptor that this process was started with has to say, to its end; it is closed then. Never throws. */
export function readDescriptor(descriptor: number): FileBytes {
  try {
    const file = readAll(descriptor, FILE_BYTES_MAX)
    closeSync(descriptor)
    return file
  } catch (error) {
    return { ok: false, because: reason(error) }
  }
}

/** `objection` is told the permissions, and says what is wrong with them. */
function read(path: string, bytesMax: number, objection: (mode: number) => string | null): FileBytes {
  let descriptor: number
  try {
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch (error) {
    return { ok: false, because: reason(error) }
  }
  try {
    const stats = fstatSync(descriptor)
    if (!stats.isFile()) return { ok: false, because: 'is not a regular file' }
    const because = objection(stats.mode)
    if (because !== null) return { ok: false, because }
    return readAll(descriptor, bytesMax)
  } catch (error) {
    return { ok: false, because: reason(error) }
  } finally {
    closeSync(descriptor)
  }
}

function readAll(descriptor: number, bytesMax: number): FileBytes {
  // Files of /proc have no length until they are read, so the length is found by reading one byte too many.
  const buffer = new Uint8Array(bytesMax + 1)
  let filled = 0
  while (filled < buffer.length) {
    const count = readSync(descriptor, buffer, filled, buffer.length - filled, null)
    if (count === 0) {
      const bytes = buffer.slice(0, filled)
      buffer.fill(0, 0, filled)
      return { ok: true, bytes }
    }
    filled += count
  }
  return { ok: false, because: `is larger than ${bytesMax} bytes` }
}

function decoded(bytes: Uint8Array): FileText {
  try {
    return { ok: true, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) }
  } catch {
    return { ok: false, because: 'is not UTF-8 text' }
  }
}

function reason(error: unknown): string {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : null
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'does not exist'
    case 'EACCES':
    case 'EPERM':
      return 'may not be read by this user'
    default:
      return `cannot be read (${typeof code === 'string' ? code : 'unknown error'})`
  }
}
