/** Files on the disk of whoever runs the command: of a log, of a bundle and its signers. */

import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { SigningFiles } from './config-sign.ts'

/** No bundle and no tile is longer. */
const fileBytesMax = 17 * 1024 * 1024

export const disk: SigningFiles = {
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
  async writeSecret(path, bytes) {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, bytes, { mode: 0o600, flag: 'wx' })
  },
}

function isMissing(thrown: unknown): boolean {
  const code: unknown = Reflect.get(Object(thrown), 'code')
  return code === 'ENOENT' || code === 'ENOTDIR'
}
