/** Runs the command line on the real roster. Exits with 1 when a law is broken or a mutant survives. */

import { systemClock } from '@ron/kernel/system/clock'
import { cli } from './cli.ts'
import { roster } from './models/roster.ts'

const print = (line: string) => void process.stdout.write(`${line}\n`)
try {
  process.exitCode = cli(process.argv.slice(2), roster, systemClock, print) ? 0 : 1
} catch (thrown) {
  process.stderr.write(`${thrown instanceof Error ? thrown.message : String(thrown)}\n`)
  process.exitCode = 1
}
