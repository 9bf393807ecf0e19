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
  /**
   * Whether connections that wait in the queue of a closing listener move to another one of the same port
   * (Linux 5.14, `net.ipv4.tcp_migrate_req`) rather than being reset.
   */
  readonly migratesConnections: boolean | null
}

export function readMachine(readFile: (path: string) => FileText): Machine {
  const constrained = process.constrainedMemory()
  return {
    nodeVersion: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    memoryBytes: constrained > 0 ? Math.min(constrained, totalmem()) : totalmem(),
    openFilesMax: openFilesIn(readFile('/proc/self/limits')),
    migratesConnections: flagIn(readFile('/proc/sys/net/ipv4/tcp_migrate_req')),
    entropyBits: entropyIn(readFile('/proc/sys/kernel/random/entropy_avail')),
  }
}

/** The soft limit, the first number of the line `Max open files  1024  1048576  files`. */
export function openFilesIn(limits: FileText): number | null {
  const [, digits] = limits.ok ? (/^Max open files\s+(\d+)\s/m.exec(limits.text) ?? []) : []
  return digits === undefined ? null : Number(digits)
}

export function flagIn(value: FileText): boolean | null {
  return value.ok && /^[01]\s*$/.test(value.text) ? value.text.startsWith('1') : null
}

export function entropyIn(available: FileText): number | null {
  return available.ok && /^\d+\s*$/.test(available.text) ? Number(available.text) : null
}
