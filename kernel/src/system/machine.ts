/** Facts about the machine and the runtime below the node. What a system does not tell is null. */

import { totalmem } from 'node:os'
import type { FileText } from './files.ts'

export interface Machine {
  /** `20.20.2` */
  readonly nodeVersion: string
  readonly platform: string
  /** Of the machine, or of the container when that is less. */
  readonly memoryBytes: number
  /** Files and sockets this process may have open. */
  readonly openFilesMax: number | null
  /** What the kernel says its pool holds. */
  readonly entropyBits: number | null
}

export function readMachine(readFile: (path: string) => FileText): Machine {
  const constrained = process.constrainedMemory()
  return {
    nodeVersion: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    memoryBytes: constrained > 0 ? Math.min(constrained, totalmem()) : totalmem(),
    openFilesMax: openFilesIn(readFile('/proc/self/limits')),
    entropyBits: entropyIn(readFile('/proc/sys/kernel/random/entropy_avail')),
  }
}

/** The soft limit, the first number of the line `Max open files  1024  1048576  files`. */
export function openFilesIn(limits: FileText): number | null {
  const [, digits] = limits.ok ? (/^Max open files\s+(\d+)\s/m.exec(limits.text) ?? []) : []
  return digits === undefined ? null : Number(digits)
}

export function entropyIn(available: FileText): number | null {
  return available.ok && /^\d+\s*$/.test(available.text) ? Number(available.text) : null
}
