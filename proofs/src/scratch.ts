/** Files for a node to read. They go when the test file that wrote them ends. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

let folder: string | null = null

/** An empty folder of this process. */
export function scratchFolder(): string {
  if (folder === null) {
    const made = mkdtempSync(join(tmpdir(), 'ron-proofs-'))
    process.once('exit', () => rmSync(made, { recursive: true, force: true }))
    folder = made
  }
  return folder
}

/** Writes a file and returns its path. */
export function scratchFile(name: string, text: string): string {
  const path = join(scratchFolder(), name)
  writeFileSync(path, text)
  return path
}
