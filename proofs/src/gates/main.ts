/**
 * `npm run proofs`: runs the acceptance gates of both blueprints and says of each what it shows. `--list` names them,
 * `--only A-M3` runs one (it may be repeated), `--full` runs at full length what is scaled otherwise, `--json` prints the
 * report instead of a table. Writes `proofs/report.json` and `proofs/report.md`. Exits with 1 when a gate fails, and with
 * 0 also while some are open.
 */

import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { usable } from '@ron/kernel/cli/usable'
import { heading, json, markdown, row, sums, type Place, type Proven } from './report.ts'
import { gatesNamed } from './roster.ts'
import { StepRunner } from './run-step.ts'
import { verdict, type StepResult } from './verdict.ts'

const { flags, chosen } = usable(() => {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', multiple: true, default: [] },
      full: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  })
  return { flags: values, chosen: gatesNamed(values.only) }
})
const root = fileURLToPath(new URL('../../../', import.meta.url))
const print = (text: string) => process.stdout.write(`${text}\n`)

if (flags.list)
  for (const { id, title, demand } of chosen) print(`${id.padEnd(9)}${title.padEnd(36)}${demand}`)
else await prove()

async function prove(): Promise<void> {
  const table = flags.json ? () => undefined : print
  const say = (line: string) => process.stderr.write(`  ${line}\n`)
  const runner = new StepRunner({ root, full: flags.full, say })
  table(heading)
  const all: Proven[] = []
  for (const gate of chosen) {
    const results: StepResult[] = []
    // One after the other: proofs that run beside each other measure each other.
    for (const step of gate.steps) results.push(await runner.run(step))
    const seconds = results.reduce((sum, result) => sum + result.seconds, 0)
    const proven = { gate, results, verdict: verdict(gate, results), seconds }
    table(row(proven))
    all.push(proven)
  }
  const place = placeOf()
  // Of some gates alone nothing is kept: a report is about all of them.
  if (flags.only.length === 0) {
    writeFileSync(`${root}proofs/report.json`, json(place, all))
    writeFileSync(`${root}proofs/report.md`, markdown(place, all))
  }
  if (flags.json) process.stdout.write(json(place, all))
  table(`\n${sums(all)}`)
  process.exitCode = all.some(({ verdict: { kind } }) => kind === 'fail') ? 1 : 0
}

function placeOf(): Place {
  return {
    at: new Date().toISOString(),
    commit: commit(),
    node: process.version,
    system: `${process.platform} ${process.arch}`,
    full: flags.full,
  }
}

/** Of the checkout; a source archive has none. */
function commit(): string {
  const git = (...args: readonly string[]) =>
    execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim()
  try {
    return (
      git('rev-parse', '--short', 'HEAD') + (git('status', '--porcelain') === '' ? '' : ' with local changes')
    )
  } catch {
    return 'unknown'
  }
}
