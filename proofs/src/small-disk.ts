/** A disk that is soon full, and can be made larger: a tmpfs, which only root can have. */

import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { after } from 'node:test'
import { scratchFolder } from './scratch.ts'

export interface SmallDisk {
  readonly path: string
  resize(size: string): void
}

/** Null where it cannot be had. `size` as tmpfs takes it, such as `256k`. */
export function smallDisk(name: string, size: string): SmallDisk | null {
  const path = join(scratchFolder(), name)
  mkdirSync(path)
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', path], { stdio: 'ignore' })
  } catch {
    return null
  }
  after(() => execFileSync('umount', ['--lazy', path], { stdio: 'ignore' }))
  return {
    path,
    resize: (size) => execFileSync('mount', ['-o', `remount,size=${size}`, path], { stdio: 'ignore' }),
  }
}
