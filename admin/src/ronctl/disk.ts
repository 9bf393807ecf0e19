/** Files on the disk of whoever runs the command: of a log, of a bundle and its signers, and those that hold secrets. */

import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { SigningFiles } from './config-sign.ts'
import type { BundleWorld } from './debug-bundle.ts'
import type { PrivateFiles } from './in-context.ts'

/** No bundle and no tile is longer. */
const fileBytesMax = 17 * 1024 * 1024

/** Read and write for the group and for others. */
const othersMode = 0o077

export const disk: SigningFiles & PrivateFiles & BundleWorld['files'] = {
  async read(path) {
    try {
      const { size } = await stat(path)
      if (size > fileBytesMax) throw new Error(`${path} has more than ${fileBytesMax} bytes`)
      return await readFile(path)
    } catch (cause) {
      if (isMissing(cause)) return null
      throw cause
    }
  },
  async write(path, bytes) {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(`${path}.new`, bytes)
    await rename(`${path}.new`, path)
  },
  async readPrivate(path) {
    try {
      const { mode, size } = await stat(path)
      if ((mode & othersMode) !== 0) {
        const rights = (mode & 0o777).toString(8)
        throw new Error(`${path} may be read or changed by others (mode ${rights}); chmod 600 ${path}`)
      }
      if (size > fileBytesMax) throw new Error(`${path} has more than ${fileBytesMax} bytes`)
      return await readFile(path)
    } catch (cause) {
      if (isMissing(cause)) return null
      throw cause
    }
  },
  async writePrivate(path, bytes) {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    // One that was left behind may be of another mode.
    await rm(`${path}.new`, { force: true })
    await writeFile(`${path}.new`, bytes, { mode: 0o600, flag: 'wx' })
    await rename(`${path}.new`, path)
  },
  async writeSecret(path, bytes) {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, bytes, { mode: 0o600, flag: 'wx' })
  },
  async makePrivateFolder(path) {
    await mkdir(dirname(path), { recursive: true })
    await mkdir(path, { mode: 0o700 })
  },
}

function isMissing(thrown: unknown): boolean {
  const code: unknown = Reflect.get(Object(thrown), 'code')
  return code === 'ENOENT' || code === 'ENOTDIR'
}
