// @ts-check
/** Finding files of this project. */

import { readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { root } from './run.mjs'

/** Folders that hold our code, one npm workspace each. */
export const workspaces = ['kernel', 'services', 'transport', 'admin', 'sdk', 'proofs', 'loom-sim', 'bench']

const never = new Set(['node_modules', '.git'])

/**
 * Paths below a folder, relative to the project's top, sorted.
 * @param {string} folder relative to the top
 * @param {(path: string) => boolean} wanted
 * @returns {string[]}
 */
export function files(folder, wanted) {
  const found = []
  const entries = readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
  for (const entry of entries) {
    const path = relative(root, join(entry.parentPath, entry.name))
    if (entry.isFile() && wanted(path) && !path.split('/').some((part) => never.has(part))) found.push(path)
  }
  return found.sort()
}
