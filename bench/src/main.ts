/**
 * `npm run bench`: measures the facets of the node beside their peers, in one run, and writes what was found to
 * `bench/results`. `--only NAME` measures one of them (it may be repeated), `--seed N` makes other datasets and arrivals,
 * `--scale 0.1` makes everything a tenth as large, for a quick look.
 */

import { parseArgs } from 'node:util'
import { usable } from '@ron/kernel/cli/usable'
import { machineLines } from './machine.ts'
import { facetsNamed } from './rig/facets/roster.ts'
import { report } from './rig/report.ts'
import { scaleOf } from './rig/scale.ts'

const { facets, run } = usable(() => {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', multiple: true, default: [] },
      seed: { type: 'string', default: '1' },
      scale: { type: 'string', default: '1' },
    },
  })
  return {
    facets: facetsNamed(values.only),
    run: { seed: seedOf(values.seed), scale: scaleOf(values.scale) },
  }
})

const folder = new URL('../results/', import.meta.url).pathname
const print = (line: string) => process.stdout.write(`${line}\n`)

print(machineLines())
const failures: string[] = []
for (const facet of facets) {
  const from = performance.now()
  try {
    print(`\n${report(folder, facet, run, await facet.measure(run))}`)
  } catch (thrown) {
    // The other facets can be measured all the same.
    const error = thrown instanceof Error ? thrown : new Error(String(thrown))
    print(`\n${error.stack ?? error.message}`)
    failures.push(`FAILED ${facet.name}: ${error.message.replaceAll(/\s+/g, ' ')}`)
  }
  print(`\n${((performance.now() - from) / 1_000).toFixed(0)} s`)
}
print(`\nWritten to ${folder}README.md`)
for (const failure of failures) print(failure)
if (failures.length > 0) process.exitCode = 1

function seedOf(text: string): number {
  const seed = Number(text)
  if (Number.isSafeInteger(seed) && seed >= 1) return seed
  throw new RangeError(`--seed ${text}: it is a number from 1 on`)
}
