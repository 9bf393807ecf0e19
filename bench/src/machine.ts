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
  const changed = git('status', '--porcelain') === '' ? '' : ' with local changes'
  return {
    processors: cpus().length,
    model: cpu?.model.trim() ?? 'unknown',
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    system: `${process.platform} ${process.arch}`,
    commit: `${git('rev-parse', '--short', 'HEAD')}${changed}`,
  }
}

/** Of this checkout, wherever it is called from. */
function git(...args: readonly string[]): string {
  return execFileSync('git', ['-C', import.meta.dirname, ...args], { encoding: 'utf8' }).trim()
}

export function machineLines(): string {
  const { processors, model, memoryGiB, node, system, commit } = machine()
  return [
    `machine  ${processors} × ${model}, ${memoryGiB} GiB`,
    `node     ${node}, ${system}`,
    `commit   ${commit}`,
  ].join('\n')
}
