/** Runs the command line on the real roster. Exits with 1 when a law is broken or a mutant survives. */

import { systemClock } from '@ron/kernel/system/clock'
import { readTextFile } from '@ron/kernel/system/files'
import { fileURLToPath } from 'node:url'
import { cli } from './cli.ts'
import { roster } from './models/roster.ts'
import { parseRuns } from './simulator/histories.ts'

const seedsPath = fileURLToPath(new URL('../seeds/regressions.txt', import.meta.url))

try {
  const seeds = readTextFile(seedsPath)
  if (!seeds.ok) throw new Error(`${seedsPath} ${seeds.because}`)
  const ok = await cli(process.argv.slice(2), {
    roster,
    regressions: parseRuns(seeds.text),
    clock: systemClock,
    print: (line) => void process.stdout.write(`${line}\n`),
  })
  process.exitCode = ok ? 0 : 1
} catch (thrown) {
  process.stderr.write(`${thrown instanceof Error ? thrown.message : String(thrown)}\n`)
  process.exitCode = 1
}
