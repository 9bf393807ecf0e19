/** Where a measurement was made. A number without its machine, Node and commit says nothing. */

import { execFileSync } from 'node:child_process'
import { cpus, totalmem } from 'node:os'

export interface Machine {
  readonly processors: number
  readonly model: string
  readonly memoryGiB: number
  readonly node: string
  readonly system: string
  /** Short, and whether the checkout had local changes. */
  readonly commit: string
}

export function machine(): Machine {
  const [cpu] = cpus()
  return {
    processors: cpus().length,
    model: cpu?.model.trim() ?? 'unknown',
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    system: `${process.platform} ${process.arch}`,
    commit: commit(),
  }
}

/** Of the checkout that this lies in; a source archive has none. */
function commit(): string {
  try {
    return git('rev-parse', '--short', 'HEAD') + (git('status', '--porcelain') ? ' with local changes' : '')
  } catch {
    return 'unknown'
  }
}

function git(...args: readonly string[]): string {
  const at = ['-C', import.meta.dirname, ...args]
  return execFileSync('git', at, { encoding: 'utf8', stdio: 'pipe' }).trim()
}

export function machineLines(): string {
  const { processors, model, memoryGiB, node, system, commit } = machine()
  return [
    `machine  ${processors} × ${model}, ${memoryGiB} GiB`,
    `node     ${node}, ${system}`,
    `commit   ${commit}`,
  ].join('\n')
}
