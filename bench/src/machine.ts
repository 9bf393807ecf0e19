/** Where a measurement was made. A number without its machine, Node and commit says nothing. */

import { execFileSync } from 'node:child_process'
import { cpus, totalmem } from 'node:os'

export function machineLines(): string {
  const [cpu] = cpus()
  const sha = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
  const changed =
    execFileSync('git', ['status', '--porcelain'], { encoding: 'utf8' }) === '' ? '' : ' with local changes'
  return [
    `machine  ${cpus().length} × ${cpu?.model.trim() ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB`,
    `node     ${process.version}, ${process.platform} ${process.arch}`,
    `commit   ${sha}${changed}`,
  ].join('\n')
}
