/** What is checked in of what nodes expose, by file in `proofs/golden`. */

import { fileURLToPath } from 'node:url'
import type { NodeProcess } from '../node-process.ts'
import { adminParity, exposedMetrics, versionMembers } from './exposed.ts'

export const goldenFolder = fileURLToPath(new URL('../../golden/', import.meta.url))

export async function goldenFiles(
  micro: NodeProcess,
  macro: NodeProcess,
): Promise<ReadonlyMap<string, string>> {
  return new Map([
    ['metrics-micro.txt', await exposedMetrics(micro)],
    ['metrics-macro.txt', await exposedMetrics(macro)],
    ['admin-parity.txt', await adminParity(micro, macro)],
    ['version.txt', await versionMembers(micro)],
  ])
}
